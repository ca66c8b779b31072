/// The meters that take part but have never said anything, as SQL.
enum SilentMeterSQL {
    /// Selects `device_id` of each meter that takes part in the communities `$1` within [`$2`, `$3`), and of which there is no reading, and
    /// no attribution in that span (retention may have taken its readings).
    ///
    /// Each look is a subquery of its own with a limit, so that it goes along the device's key whatever the planner thinks of joins.
    static let devices = """
        select distinct p.device_id
        from energy.participation p
        where p.community_id = any($1) and p.valid_during && tstzrange($2, $3)
          and (select true from energy.reading r where r.device_id = p.device_id limit 1) is null
          and (select true from energy.interval_reading r where r.device_id = p.device_id limit 1) is null
          and (select true from energy.attribution a
               where a.community_id = p.community_id and a.device_id = p.device_id
                   and a.interval_start >= $2 and a.interval_start < $3 limit 1) is null
        """
}
