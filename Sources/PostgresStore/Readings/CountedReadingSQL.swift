/// Which stored readings settlement counts, in SQL: those of a quality that takes part, and that nobody set aside.
enum CountedReadingSQL {
    /// The condition on rows that the query calls `r`; an SQL expression.
    ///
    /// A look-up per row, never a join: it must not change the walk along the table's index that finds neighbours.
    static func condition(_ relation: ReadingRelation = .register) -> String {
        """
        r.quality in ('M', 'S', 'E') and coalesce((
            select n.decision <> 'set-aside' from energy.reading_decision n
            where n.device_id = r.device_id and n.measured_at = r.\(relation.time)), true)
        """
    }
}
