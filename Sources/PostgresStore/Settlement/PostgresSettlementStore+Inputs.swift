public import Settlement

/// Looking at one interval as settlement would compute it now.
extension PostgresSettlementStore {
    /// All that decides the split of the community's interval that begins at `start`, by what is stored in one snapshot; `nil`: no interval
    /// of the community begins then.
    ///
    /// Changes nothing and waits for nobody, so that what is stored may be newer than what is settled.
    public func inputs(ofCommunity community: Int32, at start: Int64) throws(SettlementFailure) -> IntervalInputs? {
        guard claimed == nil else { throw SettlementFailure(isRetriable: false, "a claim is open") }
        let terms = try perform { connection throws(PostgresError) in
            try connection.run("begin isolation level repeatable read read only")
            do throws(PostgresError) { return try Self.terms(of: community, connection) } catch {
                connection.rollback()
                throw error
            }
        }
        defer { abandon() }
        return try IntervalInputs.read(at: start, terms, from: self)
    }
}
