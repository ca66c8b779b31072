import Testing

@testable import Ingestion

@Suite("Write retries")
struct WriteRetriesTests {
    func mayRetry(_ retries: inout WriteRetries, _ failure: StoreFailure) -> Bool { retries.mayRetry(after: failure) }

    @Test("Only a conflict is answered by the same batch again, and not for ever")
    func conflicts() {
        var retries = WriteRetries()
        #expect(mayRetry(&retries, StoreFailure(.outcomeUnknown, "lost")) == false)
        #expect(mayRetry(&retries, StoreFailure(.retryLater, "away")) == false)
        for attempt in 1...8 {
            #expect(mayRetry(&retries, StoreFailure(.retryNow, sqlState: "40P01", "deadlock")) == true)
            #expect(retries.attempt == attempt)
        }
        #expect(mayRetry(&retries, StoreFailure(.retryNow, sqlState: "40P01", "deadlock")) == false)
    }

    @Test("Delays double from half of 50 ms to the longest")
    func delays() {
        #expect(RetryDelay.before(attempt: 0, longest: .seconds(10), jitter: 1) == .zero)
        #expect(RetryDelay.before(attempt: 1, longest: .seconds(10), jitter: 0) == .milliseconds(25))
        #expect(RetryDelay.before(attempt: 3, longest: .seconds(10), jitter: 1) == .milliseconds(200))
        #expect(RetryDelay.before(attempt: 60, longest: .seconds(10), jitter: 1) == .seconds(10))
    }
}
