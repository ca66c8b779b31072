import EnergySharing
import Testing

@testable import Settlement

@Suite("Looking at settled days")
struct DayReviewTests {
    static let hour: Int64 = 3_600_000_000
    static let day: Int64 = 24 * hour

    private func review(days: Int, context: Int, _ meters: [Int32: CommunityTerms.Meter]) -> DayReview {
        let days = (0..<Int64(days)).map { LocalDay(start: $0 * Self.day, end: ($0 + 1) * Self.day) }
        return DayReview(
            DayClaim(communityID: 1, meters: meters, days: days, context: context),
            PlausibilityRules()
        )
    }

    private func energy(_ meter: Int32, _ hour: Int64, _ importWh: Int64) -> SettledEnergy {
        SettledEnergy(
            deviceID: meter,
            interval: .init(
                start: hour * Self.hour,
                length: Self.hour,
                energy: IntervalEnergy(importWh: importWh, exportWh: 1)
            )
        )
    }

    @Test("Each meter is judged by its own days, and only the judged days are told")
    func meters() {
        var review = review(days: 12, context: 9, [1: .init(hubDeviceID: "a"), 2: .init(hubDeviceID: "b")])
        for hour in 0..<12 * 24 as Range<Int64> {
            // A spike on a day of the context, and one on the last day, of one meter each.
            review.take(energy(2, hour, hour == 8 * 24 + 5 ? 9_000 : 100))
            review.take(energy(1, hour, hour == 11 * 24 + 7 ? 9_000 : 100))
            // A meter that the community does not have any more.
            review.take(energy(3, hour, 9_000))
        }
        let found = review.finish()
        #expect(found.map(\.kind) == [.spike])
        #expect(found.map(\.deviceID) == [1])
        #expect(found.map(\.fromAt) == [(11 * 24 + 7) * Self.hour])
    }

    @Test("Days without anything are days, too: what comes after a gap is compared with the right ones")
    func gaps() {
        var review = review(days: 20, context: 0, [1: .init(hubDeviceID: "a")])
        for hour in 0..<20 * 24 as Range<Int64> where !(8..<17).contains(hour / 24) {
            review.take(energy(1, hour, hour / 24 == 17 ? 9_000 : 100))
        }
        // The spikes' window of seven days is empty; of the fourteen days before, five are complete.
        #expect(review.finish().isEmpty)
    }

    @Test("The sum check wants the readings at the ends of the judged days of meters with registers")
    func sumCheck() {
        let meters: [Int32: CommunityTerms.Meter] = [
            1: .init(hubDeviceID: "a"), 2: .init(hubDeviceID: "b", kind: .interval),
        ]
        var review = review(days: 4, context: 2, meters)
        #expect(review.wantedMeters == [1])
        #expect(review.wantedEdges == [2, 3, 4].map { $0 * Self.day })
        for (day, importWh) in [(2, 1_000), (3, 3_400), (4, 4_000)] as [(Int64, Int64)] {
            let reading = RegisterReading(time: day * Self.day, importWh: importWh, exportWh: nil)
            review.take(SumCheck.Edge(at: day * Self.day, before: reading, after: reading), ofMeter: 1)
        }
        for hour in 0..<4 * 24 as Range<Int64> {
            review.take(energy(1, hour, 100))
            review.take(energy(2, hour, 100))
        }
        let found = review.finish()
        #expect(found.map(\.kind) == [.sumCheck])
        #expect(found.map(\.fromAt) == [3 * Self.day])
    }

    @Test("The least whole that has such a part is looked at, down to a tenth")
    func leastWhole() {
        for ppm: Int64 in [100_000, 123_456, 333_333, 500_000, 999_999, 1_000_000] {
            for whole in 0...50 as ClosedRange<Int64> {
                let part = ParticipationPart.of(whole, ppm: ppm)
                let least = (0...whole).first { ParticipationPart.of($0, ppm: ppm) == part }
                #expect(DayReview.leastWhole(part, ppm: ppm) == least)
            }
        }
        #expect(DayReview.leastWhole(5, ppm: 99_999) == nil)
        #expect(DayReview.leastWhole(.max, ppm: 500_000) == nil)
    }
}
