internal import Ingestion

/// Unresolved dead letters that this transaction has locked, with what their records hold.
///
/// A letter that another session works on is skipped: it is that session's.
struct LockedLetters {
    /// One letter's key.
    struct Letter: Equatable {
        var id: DeadLetterID
        var incarnation: Int32
        var receivedAt: Int64

        /// The reading's place; -1: the whole record.
        var index: Int32 { id.index ?? -1 }
    }

    /// The letters in the order of their keys.
    var letters: [Letter] = []
    /// Their records, in the same order.
    var records: [StoredRecord] = []
    /// For each letter the place of its record in ``records``.
    var recordOfLetter: [Int] = []

    /// A row `d` of `energy.dead_letter` is the one whose key `k` has.
    static let key = """
        d.topic = k.topic and d.partition = k.partition and d.incarnation = k.incarnation and d.record_offset = k.record_offset \
        and d.reading_index = k.reading_index and d.received_at = k.received_at
        """

    /// What to lock.
    struct Wanted {
        /// A condition on `energy.dead_letter d`.
        var condition: String
        var parameters: [PostgresParameter]
        /// Letters whose key is behind this one's.
        var after: Letter?
        /// How many letters at most.
        var count: Int
        /// How many bytes of payload at most, beyond the first letter's.
        var bytes: Int64
    }

    /// Locks the next letters in the order of their keys; empty if there are none.
    static func lock(_ wanted: Wanted, _ connection: PostgresConnection) throws(PostgresError) -> LockedLetters {
        var parameters = wanted.parameters
        var following = ""
        if let after = wanted.after {
            following = """
                and (d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index)
                    > (\((1...5).map { "$\(parameters.count + $0)" }.joined(separator: ", ")))
                """
            parameters += [
                .text(after.id.partition.topic), .int32(after.id.partition.partition), .int32(after.incarnation),
                .int64(after.id.offset), .int32(after.index),
            ]
        }
        let rows = try connection.query(
            """
            select d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index, \(PostgresTimestamp.sql("d.received_at")),
                   (select octet_length(p.payload) from energy.dead_letter p where \(isOfSameRecord) limit 1)
            from energy.dead_letter d
            where d.resolved_at is null and \(wanted.condition) \(following)
            order by d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index
            limit \(max(1, wanted.count)) for update of d skip locked
            """,
            parameters
        )
        var locked = LockedLetters()
        var bytes: Int64 = 0
        for row in 0..<rows.rowCount {
            let partition = TopicPartition(topic: rows.text(row, 0) ?? "", partition: rows.int32(row, 1) ?? 0)
            let id = DeadLetterID(partition: partition, offset: rows.int64(row, 3) ?? 0, index: rows.int32(row, 4))
            let letter = Letter(id: id, incarnation: rows.int32(row, 2) ?? 0, receivedAt: rows.int64(row, 5) ?? 0)
            let isNew = locked.append(letter)
            if isNew { bytes += rows.int64(row, 6) ?? 0 }
            if isNew, bytes > wanted.bytes, locked.letters.count > 1 {
                locked.removeLast()
                break
            }
        }
        try locked.fill(connection)
        return locked
    }

    /// The letter that holds what the record of letter `d` held.
    private static let isOfSameRecord = """
        p.topic = d.topic and p.partition = d.partition and p.incarnation = d.incarnation and p.record_offset = d.record_offset \
        and p.received_at = d.received_at and p.payload is not null
        """

    /// Adds a letter, and its record if it is the first of it.
    private mutating func append(_ letter: Letter) -> Bool {
        letters.append(letter)
        if let last = records.indices.last, records[last].partition == letter.id.partition,
            records[last].incarnation == letter.incarnation, records[last].offset == letter.id.offset
        {
            records[last].refused.append(letter.index)
            recordOfLetter.append(last)
            return false
        }
        recordOfLetter.append(records.count)
        records.append(
            StoredRecord(
                partition: letter.id.partition,
                incarnation: letter.incarnation,
                offset: letter.id.offset,
                timestamp: nil,
                key: nil,
                value: nil,
                headers: [],
                refused: [letter.index]
            )
        )
        return true
    }

    private mutating func removeLast() {
        letters.removeLast()
        records.removeLast()
        recordOfLetter.removeLast()
    }

    /// Reads what the records hold.
    private mutating func fill(_ connection: PostgresConnection) throws(PostgresError) {
        if letters.isEmpty { return }
        let first = records.indices.map { record in letters[recordOfLetter.firstIndex(of: record) ?? 0] }
        let keys: [PostgresParameter] = [
            .textArray(first.map(\.id.partition.topic)), .int32Array(first.map(\.id.partition.partition)),
            .int32Array(first.map(\.incarnation)), .int64Array(first.map(\.id.offset)),
            .timestampArray(first.map(\.receivedAt)),
        ]
        let contents = """
            from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[], $5::timestamptz[])
                with ordinality as d (topic, partition, incarnation, record_offset, received_at, place)
            cross join lateral (
                select p.payload, p.record_key, p.record_time, p.headers from energy.dead_letter p where \(Self.isOfSameRecord)
                order by p.reading_index limit 1) c
            """
        let bodies = try connection.query(
            "select d.place, c.payload, c.record_key, \(PostgresTimestamp.sql("c.record_time")) \(contents)",
            keys
        )
        for row in 0..<bodies.rowCount {
            guard let place = bodies.int64(row, 0), records.indices.contains(Int(place) - 1) else { continue }
            records[Int(place) - 1].value = bodies.bytes(row, 1)
            records[Int(place) - 1].key = bodies.bytes(row, 2)
            records[Int(place) - 1].timestamp = bodies.int64(row, 3)
        }
        let headers = try connection.query(
            """
            select d.place, \(DeadLetterEncoding.columns(of: "h.header")) \(contents)
            cross join lateral \(DeadLetterEncoding.elements(of: "c.headers")) as h (header, number)
            order by d.place, h.number
            """,
            keys
        )
        for row in 0..<headers.rowCount {
            guard let place = headers.int64(row, 0), records.indices.contains(Int(place) - 1) else { continue }
            records[Int(place) - 1].headers.append(
                DeadLetterRow.Header(name: headers.bytes(row, 1) ?? [], value: headers.bytes(row, 2) ?? [])
            )
        }
    }
}
