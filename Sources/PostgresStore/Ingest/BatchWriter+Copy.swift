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
}
