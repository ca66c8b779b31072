public import Settlement

extension PostgresSettlementStore {
    /// Writes a settled span, making the partitions that it needs first; of a closed one only what would change is noted.
    public func write(_ span: SettledSpan) throws(SettlementFailure) -> SpanReceipt {
        if span.isClosed {
            try inClaim { connection, community throws(PostgresError) in
                try SpanWriting(connection, community: community, span).noteLate()
            }
            return SpanReceipt()
        }
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
