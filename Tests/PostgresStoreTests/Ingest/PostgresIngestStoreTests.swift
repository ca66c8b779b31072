import EnergySharing
import Ingestion
import MeterReadings
import Testing

@testable import PostgresStore

@Suite("PostgresIngestStore", .needsPostgres)
struct PostgresIngestStoreTests {
    @Test func theDirectoryIsTheRegistrysDevices() throws {
        let fixture = try IngestFixture()
        try fixture.sql.run(
            """
            update energy.control set registry_version = 3;
            insert into energy.device (hub_device_id, connection_watts, inverter_watts, register_digits, status, generation_id)
            values ('home-01', 11000, 5000, 6, 'enabled', 'g1'), ('Zähler', null, null, null, 'disabled', null)
            """
        )
        let directory = try fixture.store.loadDirectory()
        #expect(directory.registryVersion == 3)
        #expect(
            directory.devices == [
                DeviceEntry(
                    deviceID: 1,
                    hubDeviceID: Array("home-01".utf8),
                    limits: ConnectionLimits(connectionWatts: 11_000, inverterWatts: 5000, registerDigits: 6),
                    generationID: Array("g1".utf8)
                ),
                DeviceEntry(deviceID: 2, hubDeviceID: Array("Zähler".utf8), isEnabled: false),
            ]
        )
        try fixture.sql.run("update energy.device set adapter = 'from-the-future'")
        let failure = #expect(throws: StoreFailure.self) { try fixture.store.loadDirectory() }
        #expect(failure?.action == .halt && failure?.description.contains("from-the-future") == true)
    }

    @Test func unknownDevicesAreAnsweredWithTheirNewestReadings() throws {
        let fixture = try IngestFixture()
        var batch = fixture.batch(
            staged: [
                reading(1, 0, import: 500, export: 7), reading(1, 900, import: 600, export: -1, quality: "S"),
                reading(1, 1800, import: 1, quality: "F"),
                reading(2, 0, import: 500), reading(2, 900, import: 400, quality: "E"),
                reading(3, 0, import: -1, export: 9), reading(4, 0, quality: "N"),
            ]
        )
        batch.unknownDevices = [1, 2, 3, 4, 5]
        let stored = Dictionary(
            uniqueKeysWithValues: batch.staged.map { row in
                (
                    [Int64(row.deviceID), row.measuredAt],
                    LastReading(
                        measuredAt: row.measuredAt,
                        receivedAt: row.receivedAt,
                        importWh: row.importWh,
                        exportWh: row.exportWh,
                        quality: row.quality
                    )
                )
            }
        )
        func newest(_ device: Int32, _ seconds: Int64, _ previous: Int64?) throws -> NewestReadings {
            let last = try #require(stored[[Int64(device), reading(device, seconds).measuredAt]])
            return NewestReadings(
                last: last,
                previous: previous.flatMap { stored[[Int64(device), reading(device, $0).measuredAt]] }
            )
        }
        let receipt = try fixture.write(batch)
        #expect(
            try receipt.newestReadings == [1: newest(1, 900, 0), 2: newest(2, 900, 0), 3: newest(3, 0, nil)]
        )
    }

    @Test func deadLettersKeepEveryByte() throws {
        let fixture = try IngestFixture()
        let all = (0...255).map { UInt8($0) }
        func letter(
            _ offset: Int64,
            _ index: Int32,
            _ payload: [UInt8],
            _ hub: String?,
            _ headers: [DeadLetterRow.Header] = []
        )
            -> DeadLetterRow
        {
            DeadLetterRow(
                partitionIndex: 0,
                offset: offset,
                readingIndex: index,
                receivedAt: IngestFixture.epoch,
                reason: "bad_json",
                detail: "a number is expected (byte 7)",
                hubDeviceID: hub,
                payload: payload,
                headers: headers
            )
        }
        let headers = [
            DeadLetterRow.Header(name: Array("name \"1\"\\\u{1}".utf8), value: Array("Zähler\n".utf8)),
            DeadLetterRow.Header(name: [0xFF], value: all),
            DeadLetterRow.Header(name: [], value: [0x61, 0]),
        ]
        try fixture.write(
            fixture.batch(deadLetters: [
                letter(0, -1, all, "home-01", headers), letter(1, -1, [], nil), letter(2, 5, [], "a\0b"),
                letter(2, 6, [1], ""),
            ])
        )
        let rows = try fixture.sql.query(
            """
            select record_offset, reading_index, payload, hub_device_id, headers #>> '{0,name}', headers #>> '{0,value}',
                   decode(headers #>> '{1,name,base64}', 'base64'), decode(headers #>> '{1,value,base64}', 'base64'),
                   headers #>> '{2,name}', decode(headers #>> '{2,value,base64}', 'base64'), jsonb_array_length(headers),
                   reason, detail, topic, partition, incarnation, \(PostgresTimestamp.sql("received_at"))
            from energy.dead_letter order by record_offset, reading_index
            """
        )
        #expect(rows.rowCount == 4)
        #expect(rows.bytes(0, 2) == all && rows.text(0, 3) == "home-01")
        #expect(rows.text(0, 4) == "name \"1\"\\\u{1}" && rows.text(0, 5) == "Zähler\n")
        #expect(rows.bytes(0, 6) == [0xFF] && rows.bytes(0, 7) == all)
        #expect(rows.text(0, 8) == "" && rows.bytes(0, 9) == [0x61, 0] && rows.int32(0, 10) == 3)
        #expect(rows.text(0, 11) == "bad_json" && rows.text(0, 12) == "a number is expected (byte 7)")
        #expect(rows.text(0, 13) == "telemetry" && rows.int32(0, 14) == 0 && rows.int32(0, 15) == 0)
        #expect(rows.int64(0, 16) == IngestFixture.epoch)
        #expect(rows.bytes(1, 2) == [] && rows.text(1, 3) == nil)
        #expect(rows.isNull(2, 2) && rows.text(2, 3) == nil)
        #expect(rows.bytes(3, 2) == [1] && rows.text(3, 3) == "")
        try fixture.checkBooks()
    }

    @Test func base64IsThatOfTheStandard() {
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
            "foobar": "Zm9vYmFy",
        ]
        for (plain, encoded) in vectors { #expect(DeadLetterEncoding.base64(Array(plain.utf8)) == Array(encoded.utf8)) }
    }

    @Test func theNewestLedgerRowIsExtendedWhileItIsYoungAndTheEpochTheSame() throws {
        let fixture = try IngestFixture()
        func ranges() throws -> [String] {
            let rows = try fixture.sql.query(
                "select first_offset || '-' || last_offset || ' ' || epoch || ' ' || accepted from energy.ingest_batch order by first_offset"
            )
            return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
        }
        try fixture.write(fixture.batch(straight: [reading(1, 0)]))
        try fixture.write(fixture.batch(straight: [reading(1, 900), reading(1, 1800)]))
        #expect(try ranges() == ["0-2 1 3"])
        try fixture.sql.run("update energy.ingest_batch set opened_at = now() - interval '61 seconds'")
        try fixture.write(fixture.batch(straight: [reading(1, 2700)]))
        #expect(try ranges() == ["0-2 1 3", "3-3 1 1"])
        try fixture.takeOverAgain()
        try fixture.write(fixture.batch(straight: [reading(1, 3600)]))
        try fixture.write(fixture.batch(straight: [reading(1, 4500)]))
        #expect(try ranges() == ["0-2 1 3", "3-3 1 1", "4-5 2 2"])
        try fixture.checkBooks()
    }

    @Test func aBatchWithoutOffsetsMovesNothingIntoTheLedger() throws {
        let fixture = try IngestFixture()
        var batch = fixture.batch()
        batch.partitions[0].nextOffset = batch.partitions[0].firstOffset
        try fixture.write(batch)
        #expect(try fixture.number("select count(*) from energy.ingest_batch") == 0)
        #expect(try fixture.store.write(IngestBatch(registryVersion: 99)) == CommitReceipt())
    }

    @Test func theEndOfAPartitionIsMarkedByItsOwnerAndForgottenWithTheNextBatch() throws {
        let fixture = try IngestFixture(partitions: 2)
        let partitions = fixture.positions.map { (partition: $0.partition, epoch: $0.epoch) }
        func atEnd() throws -> [Bool] { try fixture.store.positions(ofTopics: ["telemetry", "other"]).map(\.isAtEnd) }
        let failure = #expect(throws: StoreFailure.self) {
            try fixture.store.markAtEnd([partitions[0], (partition: partitions[1].partition, epoch: 9)], isAtEnd: true)
        }
        #expect(failure?.action == .fenced([partitions[1].partition]))
        #expect(try atEnd() == [true, false])
        let since = try fixture.number(
            "select extract(epoch from at_end_since) * 1000000 from energy.stream_position order by 1"
        )
        try fixture.store.markAtEnd(partitions, isAtEnd: true)
        #expect(try atEnd() == [true, true])
        #expect(
            try fixture.number(
                "select extract(epoch from at_end_since) * 1000000 from energy.stream_position where partition = 0"
            )
                == since
        )
        try fixture.store.markAtEnd([partitions[0]], isAtEnd: false)
        #expect(try atEnd() == [false, true])
        try fixture.write(fixture.batch(straight: [reading(1, 0, partition: 1)]))
        #expect(try atEnd() == [false, false])
    }

    @Test func manyPartitionsAreOneBatch() throws {
        let fixture = try IngestFixture(partitions: 40)
        try fixture.write(fixture.batch(straight: (0..<40).map { reading($0 + 1, 0, partition: $0) }))
        try fixture.write(fixture.batch(staged: (0..<40).map { reading($0 + 1, 900, partition: $0) }))
        #expect(
            try fixture.number("select count(*) from energy.ingest_batch where accepted = 2 and last_offset = 1") == 40
        )
        try fixture.checkBooks()
    }
}
