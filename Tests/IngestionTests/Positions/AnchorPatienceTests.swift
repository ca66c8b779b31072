import Testing

@testable import Ingestion

@Suite("Anchor patience")
struct AnchorPatienceTests {
    let began = ContinuousClock.now

    @Test("Polling for the wanted time exhausts it")
    func exhausted() {
        var patience = AnchorPatience(.seconds(15))
        for tenth in 0..<150 { patience.polls(at: began + .milliseconds(tenth * 100)) }
        #expect(!patience.isExhausted)
        patience.polls(at: began + .seconds(15))
        #expect(patience.isExhausted)
    }

    @Test("A worker that stood still has not looked for the record that did not come")
    func standstill() {
        var patience = AnchorPatience(.seconds(15))
        patience.polls(at: began)
        patience.polls(at: began + .seconds(3_600))
        #expect(!patience.isExhausted)
    }
}
