/// Which stored readings settlement counts, in SQL: those of a quality that takes part, and that nobody set aside.
enum CountedReadingSQL {
    /// The condition on rows that the query calls `r`; an SQL expression.
    static func condition(_ relation: ReadingRelation = .register) -> String {
        """
        r.quality in ('M', 'S', 'E') and not exists (
            select from energy.reading_decision n
            where n.device_id = r.device_id and n.measured_at = r.\(relation.time) and n.decision = 'set-aside')
        """
    }
}
