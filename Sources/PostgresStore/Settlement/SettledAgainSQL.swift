/// The statements that bring the stored intervals of a span to what settling it again gave.
///
/// What becomes of an interval, by what is stored and what was found:
///
/// | stored | found | action | |
/// |---|---|---|---|
/// | nothing | something | `new` | written, provisional |
/// | provisional | other rows | `replace` | its rows are replaced in place |
/// | final or corrected | other rows | `correct` | a new revision with all its rows; the old ones stay |
/// | any | the same rows | `same` | nothing but what is counted, who is missing and, while provisional, when it becomes final |
/// | provisional | nothing | `open` | it is as if it had never been settled; after a final one, `replace`, without rows |
/// | final or corrected | nothing | `correct` | a revision without rows |
///
/// What `interval_status` said of a revision that is corrected goes to `interval_revision`.
enum SettledAgainSQL {
    /// Makes the temporary tables that hold what was found, once per connection, empty.
    ///
    /// They are emptied at commit too; within one transaction several spans may be written.
    static let makeTables = """
        create temporary table if not exists settled_row (
            interval_start timestamptz not null, device_id integer not null, import_wh bigint, community_wh bigint, grid_wh bigint,
            export_wh bigint, shared_wh bigint, surplus_wh bigint, quality "char", unshared_import_wh bigint, unshared_export_wh bigint
        ) on commit delete rows;
        create temporary table if not exists settled_interval (
            interval_start timestamptz not null, interval_end timestamptz, final_at timestamptz, expected integer, received integer,
            missing integer[]
        ) on commit delete rows;
        create temporary table if not exists settled_change (
            interval_start timestamptz primary key, interval_end timestamptz not null, action text not null, revision smallint, state text
        ) on commit delete rows;
        delete from pg_temp.settled_row;
        delete from pg_temp.settled_interval;
        delete from pg_temp.settled_change
        """

    /// Compares and writes; the last statement gives the numbers of intervals that are new, replaced (or open again) and corrected.
    static func write(community: Int32, from: Int64, until: Int64, cause: String) -> String {
        let inSpan = inSpan(community, from, until)
        let cause = cause.isEmpty ? "null" : SQLText.literal(cause)
        return [
            classify(community, inSpan, isLocking: true), writeRows(community, inSpan),
            writeStatus(community, cause, inSpan),
            """
            select count(*) filter (where action = 'new'), count(*) filter (where action in ('replace', 'open')),
                   count(*) filter (where action = 'correct')
            from pg_temp.settled_change
            """,
        ].joined(separator: ";\n")
    }

    /// Compares only: `settled_change` then says what ``write(community:from:until:cause:)`` would do.
    static func compare(community: Int32, from: Int64, until: Int64) -> String {
        classify(community, inSpan(community, from, until), isLocking: false)
    }

    /// The condition that a row of a table is of the span.
    private static func inSpan(_ community: Int32, _ from: Int64, _ until: Int64) -> (_ table: String) -> String {
        { table in
            """
            \(table).community_id = \(community) and \(table).interval_start >= \(PostgresTimestamp.literal(from)) \
            and \(table).interval_start < \(PostgresTimestamp.literal(until))
            """
        }
    }

    private static let values = """
        import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, quality, unshared_import_wh, unshared_export_wh
        """

    /// Decides what becomes of every interval that is stored or was found.
    ///
    /// The status rows are locked first if something is written, so that none becomes final between the decision and that.
    private static func classify(_ community: Int32, _ inSpan: (String) -> String, isLocking: Bool) -> String {
        """
        with held as materialized (
            select s.interval_start, s.interval_end, s.state, s.revision from energy.interval_status s
            where \(inSpan("s"))\(isLocking ? " for update" : "")
        )
        insert into pg_temp.settled_change (interval_start, interval_end, action, revision, state)
        select coalesce(f.interval_start, h.interval_start), coalesce(f.interval_end, h.interval_end),
               case when h.interval_start is null then 'new'
                    when f.interval_start is null and h.state = 'provisional' then case when exists (
                        select from energy.interval_status e
                        where e.community_id = \(community) and e.interval_start < h.interval_start and e.state <> 'provisional')
                    then 'same' else 'open' end
                    else 'same' end,
               h.revision, h.state
        from pg_temp.settled_interval f full join held h on h.interval_start = f.interval_start;

        with stored as (
            select a.interval_start, a.device_id, row(\(qualified("a"))) as split
            from energy.attribution a
            join pg_temp.settled_change c on c.interval_start = a.interval_start and c.revision = a.revision
            where \(inSpan("a")) and c.action = 'same'
        ), found as (
            select r.interval_start, r.device_id, row(\(qualified("r"))) as split
            from pg_temp.settled_row r join pg_temp.settled_change c on c.interval_start = r.interval_start
            where c.action = 'same'
        ), differing as (
            select distinct interval_start from stored full join found using (interval_start, device_id)
            where stored.split is distinct from found.split
        )
        update pg_temp.settled_change c
        set action = case c.state when 'provisional' then 'replace' else 'correct' end
        from differing d where d.interval_start = c.interval_start
        """
    }

    private static func writeRows(_ community: Int32, _ inSpan: (String) -> String) -> String {
        """
        delete from energy.attribution a using pg_temp.settled_change c
        where \(inSpan("a")) and a.interval_start = c.interval_start and a.revision = c.revision
          and c.action in ('replace', 'open');

        insert into energy.attribution (community_id, interval_start, device_id, revision, \(values))
        select \(community), r.interval_start, r.device_id,
               case c.action when 'new' then 0 when 'correct' then c.revision + 1 else c.revision end, \(qualified("r"))
        from pg_temp.settled_row r join pg_temp.settled_change c on c.interval_start = r.interval_start
        where c.action in ('new', 'replace', 'correct')
        """
    }

    private static func writeStatus(_ community: Int32, _ cause: String, _ inSpan: (String) -> String) -> String {
        """
        delete from energy.interval_status s using pg_temp.settled_change c
        where \(inSpan("s")) and s.interval_start = c.interval_start and c.action = 'open';

        insert into energy.interval_status
            (community_id, interval_start, interval_end, final_at, expected, received, missing, state, cause)
        select \(community), f.interval_start, f.interval_end, f.final_at, f.expected, f.received, f.missing, 'provisional', \(cause)
        from pg_temp.settled_interval f join pg_temp.settled_change c on c.interval_start = f.interval_start
        where c.action = 'new';

        insert into energy.interval_revision
            (community_id, interval_start, revision, cause, settled_at, expected, received, missing)
        select s.community_id, s.interval_start, s.revision, s.cause, s.settled_at, s.expected, s.received, s.missing
        from energy.interval_status s join pg_temp.settled_change c on c.interval_start = s.interval_start
        where \(inSpan("s")) and c.action = 'correct';

        update energy.interval_status s
        set expected = coalesce(f.expected, 0), received = coalesce(f.received, 0), missing = f.missing,
            final_at = case when c.state = 'provisional' then coalesce(f.final_at, s.final_at) else s.final_at end,
            settled_at = case when c.action = 'same' then s.settled_at else now() end,
            cause = case when c.action = 'same' then s.cause else \(cause) end,
            state = case when c.action = 'correct' then 'corrected' else s.state end,
            revision = case when c.action = 'correct' then s.revision + 1 else s.revision end
        from pg_temp.settled_change c left join pg_temp.settled_interval f on f.interval_start = c.interval_start
        where \(inSpan("s")) and s.interval_start = c.interval_start and c.action in ('same', 'replace', 'correct')
          and (c.action <> 'same'
               or (s.expected, s.received, s.missing) is distinct from (coalesce(f.expected, 0), coalesce(f.received, 0), f.missing)
               or c.state = 'provisional' and s.final_at is distinct from coalesce(f.final_at, s.final_at))
        """
    }

    private static func qualified(_ table: String) -> String {
        values.split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
    }
}
