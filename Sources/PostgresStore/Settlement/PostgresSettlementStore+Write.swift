public import Settlement

extension PostgresSettlementStore {
    /// Writes a settled span, making the partitions that it needs first.
    public func write(_ span: SettledSpan) throws(SettlementFailure) -> SpanReceipt {
        try ensurePartitions(span.intervals.map(\.start))
        return try inClaim { connection, community throws(PostgresError) in
            let writing = SpanWriting(connection, community: community, span)
            let receipt = span.isAgain ? try writing.writeAgain() : try writing.writeFirst()
            try writing.writeAnomalies()
            try writing.writeDays()
            return receipt
        }
    }
}
