internal import Ingestion

/// Reads dead letters.
public struct DeadLetterQuery {
    private let connection: PostgresConnection

    /// Asks over a connection.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// The newest letters that pass the filter, without their content, and how many pass in all.
    public func list(_ filter: DeadLetterFilter, limit: Int) throws -> (letters: [DeadLetter], count: Int64) {
        try connection.snapshot {
            let condition = filter.condition
            let result = try connection.query(
                """
                select \(Self.columns) from energy.dead_letter d where \(condition.sql)
                order by received_at desc, topic, partition, incarnation desc, record_offset desc, reading_index limit \(max(0, limit))
                """,
                condition.parameters
            )
            let count = try connection.query(
                "select count(*) from energy.dead_letter d where \(condition.sql)",
                condition.parameters
            )
            return ((0..<result.rowCount).map { Self.letter(result, $0) }, count.int64(0, 0) ?? 0)
        }
    }

    /// How many letters pass the filter, by reason, most frequent first.
    public func counts(_ filter: DeadLetterFilter) throws(PostgresError) -> [ReasonCount] {
        let condition = filter.condition
        let result = try connection.query(
            "select reason, count(*) from energy.dead_letter d where \(condition.sql) group by reason order by 2 desc, 1",
            condition.parameters
        )
        return (0..<result.rowCount).map {
            ReasonCount(reason: result.text($0, 0) ?? "", count: result.int64($0, 1) ?? 0)
        }
    }

    /// The letters that an id names, newest incarnation first, with what was in their record.
    ///
    /// Only a record's first letter holds its value; every letter is given it.
    ///
    /// - Throws: ``QueryFailure`` if there is none; ``PostgresError``.
    public func content(of id: DeadLetterID) throws -> [DeadLetterContent] {
        try connection.snapshot {
            let key: [PostgresParameter] = [
                .text(id.partition.topic), .int32(id.partition.partition), .int64(id.offset),
            ]
            let result = try connection.query(
                """
                select \(Self.columns), c.payload, c.record_key, \(PostgresTimestamp.sql("c.record_time")), c.reading_index
                from energy.dead_letter d
                left join lateral (
                    select p.payload, p.record_key, p.record_time, p.reading_index from energy.dead_letter p
                    where p.topic = d.topic and p.partition = d.partition and p.incarnation = d.incarnation
                        and p.record_offset = d.record_offset and p.payload is not null
                    order by p.reading_index limit 1) c on true
                where d.topic = $1 and d.partition = $2 and d.record_offset = $3 and ($4::integer is null or d.reading_index = $4)
                order by d.incarnation desc, d.reading_index
                """,
                key + [.optional(id.index)]
            )
            guard result.rowCount > 0 else {
                throw QueryFailure("there is no dead letter \(id): wattsource dead-letters list shows what there is")
            }
            return try (0..<result.rowCount).map { row in
                let letter = Self.letter(result, row)
                return DeadLetterContent(
                    letter: letter,
                    headers: try headers(of: letter, heldBy: result.int32(row, Self.columnCount + 3)),
                    payload: result.bytes(row, Self.columnCount),
                    key: result.bytes(row, Self.columnCount + 1),
                    recordTime: result.int64(row, Self.columnCount + 2)
                )
            }
        }
    }

    private static let columnCount = 15
    private static let columns = """
        d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index, \(PostgresTimestamp.sql("d.received_at")), \
        \(PostgresTimestamp.sql("d.recorded_at")), d.reason, d.detail, d.hub_device_id, \(PostgresTimestamp.sql("d.resolved_at")), \
        d.resolution, d.resolved_by, d.note, d.attempts
        """

    private static func letter(_ result: PostgresResult, _ row: Int) -> DeadLetter {
        let partition = TopicPartition(topic: result.text(row, 0) ?? "", partition: result.int32(row, 1) ?? 0)
        let id = DeadLetterID(partition: partition, offset: result.int64(row, 3) ?? 0, index: result.int32(row, 4))
        var letter = DeadLetter(id: id)
        letter.incarnation = result.int32(row, 2) ?? 0
        letter.receivedAt = result.int64(row, 5) ?? 0
        letter.recordedAt = result.int64(row, 6) ?? 0
        letter.reason = result.text(row, 7) ?? ""
        letter.detail = result.text(row, 8) ?? ""
        letter.hubDeviceID = result.text(row, 9)
        letter.resolvedAt = result.int64(row, 10)
        letter.resolution = result.text(row, 11)
        letter.resolvedBy = result.text(row, 12)
        letter.note = result.text(row, 13)
        letter.attempts = result.int32(row, 14) ?? 0
        return letter
    }

    /// Headers are a JSON list of names and values: text, or an object with base64 for bytes that JSON cannot hold.
    ///
    /// - Parameter index: the place of the record's letter that holds them; `nil`: the letter itself.
    private func headers(of letter: DeadLetter, heldBy index: Int32?) throws(PostgresError) -> [DeadLetterContent
        .Header]
    {
        let result = try connection.query(
            """
            select \(DeadLetterEncoding.columns(of: "h.header"))
            from energy.dead_letter d, \(DeadLetterEncoding.elements(of: "d.headers")) as h (header, place)
            where d.topic = $1 and d.partition = $2 and d.incarnation = $3 and d.record_offset = $4 and d.reading_index = $5
            order by h.place
            """,
            [
                .text(letter.id.partition.topic), .int32(letter.id.partition.partition), .int32(letter.incarnation),
                .int64(letter.id.offset), .int32(index ?? letter.id.index ?? -1),
            ]
        )
        return (0..<result.rowCount).map {
            DeadLetterContent.Header(name: result.bytes($0, 0) ?? [], value: result.bytes($0, 1) ?? [])
        }
    }
}
