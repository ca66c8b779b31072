import MeterReadings
import Testing

@testable import Ingestion

@Suite("Record replay")
struct RecordReplayTests {
    /// 2016-08-01T00:00:00Z.
    static let start: Int64 = 1_470_009_600_000_000

    let home = DeviceEntry(
        deviceID: 7,
        hubDeviceID: Array("home-07".utf8),
        profile: DeviceProfile(registers: .import)
    )

    /// A record with these readings' bodies, enqueued at ``start`` plus one hour.
    func record(
        _ body: String?,
        refused: [Int32] = [-1],
        headers: [(String, String)] = [("iothub-connection-device-id", "home-07")],
        key: String? = nil
    ) -> StoredRecord {
        StoredRecord(
            partition: TopicPartition(topic: "meters", partition: 3),
            incarnation: 0,
            offset: 4711,
            timestamp: Self.start + 3_600_000_000,
            key: key.map { Array($0.utf8) },
            value: body.map { Array($0.utf8) },
            headers: headers.map { DeadLetterRow.Header(name: Array($0.0.utf8), value: Array($0.1.utf8)) },
            refused: refused
        )
    }

    func replay(_ devices: [DeviceEntry], _ change: (inout IngestSettings) -> Void = { _ in }) -> RecordReplay {
        var settings = IngestSettings(owner: "test", topics: [])
        change(&settings)
        return RecordReplay(settings: settings, directory: DirectorySnapshot(registryVersion: 5, devices: devices))
    }

    static let three = #"""
        {"v":1,"readings":[{"t":"2016-08-01T00:15:00Z","import_wh":10},{"t":"2016-08-01T00:30:00Z","import_wh":-1},
        {"t":"2016-08-01T00:45:00Z","import_wh":30}]}
        """#

    @Test("A record of a device that is known now gives its readings, with the time at which it came")
    func returns() {
        let batch = replay([home]).decide([record(Self.three)])
        #expect(batch.registryVersion == 5)
        #expect(batch.rows.map(\.importWh) == [10, 30])
        #expect(batch.rows.map(\.deviceID) == [7, 7])
        #expect(batch.rows.map(\.receivedAt) == [Self.start + 3_600_000_000, Self.start + 3_600_000_000])
        #expect(batch.readingDays == [17_014])
        #expect(batch.refusals.map { $0.map(\.readingIndex) } == [[1]])
        #expect(batch.refusals[0][0].reason == "negative_value")
    }

    @Test("Of a record that was refused in part only those readings are taken")
    func partial() {
        let batch = replay([home]).decide([record(Self.three, refused: [1, 2])])
        #expect(batch.rows.map(\.importWh) == [30])
        #expect(batch.refusals[0].map(\.readingIndex) == [1])
    }

    @Test("A reading that the record does not have any more is refused by name")
    func missing() {
        let body = #"{"v":1,"t":"2016-08-01T00:15:00Z","import_wh":10}"#
        let batch = replay([home]).decide([record(body, refused: [0, 4, 9])])
        #expect(batch.rows.map(\.importWh) == [10])
        #expect(batch.refusals[0].map(\.readingIndex) == [4, 9])
        #expect(Set(batch.refusals[0].map(\.reason)) == ["bad_schema"])
    }

    @Test("Rules judge by the time at which the record came, not by when it is replayed")
    func rules() {
        let body = #"{"v":1,"t":"2016-08-01T02:00:00Z","import_wh":10}"#
        let batch = replay([home]).decide([record(body)])
        #expect(batch.rows.isEmpty)
        #expect(batch.refusals[0].map(\.reason) == ["time_future"])
        #expect(batch.refusals[0].map(\.readingIndex) == [0])
        let header = [("iothub-connection-device-id", "home-07"), ("iothub-enqueuedtime", "1470016900000")]
        #expect(replay([home]).decide([record(body, headers: header)]).rows.count == 1)
    }

    @Test("Records keep apart, whatever becomes of them")
    func several() {
        let good = #"{"v":1,"t":"2016-08-01T00:15:00Z","import_wh":10}"#
        let stranger = [("iothub-connection-device-id", "stranger")]
        let records = [
            record(good), record("{", headers: []), record(good, headers: stranger), record(nil, refused: [-1]),
            record(Self.three, refused: [2]),
        ]
        let batch = replay([home]).decide(records, refusedByDatabase: [0: "22003"])
        #expect(batch.rows.map(\.partitionIndex) == [4])
        let reasons = batch.refusals.map { $0.map(\.reason) }
        #expect(reasons == [["database_refused"], ["no_identity"], ["unknown_device"], ["bad_schema"], []])
        #expect(batch.refusals[0][0].detail.contains("22003"))
    }

    @Test("The key names the device where it did when the record came")
    func key() {
        let good = #"{"v":1,"t":"2016-08-01T00:15:00Z","import_wh":10}"#
        let replay = replay([home]) { $0.identity = .recordKey }
        #expect(replay.decide([record(good, headers: [], key: "home-07")]).rows.count == 1)
        #expect(replay.decide([record(good, headers: [])]).refusals[0].map(\.reason) == ["no_identity"])
    }
}
