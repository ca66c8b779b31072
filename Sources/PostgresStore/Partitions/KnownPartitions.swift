/// Makes the partitions that are needed, and remembers which days have one.
struct KnownPartitions {
    /// Days since 1970-01-01 that have a partition, by table.
    private var days: [PartitionedTable: Set<Int32>] = [:]
    /// How often a partition is tried whose locks could not be had.
    private static let attempts = 5

    /// Makes sure that these UTC days of a table have partitions, in a transaction of its own; asks only for days that are new.
    mutating func ensure(
        _ wanted: Set<Int32>,
        of table: PartitionedTable,
        width: PartitionWidth,
        _ connection: PostgresConnection
    ) throws(PostgresError) {
        let missing = wanted.subtracting(days[table, default: []]).sorted()
        if missing.isEmpty { return }
        _ = try Self.make(missing, of: table, width: width, connection)
        days[table, default: []].formUnion(missing)
    }

    /// Makes the partitions of these UTC days that are not there, in a transaction of its own or the open one; how many were made.
    ///
    /// What fails for its locks is tried again, unless the open transaction has failed with it.
    static func make(
        _ days: [Int32],
        of table: PartitionedTable,
        width: PartitionWidth,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Int {
        var attempt = 0
        while true {
            attempt += 1
            do throws(PostgresError) {
                let made = try connection.query(
                    """
                    select count(*) filter (where energy.ensure_partition($1, date '1970-01-01' + day, $2))
                    from unnest($3::integer[]) day
                    """,
                    [.text(table.rawValue), .text(width.rawValue), .int32Array(days)]
                )
                return Int(made.int64(0, 0) ?? 0)
            } catch {
                let isBusy = error.sqlState == "55P03" || error.sqlState == "40P01"
                guard isBusy, attempt < attempts, !connection.isInTransaction else { throw error }
                pause(.milliseconds(Int64.random(in: 20...200)))
            }
        }
    }

    /// Forgets everything: a partition that was there is gone, by retention say.
    mutating func forgetAll() { days = [:] }
}
