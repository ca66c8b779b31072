/// The SQL that finds what changed readings touched, and marks it if it lies behind the horizon; the verdicts say what changed.
///
/// A reading of registers touches what lies between its neighbours; and because a later one can show an earlier one to be an outlier, or
/// clear it of that, the judgement of the next ones too: from the third reading before (the first one, if there are fewer) to the third
/// after, or without end if there are fewer within ``neighbourhood``: marking too much is work, too little would be wrong. Only the
/// partitions around the readings' times are looked at, so that the planner need not open years of them. A reading of an interval touches
/// that interval; and all up to the next reading, if it is the first of its meter, which is expected, and missing, from then on.
enum DueMarkSQL {
    /// How far around the readings' times neighbours are looked for at first: so far that a meter that reports daily has three.
    private static let neighbourhood: Int64 = 7 * 86_400_000_000

    /// The verdicts that change what settlement sees.
    private static let changes = "v.verdict in ('accepted', 'replaced', 'discarded') and v.quality in ('M', 'S', 'E')"

    /// Finds what was touched.
    ///
    /// A register whose third reading before is not nearby has no beginning yet: see ``countIncomplete``.
    ///
    /// - Parameters:
    ///   - isMixed: whether there are verdicts of the other table, too.
    ///   - from: the earliest time of the changed readings.
    ///   - until: the latest.
    static func touch(_ relation: ReadingRelation, isMixed: Bool, from: Int64, until: Int64) -> String {
        let own = PlacementSQL.own(relation, isMixed, "v")
        let (early, isTooEarly) = from.subtractingReportingOverflow(neighbourhood)
        let (late, isTooLate) = until.addingReportingOverflow(neighbourhood)
        let earliest = PostgresTimestamp.literal(isTooEarly ? .min : early)
        let latest = PostgresTimestamp.literal(isTooLate ? .max : late)
        let nearby = """
            r.device_id = v.device_id and r.\(relation.time) >= \(earliest) and r.\(relation.time) < \(latest)
            and \(CountedReadingSQL.condition(relation))
            """
        guard relation == .register else {
            return """
                insert into pg_temp.placing_touched
                select v.device_id, v.measured_at, v.measured_at, greatest(
                       v.measured_at + make_interval(secs => v.seconds) - interval '1 microsecond',
                       case when not exists (
                           select from energy.interval_reading r where \(nearby) and r.interval_start < v.measured_at)
                       then coalesce((
                           select min(r.interval_start) from energy.interval_reading r
                           where \(nearby) and r.interval_start > v.measured_at and not exists (
                               select from pg_temp.placing_verdict n
                               where n.device_id = r.device_id and n.measured_at = r.interval_start and n.seconds > 0
                                 and n.verdict in ('accepted', 'replaced'))), 'infinity') end), v.received_at
                from pg_temp.placing_verdict v where \(changes) and \(own)
                """
        }
        return """
            insert into pg_temp.placing_touched
            select v.device_id, v.measured_at, b.at, coalesce(a.at, 'infinity'), v.received_at
            from pg_temp.placing_verdict v
            left join lateral (
                select r.measured_at as at from energy.reading r
                where \(nearby) and r.measured_at < v.measured_at
                order by r.measured_at desc limit 1 offset 2
            ) b on true
            left join lateral (
                select r.measured_at as at from energy.reading r
                where \(nearby) and r.measured_at > v.measured_at
                order by r.measured_at limit 1 offset 2
            ) a on true
            where \(changes) and \(own)
            """
    }

    /// How many registers have fewer than three readings before them nearby.
    ///
    /// If there is one, ``mark(behind:)`` marks nothing yet: ``complete`` looks at all that is stored; then mark again.
    static let countIncomplete = "select count(*) from pg_temp.placing_touched where from_at is null"

    /// The third reading before, or the first there is, of those that have fewer than three nearby.
    static let complete = """
        update pg_temp.placing_touched t
        set from_at = coalesce((
            select min(measured_at)
            from (select r.measured_at from energy.reading r
                  where r.device_id = t.device_id and r.measured_at < t.measured_at and \(CountedReadingSQL.condition())
                  order by r.measured_at desc limit 3) before
        ), t.measured_at)
        where from_at is null
        """

    /// Writes the marks; spans of one device that meet become one if their readings were received in the same quarter of an hour.
    ///
    /// Kept apart by that, and rounded down, which changes nothing where times for corrections are whole quarter-hours: no reading is taken
    /// for an earlier one because of what came in the same batch, so what is closed to it is decided by the reading alone.
    ///
    /// Its row count is the marks' number.
    static func mark(behind horizon: Int64) -> String {
        """
        insert into energy.due_mark (device_id, from_at, until_at, received_at)
        select device_id, lower(span), upper(span), quarter
        from (
            select device_id, date_bin('15 minutes', received_at, timestamptz 'epoch') as quarter,
                   unnest(range_agg(tstzrange(from_at, until_at, '[]'))) as span
            from pg_temp.placing_touched
            where from_at < \(PostgresTimestamp.literal(horizon))
              and not exists (select from pg_temp.placing_touched where from_at is null)
            group by device_id, quarter
        ) merged
        """
    }
}
