internal import Ingestion

/// What was refused: kept up to the day's limit, counted in any case.
extension BatchWriter {
    /// Writes a batch's dead letters and their tally; says how many of each partition were only counted.
    ///
    /// Two round trips beside the COPY, only of batches that have any.
    func keepDeadLetters(
        _ batch: IngestBatch,
        _ limit: DeadLetterLimit,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [TopicPartition: Int] {
        if batch.deadLetters.isEmpty { return [:] }
        var days = try openDays(of: batch, connection)
        var tally = Tally()
        var dropped: [TopicPartition: Int] = [:]
        var kept: [DeadLetterRow] = []
        kept.reserveCapacity(batch.deadLetters.count)
        for letter in batch.deadLetters {
            let index = Int(letter.partitionIndex)
            let bytes = Int64(letter.contentBytes)
            let fits = days[index].take(bytes, limit)
            tally.count(letter, bytes, isKept: fits)
            if fits { kept.append(letter) } else { dropped[batch.partitions[index].partition, default: 0] += 1 }
        }
        try copyDeadLetters(kept, of: batch, connection)
        try write(tally, of: batch, connection)
        return dropped
    }

    /// What today holds of each of the batch's partitions.
    private func openDays(
        of batch: IngestBatch,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [DeadLetterLimit.Day] {
        let rows = try connection.query(
            """
            select b.place, sum(t.kept)::bigint, sum(t.kept_bytes)::bigint, bool_or(t.dropped > 0)
            from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as b (topic, partition, incarnation, place)
            join energy.dead_letter_tally t on t.topic = b.topic and t.partition = b.partition and t.incarnation = b.incarnation
                and t.day = (now() at time zone 'UTC')::date
            group by b.place
            """,
            [
                .textArray(batch.partitions.map(\.partition.topic)),
                .int32Array(batch.partitions.map(\.partition.partition)),
                .int32Array(batch.partitions.map(\.incarnation)),
            ]
        )
        let empty = DeadLetterLimit.Day(rows: 0, bytes: 0, isClosed: false)
        var days = [DeadLetterLimit.Day](repeating: empty, count: batch.partitions.count)
        for row in 0..<rows.rowCount {
            guard let place = rows.int64(row, 0), days.indices.contains(Int(place) - 1) else { continue }
            days[Int(place) - 1] = DeadLetterLimit.Day(
                rows: rows.int64(row, 1) ?? 0,
                bytes: rows.int64(row, 2) ?? 0,
                isClosed: rows.bool(row, 3) ?? false
            )
        }
        return days
    }

    private func copyDeadLetters(
        _ letters: [DeadLetterRow],
        of batch: IngestBatch,
        _ connection: PostgresConnection
    ) throws(PostgresError) {
        if letters.isEmpty { return }
        buffer.removeAll()
        for letter in letters {
            let progress = batch.partitions[Int(letter.partitionIndex)]
            let isWithContent = !letter.payload.isEmpty || letter.readingIndex < 0
            buffer.beginRow(fields: 13)
            buffer.text(progress.partition.topic)
            buffer.int32(progress.partition.partition)
            buffer.int32(progress.incarnation)
            buffer.int64(letter.offset)
            buffer.int32(letter.readingIndex)
            buffer.timestamp(letter.receivedAt)
            buffer.text(letter.reason)
            buffer.text(letter.detail)
            // U+0000 cannot be in text; a name that has it is no name of a hub's device, and the headers keep it.
            if let name = letter.hubDeviceID, !name.utf8.contains(0) { buffer.text(name) } else { buffer.null() }
            if isWithContent { buffer.bytes(letter.payload) } else { buffer.null() }
            buffer.jsonb(DeadLetterEncoding.json(letter.headers))
            if let key = letter.recordKey { buffer.bytes(key) } else { buffer.null() }
            if let time = letter.recordTime { buffer.timestamp(time) } else { buffer.null() }
        }
        buffer.finish()
        try connection.copyIn(
            """
            copy energy.dead_letter (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail, \
            hub_device_id, payload, headers, record_key, record_time) from stdin (format binary)
            """,
            buffer
        )
    }

    private func write(
        _ tally: Tally,
        of batch: IngestBatch,
        _ connection: PostgresConnection
    ) throws(PostgresError) {
        let entries = Array(tally.entries)
        let parts = entries.map { batch.partitions[Int($0.key.partitionIndex)] }
        _ = try connection.query(
            """
            insert into energy.dead_letter_tally as t
                (topic, partition, incarnation, day, reason, kept, kept_bytes, dropped, dropped_bytes)
            select topic, partition, incarnation, (now() at time zone 'UTC')::date, reason, kept, kept_bytes, dropped, dropped_bytes
            from unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
                as b (topic, partition, incarnation, reason, kept, kept_bytes, dropped, dropped_bytes)
            on conflict (topic, partition, incarnation, day, reason) do update
            set kept = t.kept + excluded.kept, kept_bytes = t.kept_bytes + excluded.kept_bytes,
                dropped = t.dropped + excluded.dropped, dropped_bytes = t.dropped_bytes + excluded.dropped_bytes
            """,
            [
                .textArray(parts.map(\.partition.topic)), .int32Array(parts.map(\.partition.partition)),
                .int32Array(parts.map(\.incarnation)), .textArray(entries.map(\.key.reason)),
                .int64Array(entries.map(\.value.kept)), .int64Array(entries.map(\.value.keptBytes)),
                .int64Array(entries.map(\.value.dropped)), .int64Array(entries.map(\.value.droppedBytes)),
            ]
        )
    }
}

/// A batch's refusals, counted by partition and reason.
private struct Tally {
    struct Key: Hashable {
        var partitionIndex: Int32
        var reason: String
    }

    struct Counts {
        var kept: Int64 = 0
        var keptBytes: Int64 = 0
        var dropped: Int64 = 0
        var droppedBytes: Int64 = 0
    }

    private(set) var entries: [Key: Counts] = [:]

    mutating func count(_ letter: DeadLetterRow, _ bytes: Int64, isKept: Bool) {
        let key = Key(partitionIndex: letter.partitionIndex, reason: letter.reason)
        if isKept {
            entries[key, default: Counts()].kept += 1
            entries[key, default: Counts()].keptBytes += bytes
        } else {
            entries[key, default: Counts()].dropped += 1
            entries[key, default: Counts()].droppedBytes += bytes
        }
    }
}
