import MeterReadings
import Testing

@testable import Ingestion

@Suite("Record intake: window and letters")
struct RecordIntakeMemoryTests {
    static let start: Int64 = 1_470_009_600_000_000
    static let place = TopicPartition(topic: "meters", partition: 0)

    func intake(_ change: (inout IngestSettings) -> Void = { _ in }) -> RecordIntake {
        var settings = IngestSettings(owner: "test", topics: [])
        change(&settings)
        let devices = ["a", "b"].enumerated().map {
            DeviceEntry(
                deviceID: Int32($0 + 1),
                hubDeviceID: Array($1.utf8),
                profile: DeviceProfile(registers: .import)
            )
        }
        return RecordIntake(
            settings: settings,
            directory: DeviceDirectory(DirectorySnapshot(registryVersion: 1, devices: devices))
        )
    }

    /// Takes a reading of a device so many quarter hours after ``start``.
    func take(_ intake: inout RecordIntake, _ device: String, _ quarter: Int64, offset: Int64, key: String? = nil) {
        let millis = (Self.start + quarter * 900_000_000) / 1000
        let name = DeadLetterRow.Header(
            name: Array("iothub-connection-device-id".utf8),
            value: Array(device.utf8)
        )
        let record = StoredRecord(
            partition: Self.place,
            incarnation: 0,
            offset: offset,
            timestamp: millis * 1000,
            key: key.map { Array($0.utf8) },
            value: Array(#"{"v":1,"t":\#(millis),"import_wh":\#(quarter * 100)}"#.utf8),
            headers: device.isEmpty ? [] : [name],
            refused: []
        )
        let assigned = AssignedPartition(
            partition: Self.place,
            incarnation: 0,
            epoch: 1,
            nextOffset: offset,
            committedOffset: offset
        )
        _ = intake.take(
            RecordOrigin(assignmentIndex: 0, offset: offset, timestamp: record.timestamp),
            of: assigned,
            from: record,
            anchorHash: 0
        )
    }

    func newest(_ device: Int32, _ quarter: Int64) -> [Int32: NewestReadings] {
        [
            device: NewestReadings(
                last: LastReading(
                    measuredAt: Self.start + quarter * 900_000_000,
                    receivedAt: Self.start,
                    importWh: quarter * 100,
                    exportWh: -1,
                    quality: 0x4D
                )
            )
        ]
    }

    @Test("Stored readings that changed outside of the stream make the window and the batch being filled forget")
    func distrust() {
        var intake = intake()
        take(&intake, "a", 1, offset: 0)
        let first = intake.takeBatch()
        #expect(first.readingVersion == nil)
        intake.learn(CommitReceipt(newestReadings: newest(1, 1), readingVersion: 3), devices: [1], batch: 1)
        take(&intake, "a", 2, offset: 1)
        let second = intake.takeBatch()
        #expect(second.readingVersion == 3)
        #expect(second.straight.count == 1)
        take(&intake, "a", 3, offset: 2)
        #expect(intake.batch.straight.count == 1)
        // The second batch found another version: what the third was decided by is old.
        intake.learn(CommitReceipt(readingVersion: 4), devices: [], batch: 2)
        #expect(intake.batch.straight.isEmpty)
        #expect(intake.batch.staged.map(\.measuredAt) == [Self.start + 3 * 900_000_000])
        #expect(intake.batch.unknownDevices == [1])
        #expect(intake.batch.readingVersion == 4)
        take(&intake, "a", 4, offset: 3)
        #expect(intake.batch.straight.isEmpty)
        let third = intake.takeBatch()
        take(&intake, "a", 5, offset: 4)
        #expect(intake.batch.straight.isEmpty)
        // The third batch teaches again, but not while a fourth holds more of the device.
        intake.learn(CommitReceipt(newestReadings: newest(1, 4), readingVersion: 4), devices: [1], batch: 3)
        #expect(third.readingVersion == 4)
        take(&intake, "a", 6, offset: 5)
        #expect(intake.batch.straight.isEmpty)
        _ = intake.takeBatch()
        intake.learn(CommitReceipt(newestReadings: newest(1, 6), readingVersion: 4), devices: [1], batch: 4)
        take(&intake, "a", 7, offset: 6)
        #expect(intake.batch.straight.count == 1)
    }

    @Test("A letter keeps what a replay needs: key, time, and who sent it where the configuration looks for that")
    func letters() {
        var byKey = intake { $0.identity = .recordKey }
        take(&byKey, "", 1, offset: 0, key: "stranger")
        let letter = byKey.batch.deadLetters[0]
        #expect(letter.reason == "unknown_device")
        #expect(letter.hubDeviceID == "stranger")
        #expect(letter.recordKey == Array("stranger".utf8))
        #expect(letter.recordTime == Self.start + 900_000_000)
        var byHeader = intake()
        take(&byHeader, "", 1, offset: 0, key: "stranger")
        #expect(byHeader.batch.deadLetters[0].reason == "no_identity")
        #expect(byHeader.batch.deadLetters[0].hubDeviceID == nil)
    }

    @Test(
        "A record that the database refused is forgotten once it is covered, and is another one in another life of its topic"
    )
    func refusedByDatabase() {
        var intake = intake()
        for incarnation: Int32 in 1...2 {
            intake.refusedByDatabase[.init(partition: Self.place, incarnation: incarnation, offset: 3)] = "22003"
        }
        take(&intake, "a", 3, offset: 3)
        #expect(intake.batch.deadLetters.isEmpty)
        intake.refusedByDatabase[.init(partition: Self.place, incarnation: 0, offset: 4)] = "22003"
        take(&intake, "a", 4, offset: 4)
        #expect(intake.batch.deadLetters.map(\.reason) == ["database_refused"])
        intake.covered(intake.takeBatch().partitions)
        #expect(intake.refusedByDatabase.isEmpty)
    }
}
