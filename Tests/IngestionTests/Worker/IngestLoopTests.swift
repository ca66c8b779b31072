import MeterReadings
import Synchronization
import Testing

@testable import Ingestion

/// The loop against a broker and a database in memory: whatever goes wrong, each record is covered exactly once.
@Suite("Ingest loop")
struct IngestLoopTests {
    static let a = TopicPartition(topic: "readings", partition: 0)
    static let b = TopicPartition(topic: "readings", partition: 1)

    /// `count` readings of a device, one every 15 minutes, 100 Wh each.
    static func log(_ device: String, _ count: Int, start: Int64 = 1_470_000_000_000) -> [FakeSource.Record] {
        (0..<count).map { index in
            let millis = start + Int64(index) * 900_000
            let body = #"{"v":1,"t":\#(millis),"import_wh":\#(index * 100)}"#
            return FakeSource.Record(device: device, value: Array(body.utf8), enqueuedMillis: millis + 5_000)
        }
    }

    func drain(
        _ source: sending FakeSource,
        _ store: ModelStore,
        batchRows: Int = 7,
        latestWatermark: Int64 = .max,
        observe: @escaping @Sendable (IngestEvent) -> Void = { _ in }
    ) throws -> [TopicPartition: String] {
        var settings = IngestSettings(owner: "test", topics: ["readings"])
        settings.batchRows = batchRows
        settings.batchAge = .milliseconds(5)
        settings.drains = true
        settings.latestWatermark = { latestWatermark }
        settings.longestRetryDelay = .milliseconds(5)
        settings.lookAgainEvery = .milliseconds(20)
        let loop = IngestLoop(
            settings: settings,
            source: source,
            store: store,
            stopping: StopFlag(),
            observe: observe
        )
        return try loop.run()
    }

    func expectBooks(_ store: ModelStore, records: [TopicPartition: Int], rows: Int) {
        store.state.withLock { state in
            for (partition, count) in records {
                var next: Int64 = 0
                for part in state.ledger where part.partition == partition {
                    #expect(part.firstOffset == next, "the ledger has a hole or an overlap at \(next)")
                    next = part.nextOffset
                }
                #expect(next == Int64(count))
                #expect(state.positions[partition]?.nextOffset == next)
            }
            #expect(state.rows.count == rows)
        }
    }

    @Test("Two partitions are drained, each record once")
    func clean() throws {
        let store = ModelStore(devices: ["d1", "d2"])
        let source = FakeSource([Self.a: Self.log("d1", 50), Self.b: Self.log("d2", 33)])
        #expect(try drain(source, store) == [:])
        expectBooks(store, records: [Self.a: 50, Self.b: 33], rows: 83)
        #expect(store.state.withLock { $0.outcomes.accepted } == 83)
    }

    @Test("The energy of intervals keeps its length, and is always left to the database")
    func intervals() throws {
        let store = ModelStore(devices: ["d1"])
        store.state.withLock {
            $0.devices[0].profile = DeviceProfile(kind: .interval, registers: .import, intervalSeconds: 900)
        }
        let records = (0..<20).map { index in
            let millis = 1_470_009_600_000 + Int64(index) * 900_000
            let body = #"{"v":1,"kind":"interval","interval_s":900,"t":\#(millis),"import_wh":100}"#
            return FakeSource.Record(device: "d1", value: Array(body.utf8), enqueuedMillis: millis + 905_000)
        }
        #expect(try drain(FakeSource([Self.a: records]), store) == [:])
        expectBooks(store, records: [Self.a: 20], rows: 20)
        store.state.withLock { state in
            #expect(state.rows.values.allSatisfy { $0.intervalSeconds == 900 && $0.previousAt == .min })
        }
    }

    @Test("Nothing at all is a drained stream")
    func empty() throws {
        let store = ModelStore(devices: [])
        #expect(try drain(FakeSource([Self.a: []]), store) == [:])
    }

    @Test(
        "A failed batch is read again from where the database is",
        arguments: [
            StoreFailure.Action.retryLater, .retryNow, .outcomeUnknown, .positionMoved, .halt, .fenced([a]),
        ],
        [false, true]
    )
    func failures(action: StoreFailure.Action, afterCommit: Bool) throws {
        // A conflict is never answered after a commit.
        if afterCommit && action == .retryNow { return }
        let store = ModelStore(devices: ["d1", "d2"])
        store.state.withLock {
            $0.faults = [
                .init(action: action, afterCommit: afterCommit), .init(action: action, afterCommit: afterCommit),
            ]
        }
        let source = FakeSource([Self.a: Self.log("d1", 40), Self.b: Self.log("d2", 40)])
        #expect(try drain(source, store) == [:])
        expectBooks(store, records: [Self.a: 40, Self.b: 40], rows: 80)
        #expect(store.state.withLock { $0.faults.isEmpty })
        #expect(store.state.withLock { $0.outcomes.accepted } == 80)
    }

    @Test("A registry that changes in mid-stream is loaded, and the batch decided again")
    func registryChange() throws {
        let store = ModelStore(devices: ["d1"])
        var log = Self.log("d1", 20)
        log += Self.log("d2", 20)
        let source = FakeSource([Self.a: log])
        source.beforeRecord = { count in
            guard count == 15 else { return }
            store.state.withLock { state in
                state.registryVersion += 1
                state.devices.append(
                    DeviceEntry(deviceID: 2, hubDeviceID: Array("d2".utf8), profile: DeviceProfile(registers: .import))
                )
            }
        }
        #expect(try drain(source, store, batchRows: 10) == [:])
        expectBooks(store, records: [Self.a: 40], rows: 40)
        #expect(store.state.withLock { $0.deadLetters.isEmpty })
    }

    @Test("A rebalance in mid-stream loses and doubles nothing")
    func rebalance() throws {
        let store = ModelStore(devices: ["d1", "d2"])
        let source = FakeSource([Self.a: Self.log("d1", 60), Self.b: Self.log("d2", 60)])
        source.beforeRecord = { [unowned source] count in
            if count == 25 { source.script = [.revoked, .assigned([Self.a])] }
            if count == 45 { source.script = [.lost, .assigned([Self.a, Self.b])] }
        }
        #expect(try drain(source, store) == [:])
        expectBooks(store, records: [Self.a: 60, Self.b: 60], rows: 120)
    }

    @Test("Records that cannot be taken become dead letters or are skipped, and are counted")
    func refusals() throws {
        let store = ModelStore(devices: ["d1"])
        var log = Self.log("d1", 3)
        log.append(.init(device: "d1", value: nil, enqueuedMillis: 1_470_000_000_000))
        log.append(.init(device: "d1", value: [], enqueuedMillis: 1_470_000_000_000))
        log.append(.init(device: "d1", value: Array("{".utf8), enqueuedMillis: 1_470_000_000_000))
        log.append(.init(device: "unknown", value: log[0].value, enqueuedMillis: 1_470_000_000_000))
        var early = log[2]
        early.enqueuedMillis -= 10 * 3_600_000
        log.append(early)
        let source = FakeSource([Self.a: log])
        #expect(try drain(source, store) == [:])
        store.state.withLock { state in
            #expect(state.ledger.reduce(0) { $0 + $1.records } == 8)
            #expect(state.ledger.reduce(0) { $0 + $1.skippedRecords } == 1)
            #expect(state.ledger.reduce(0) { $0 + $1.refusedRecords } == 3)
            #expect(state.ledger.reduce(0) { $0 + $1.rejected } == 1)
            #expect(state.deadLetters.map(\.reason) == ["bad_json", "bad_json", "unknown_device", "time_future"])
            #expect(state.deadLetters.map(\.readingIndex) == [-1, -1, -1, 0])
            #expect(state.deadLetters.map(\.offset) == [4, 5, 6, 7])
            #expect(state.deadLetters[2].hubDeviceID == "unknown")
            #expect(state.rows.count == 3)
        }
    }

    @Test("A reader's messages are read by its adapter, and those without a reading are skipped")
    func readers() throws {
        let store = ModelStore(devices: [])
        store.state.withLock { state in
            let profile = DeviceProfile(adapter: .shelly, registers: .import)
            state.devices = [DeviceEntry(deviceID: 1, hubDeviceID: Array("d1".utf8), profile: profile)]
        }
        let energy = #"{"method":"NotifyStatus","params":{"ts":1470000000,"emdata:0":{"total_act":83402.99}}}"#
        let power = #"{"method":"NotifyStatus","params":{"ts":1470000010,"em:0":{"total_act_power":1}}}"#
        let log = [energy, power].map { body in
            FakeSource.Record(device: "d1", value: Array(body.utf8), enqueuedMillis: 1_470_000_010_000)
        }
        #expect(try drain(FakeSource([Self.a: log]), store) == [:])
        store.state.withLock { state in
            #expect(state.ledger.reduce(0) { $0 + $1.records } == 2)
            #expect(state.ledger.reduce(0) { $0 + $1.skippedRecords } == 1)
            #expect(state.rows.count == 1)
            #expect(state.deadLetters.isEmpty)
        }
    }

    @Test("A record that the database refuses is found and set aside, the others are kept")
    func databaseRefusal() throws {
        let store = ModelStore(devices: ["d1"])
        store.state.withLock { $0.poison = [23] }
        let source = FakeSource([Self.a: Self.log("d1", 40)])
        #expect(try drain(source, store, batchRows: 20) == [:])
        expectBooks(store, records: [Self.a: 40], rows: 39)
        store.state.withLock { state in
            #expect(state.deadLetters.map(\.reason) == ["database_refused"])
            #expect(state.deadLetters.map(\.offset) == [23])
            #expect(state.deadLetters[0].detail.contains("22003"))
        }
    }

    @Test("A log that was replaced halts its partition and no other")
    func replacedLog() throws {
        let store = ModelStore(devices: ["d1", "d2"])
        _ = try drain(FakeSource([Self.a: Self.log("d1", 30), Self.b: Self.log("d2", 10)]), store)
        let halted = try drain(
            FakeSource([Self.a: Self.log("d1", 50, start: 1_480_000_000_000), Self.b: Self.log("d2", 20)]),
            store
        )
        #expect(halted.keys.sorted() == [Self.a])
        expectBooks(store, records: [Self.a: 30, Self.b: 20], rows: 50)
    }

    @Test("A log that lost what was not consumed yet halts with the exact range")
    func retention() throws {
        let store = ModelStore(devices: ["d1", "d2"])
        _ = try drain(FakeSource([Self.a: Self.log("d1", 30), Self.b: []]), store)
        let source = FakeSource([Self.a: Self.log("d1", 50), Self.b: Self.log("d2", 5)])
        source.lows[Self.a] = 40
        let halted = try drain(source, store)
        #expect(halted[Self.a]?.contains("30 to 39") == true)
        expectBooks(store, records: [Self.a: 30, Self.b: 5], rows: 35)
    }

    @Test("A time that is refused, or far ahead of the clock, does not move the watermark", arguments: [false, true])
    func watermark(isAcceptedTime: Bool) throws {
        let store = ModelStore(devices: ["d1"])
        var log = Self.log("d1", 10)
        let usual = log[9].enqueuedMillis
        let far: Int64 = 6_000_000_000_000
        let value = Array(#"{"v":1,"t":\#(far),"import_wh":1}"#.utf8)
        // Either the broker's clock is right and the hub's is not, or both are wrong.
        log.append(
            .init(device: "d1", value: value, enqueuedMillis: far, timestampMillis: isAcceptedTime ? far : usual)
        )
        log.append(.init(device: "d1", value: nil, enqueuedMillis: far, timestampMillis: isAcceptedTime ? far : usual))
        let source = FakeSource([Self.a: log])
        #expect(try drain(source, store, latestWatermark: usual * 1_000 + 86_400_000_000) == [:])
        store.state.withLock { state in
            #expect(state.positions[Self.a]?.watermark == usual * 1_000)
            #expect(state.deadLetters.map(\.reason) == (isAcceptedTime ? [] : ["bad_header"]))
            #expect(state.ledger.reduce(0) { $0 + $1.records } == 12)
        }
    }

    @Test("A partition without records is marked at its end while another is busy")
    func silentPartition() throws {
        let store = ModelStore(devices: ["d1"])
        let source = FakeSource([Self.a: [], Self.b: Self.log("d1", 4_000)])
        let wasMarked = Mutex(false)
        source.beforeRecord = { count in
            if count == 3_999 {
                wasMarked.withLock { $0 = store.state.withLock { $0.positions[Self.a]?.isAtEnd ?? false } }
            }
        }
        #expect(try drain(source, store, batchRows: 500) == [:])
        #expect(wasMarked.withLock { $0 })
    }

    @Test("Payload and headers of a record with many bad readings are kept once")
    func deadLettersOnce() throws {
        let store = ModelStore(devices: ["d1"])
        let value = Array(
            #"{"v":1,"readings":[{"t":0,"import_wh":-1},{"t":0,"import_wh":-2},{"t":0,"import_wh":-3}]}"#.utf8
        )
        let source = FakeSource([Self.a: [.init(device: "d1", value: value, enqueuedMillis: 1_470_000_000_000)]])
        #expect(try drain(source, store) == [:])
        store.state.withLock { state in
            #expect(state.deadLetters.map(\.readingIndex) == [0, 1, 2])
            #expect(state.deadLetters.map(\.payload.isEmpty) == [false, true, true])
            #expect(state.deadLetters.map(\.headers.isEmpty) == [false, true, true])
        }
    }

    @Test("The order to stop ends the loop, leaves the group, and keeps what was committed")
    func stop() throws {
        let store = ModelStore(devices: ["d1"])
        let source = FakeSource([Self.a: Self.log("d1", 1_000)])
        let flag = StopFlag()
        source.beforeRecord = { if $0 == 500 { flag.set() } }
        var settings = IngestSettings(owner: "test", topics: ["readings"])
        settings.batchRows = 50
        let closed = Mutex(false)
        let loop = IngestLoop(settings: settings, source: source, store: store, stopping: flag) { event in
            if case .stopped = event { closed.withLock { $0 = true } }
        }
        #expect(try loop.run() == [:])
        #expect(closed.withLock { $0 })
        let covered = store.state.withLock { $0.positions[Self.a]?.nextOffset ?? 0 }
        #expect(covered < 1_000)
        let again = FakeSource([Self.a: Self.log("d1", 1_000)])
        #expect(try drain(again, store) == [:])
        expectBooks(store, records: [Self.a: 1_000], rows: 1_000)
    }
}
