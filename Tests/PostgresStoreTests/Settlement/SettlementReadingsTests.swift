import EnergySharing
import PostgresStore
import Settlement
import Testing

@Suite(.needsPostgres) struct SettlementReadingsTests {
    let fixture: SettlementFixture
    private var store: PostgresSettlementStore { fixture.store }

    init() throws { fixture = try SettlementFixture() }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    private func read(_ meters: [Int32], _ from: Int64, _ until: Int64) throws -> [(Int32, [RegisterReading])] {
        var all: [(Int32, [RegisterReading])] = []
        try store.readings(ofMeters: meters, from: from, until: until) { all.append(($0, $1)) }
        return all
    }

    @Test func `gives what is inside and four on either side, of the qualities that count`() throws {
        let device = try fixture.device(1)
        try fixture.addReadings(device, at: (0..<24).map(Double.init))
        try fixture.addReadings(device, at: [9.5, 12.5, 15.5], quality: "F")
        try fixture.addReadings(device, at: [9.75], quality: "S")
        let read = try read([device], at(10), at(15))
        #expect(read.count == 1 && read.first?.0 == device)
        let expected = [7.0, 8, 9, 9.75, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
        #expect(read.first?.1.map(\.time) == expected.map { at($0) })
        #expect(read.first?.1[3] == RegisterReading(time: at(9.75), importWh: 39, exportWh: nil, quality: .substituted))
        #expect(read.first?.1[4] == RegisterReading(time: at(10), importWh: 40, exportWh: 40))
    }

    @Test func `without bounds it gives everything`() throws {
        let device = try fixture.device(1)
        try fixture.addReadings(device, at: [0, 1, 1_000])
        #expect(try read([device], .min, .max).first?.1.count == 3)
        #expect(try read([], .min, .max).isEmpty)
        #expect(try read([device + 100], .min, .max).isEmpty)
    }

    @Test func `agrees with a plain filter over random readings in several partitions`() throws {
        let devices = try (1...3).map { try fixture.device($0) }
        var stored: [Int32: [Double]] = [:]
        for device in devices {
            let hours = Set((0..<60).map { _ in Double(Int.random(in: 0..<8_000)) / 4 }).sorted()
            stored[device] = hours
            try fixture.addReadings(device, at: hours.shuffled())
        }
        for _ in 0..<40 {
            let bounds = [Double(Int.random(in: -100..<8_100)) / 4, Double(Int.random(in: -100..<8_100)) / 4].sorted()
            let wanted = devices.filter { _ in Bool.random() }
            var expected: [Int32: [Int64]] = [:]
            for device in wanted {
                let hours = stored[device] ?? []
                let before = hours.filter { $0 < bounds[0] }.suffix(4)
                let inside = hours.filter { $0 >= bounds[0] && $0 <= bounds[1] }
                let after = hours.filter { $0 > bounds[1] }.prefix(4)
                expected[device] = (before + inside + after).map { at($0) }
            }
            let read = try read(wanted.shuffled(), at(bounds[0]), at(bounds[1]))
            #expect(read.map(\.0) == wanted.sorted().filter { expected[$0]?.isEmpty == false })
            for (device, readings) in read { #expect(readings.map(\.time) == expected[device]) }
        }
    }

    @Test func `readings that somebody set aside are no neighbours`() throws {
        let device = try fixture.device(1)
        try fixture.addReadings(device, at: (0..<24).map(Double.init))
        for hour in [3.0, 7, 8, 9, 12, 16, 17, 18, 23] { try fixture.decide(device, "set-aside", at: hour) }
        try fixture.decide(device, "accept", at: 6)
        let read = try read([device], at(10), at(15))
        // What is set aside inside is given, too: the judgement leaves it out.
        let expected = [2.0, 4, 5, 6, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22]
        #expect(read.first?.1.map(\.time) == expected.map { at($0) })
    }

    // MARK: Intervals

    private func readIntervals(_ meters: [Int32], _ from: Int64, _ until: Int64) throws -> [(Int32, [IntervalReading])]
    {
        var all: [(Int32, [IntervalReading])] = []
        try store.intervalReadings(ofMeters: meters, from: from, until: until) { all.append(($0, $1)) }
        return all
    }

    @Test func `of intervals it gives all that may reach in, what may overlap these, and one more before`() throws {
        let devices = try [1, 2].map { try fixture.device($0) }
        try fixture.addIntervals(devices[1], at: [0, 1, 2, 3, 6, 7, 8.25, 8.5, 10, 14.75, 15, 16])
        try fixture.addIntervals(devices[1], at: [9.75], seconds: 900, quality: "S")
        try fixture.addIntervals(devices[1], at: [9.5], quality: "N")
        try fixture.addIntervals(devices[0], at: [1, 2])
        try fixture.decide(devices[1], "set-aside", at: 8.5)
        try fixture.decide(devices[1], "set-aside", at: 7)
        let read = try readIntervals(devices.shuffled(), at(10), at(15))
        #expect(read.map(\.0) == devices)
        #expect(read[0].1.map(\.start) == [at(2)])
        #expect(read[1].1.map(\.start) == [6, 8.25, 8.5, 9.75, 10, 14.75, 15].map { at($0) })
        #expect(
            read[1].1[3]
                == IntervalReading(start: at(9.75), seconds: 900, importWh: 39, exportWh: nil, quality: .substituted)
        )
        #expect(try readIntervals([devices[1]], .min, .max).first?.1.count == 13)
        #expect(try readIntervals([], .min, .max).isEmpty)
    }

    @Test func `the newest reading may be an interval, which counts to its end, and is not one that was set aside`()
        throws
    {
        let devices = try [1, 2].map { try fixture.device($0) }
        try fixture.addReadings(devices[0], at: [0, 6])
        try fixture.addIntervals(devices[1], at: [5.5])
        #expect(try store.lastReadingAt() == at(6.5))
        try fixture.decide(devices[1], "set-aside", at: 5.5)
        #expect(try store.lastReadingAt() == at(6))
        try fixture.decide(devices[0], "set-aside", at: 6)
        #expect(try store.lastReadingAt() == at(0))
    }

    @Test func `finds the newest reading that counts, in whatever partition`() throws {
        #expect(try store.lastReadingAt() == nil)
        let device = try fixture.device(1)
        try fixture.addReadings(device, at: [0, 5])
        #expect(try store.lastReadingAt() == at(5))
        try fixture.addReadings(try fixture.device(2), at: [6, 7])
        try fixture.addReadings(device, at: [3_000], quality: "N")
        #expect(try store.lastReadingAt() == at(7))
        try fixture.addReadings(device, at: [1_000])
        #expect(try store.lastReadingAt() == at(1_000))
    }
}
