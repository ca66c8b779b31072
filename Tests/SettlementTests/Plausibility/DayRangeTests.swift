import Testing

@testable import Settlement

@Suite("Which days are looked at")
struct DayRangeTests {
    @Test("A day that changed, and those that it bears upon, as far as they are settled")
    func influence() {
        #expect(DayRange(due: [5], influence: 14, settled: 0...100)?.days == 5...19)
        #expect(DayRange(due: [5], influence: 14, settled: 0...9)?.days == 5...9)
        #expect(DayRange(due: [5], influence: 14, settled: 0...9)?.rest == nil)
        #expect(DayRange(due: [5], influence: 0, settled: 0...9)?.days == 5...5)
    }

    @Test("Days that meet are looked at in one go, others later")
    func together() {
        #expect(DayRange(due: [5, 8, 23, 60], influence: 14, settled: 0...100)?.days == 5...37)
        #expect(DayRange(due: [5, 60], influence: 14, settled: 0...100)?.days == 5...19)
    }

    @Test("Before the first settled day there is nothing; its influence is looked at")
    func before() {
        #expect(DayRange(due: [], influence: 14, settled: 0...100) == nil)
        #expect(DayRange(due: [-20], influence: 14, settled: 0...100) == nil)
        #expect(DayRange(due: [-20, -3], influence: 14, settled: 0...100)?.days == 0...11)
        #expect(DayRange(due: [101], influence: 14, settled: 0...100) == nil)
    }

    @Test("However long the backlog, every day that is due or borne upon is looked at, in bounded pieces")
    func pieces() {
        for influence in [0, 2, 14, 120] {
            var due = Array<Int32>(0..<300) + [500, 513, 700]
            let settled: ClosedRange<Int32> = 3...705
            let expected = Set(due.flatMap { day in (day...day + Int32(influence)).filter { settled.contains($0) } })
            var seen: Set<Int32> = []
            while let range = DayRange(due: due, influence: influence, settled: settled) {
                #expect(range.days.count <= 92 && range.days.upperBound <= 705)
                seen.formUnion(range.days)
                due.removeAll { $0 <= range.days.upperBound }
                if let rest = range.rest { due = ([rest] + due).sorted() }
            }
            #expect(seen.isSuperset(of: expected))
        }
    }
}
