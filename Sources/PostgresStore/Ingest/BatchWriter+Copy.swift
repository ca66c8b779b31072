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

    /// Copies rows into the staging table, numbered in their order.
    func copyStaged(_ rows: [ReadingRow], _ connection: PostgresConnection) throws(PostgresError) {
        buffer.removeAll()
        for (sequence, row) in rows.enumerated() {
            buffer.beginRow(fields: 9)
            buffer.int32(Int32(sequence))
            buffer.int32(row.partitionIndex)
            buffer.int32(row.deviceID)
            buffer.timestamp(row.measuredAt)
            buffer.timestamp(row.receivedAt)
            if row.importWh < 0 { buffer.null() } else { buffer.int64(row.importWh) }
            if row.exportWh < 0 { buffer.null() } else { buffer.int64(row.exportWh) }
            buffer.int16(row.flags)
            buffer.byte(row.quality)
        }
        buffer.finish()
        try connection.copyIn(StagingSQL.copy, buffer)
    }
}
