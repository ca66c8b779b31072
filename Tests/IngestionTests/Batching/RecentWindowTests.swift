import EnergySharing
import Testing

@testable import Ingestion

@Suite("Recent window")
struct RecentWindowTests {
    let hour: Int64 = 3_600_000_000

    func row(_ at: Int64, _ wh: Int64, received: Int64 = 0, quality: UInt8 = 0x4D) -> ReadingRow {
        ReadingRow(
            deviceID: 1,
            measuredAt: at,
            importWh: wh,
            exportWh: -1,
            quality: quality,
            flags: 0,
            receivedAt: received,
            previousAt: .min,
            partitionIndex: 0
        )
    }

    func last(_ at: Int64, _ wh: Int64, received: Int64 = 0) -> LastReading {
        LastReading(
            measuredAt: at,
            receivedAt: received,
            importWh: wh,
            exportWh: -1,
            quality: 0x4D
        )
    }

    func judge(_ window: inout RecentWindow, _ row: ReadingRow, batch: UInt32, takesPart: Bool = true)
        -> RecentWindow.Way
    {
        window.judge(row, ofDevice: 0, limits: ConnectionLimits(), takesPart: takesPart, batch: batch)
    }

    func learn(_ window: inout RecentWindow, _ newest: NewestReadings, batch: UInt32) {
        window.learn(newest, ofDevice: 0, limits: ConnectionLimits(), batch: batch)
    }

    @Test("An unknown device is left to the database until a receipt tells of it")
    func unknown() {
        var window = RecentWindow(deviceCount: 1)
        #expect(judge(&window, row(hour, 10), batch: 1) == .staged)
        #expect(judge(&window, row(2 * hour, 20), batch: 1) == .staged)
        learn(&window, NewestReadings(last: last(2 * hour, 20)), batch: 1)
        #expect(judge(&window, row(3 * hour, 30), batch: 2) == .straight(previousAt: 2 * hour))
        #expect(judge(&window, row(4 * hour, 40), batch: 2) == .straight(previousAt: 3 * hour))
    }

    @Test("A receipt says nothing about what a later batch staged")
    func receiptOfEarlierBatch() {
        var window = RecentWindow(deviceCount: 1)
        #expect(judge(&window, row(hour, 10), batch: 1) == .staged)
        #expect(judge(&window, row(3 * hour, 30), batch: 2) == .staged)
        learn(&window, NewestReadings(last: last(hour, 10)), batch: 1)
        #expect(judge(&window, row(2 * hour, 20), batch: 2) == .staged)
        learn(&window, NewestReadings(last: last(3 * hour, 30)), batch: 2)
        #expect(judge(&window, row(4 * hour, 40), batch: 3) == .straight(previousAt: 3 * hour))
    }

    @Test("The same values again are a duplicate, unless they came to the hub earlier")
    func duplicates() {
        var window = RecentWindow(deviceCount: 1)
        learn(&window, NewestReadings(last: last(hour, 10, received: 100)), batch: 0)
        #expect(judge(&window, row(hour, 10, received: 100), batch: 1) == .duplicate)
        #expect(judge(&window, row(hour, 10, received: 200), batch: 1) == .duplicate)
        #expect(judge(&window, row(hour, 10, received: 50), batch: 1) == .staged)
    }

    @Test("Other values, another quality, and late readings are left to the database", arguments: [0, 1, 2])
    func staged(kind: Int) {
        var window = RecentWindow(deviceCount: 1)
        learn(&window, NewestReadings(last: last(2 * hour, 10)), batch: 0)
        let rows = [row(2 * hour, 11), row(2 * hour, 10, quality: 0x53), row(hour, 5)]
        #expect(judge(&window, rows[kind], batch: 1) == .staged)
        // The device is not known any more: its neighbours may have changed.
        #expect(!window.isKnown(0))
    }

    @Test("A break is left to the database, and so is what follows it until it is settled")
    func breaks() {
        var window = RecentWindow(deviceCount: 1)
        learn(&window, NewestReadings(last: last(hour, 1_000)), batch: 0)
        #expect(judge(&window, row(2 * hour, 900), batch: 1) == .staged)
        learn(&window, NewestReadings(last: last(2 * hour, 900), previous: last(hour, 1_000)), batch: 1)
        #expect(judge(&window, row(3 * hour, 910), batch: 2) == .staged)
        learn(&window, NewestReadings(last: last(3 * hour, 910)), batch: 2)
        #expect(judge(&window, row(4 * hour, 920), batch: 3) == .straight(previousAt: 3 * hour))
    }

    @Test("A reading that takes no part changes nothing of what is known")
    func faulty() {
        var window = RecentWindow(deviceCount: 1)
        learn(&window, NewestReadings(last: last(hour, 10)), batch: 0)
        #expect(judge(&window, row(2 * hour, 0, quality: 0x46), batch: 1, takesPart: false) == .staged)
        #expect(judge(&window, row(3 * hour, 20), batch: 1) == .straight(previousAt: hour))
    }

    @Test("Forgetting is complete")
    func forget() {
        var window = RecentWindow(deviceCount: 1)
        learn(&window, NewestReadings(last: last(hour, 10)), batch: 0)
        window.forgetAll()
        #expect(judge(&window, row(2 * hour, 20), batch: 1) == .staged)
    }
}
