import EnergySharing
import Testing

@Suite("Days of the calendar")
struct CivilDayTests {
    @Test(
        "known days",
        arguments: [
            (1970, 1, 1, 0, Weekday.thursday), (1969, 12, 31, -1, .wednesday), (2000, 2, 29, 11_016, .tuesday),
            (2016, 8, 1, 17_014, .monday), (2026, 3, 29, 20_541, .sunday), (0, 3, 1, -719_468, .wednesday),
            (9_999, 12, 31, 2_932_896, .friday),
        ]
    )
    func known(_ year: Int, _ month: Int, _ day: Int, _ count: Int, _ weekday: Weekday) throws {
        let date = try #require(CivilDay(year: year, month: month, day: day))
        #expect(date.daysSince1970 == count)
        #expect(date.weekday == weekday)
    }

    @Test("every day of four centuries is one more than the day before it, and the next day of the week")
    func running() throws {
        var expected = try #require(CivilDay(year: 1_900, month: 1, day: 1))
        var days = 0
        for year in 1_900..<2_300 {
            for month in 1...12 {
                for day in 1...31 {
                    guard let date = CivilDay(year: year, month: month, day: day) else { continue }
                    if date != expected { Issue.record("\(year)-\(month)-\(day) is \(date)") }
                    let next = CivilDay(daysSince1970: expected.daysSince1970 + 1)
                    if (expected.weekday.rawValue + 1) % 7 != next.weekday.rawValue { Issue.record("\(next)") }
                    expected = next
                    days += 1
                }
            }
        }
        #expect(days == 146_097)
    }

    @Test(
        "there is no such day",
        arguments: [
            (2026, 2, 29), (1_900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0), (-1, 1, 1),
        ]
    )
    func none(_ year: Int, _ month: Int, _ day: Int) {
        #expect(CivilDay(year: year, month: month, day: day) == nil)
    }
}
