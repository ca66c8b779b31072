internal import Ingestion

extension BatchWriter {
    /// Copies rows of the straight path into `reading`.
    func copyStraight(_ rows: [ReadingRow], _ connection: PostgresConnection) throws(PostgresError) {
        if rows.isEmpty { return }
        buffer.removeAll()
        for row in rows {
            buffer.reading(
                measuredAt: row.measuredAt,
                receivedAt: row.receivedAt,
                importWh: row.importWh,
                exportWh: row.exportWh,
                deviceID: row.deviceID,
                flags: row.flags,
                quality: row.quality
            )
        }
        buffer.finish()
        try connection.copyIn(
            """
            copy energy.reading (measured_at, received_at, import_wh, export_wh, device_id, flags, quality) \
            from stdin (format binary)
            """,
            buffer
        )
    }

    /// Copies what was refused.
    func copyDeadLetters(_ batch: IngestBatch, _ connection: PostgresConnection) throws(PostgresError) {
        if batch.deadLetters.isEmpty { return }
        buffer.removeAll()
        for letter in batch.deadLetters {
            let progress = batch.partitions[Int(letter.partitionIndex)]
            buffer.beginRow(fields: 11)
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
            if letter.payload.isEmpty, letter.readingIndex >= 0 { buffer.null() } else { buffer.bytes(letter.payload) }
            buffer.jsonb(DeadLetterEncoding.json(letter.headers))
        }
        buffer.finish()
        try connection.copyIn(
            """
            copy energy.dead_letter (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail, \
            hub_device_id, payload, headers) from stdin (format binary)
            """,
            buffer
        )
    }
}
