/// The lock by which batches, and what may not change under them, keep out of each other's way.
///
/// Every ingest batch holds it *shared* from before it reads `energy.control` until it commits. Whoever changes what batches decide by
/// takes it *exclusively*, in the transaction of the change and as its first lock: `registry apply` (registry_version), and settlement
/// when it raises the horizon. So a change begins when no batch is under way, and every batch that comes later sees it. Read the
/// control row in a *later* statement than the one that takes the gate: under READ COMMITTED only that has a new snapshot.
///
/// A batch takes the gate after its position rows: whoever holds it waits for nobody's row.
public enum BatchGate {
    /// The number of the advisory lock: "wattgate" in ASCII.
    public static let key: Int64 = 0x7761_7474_6761_7465

    /// Takes the gate as a batch does, until the transaction ends.
    ///
    /// An SQL statement without its semicolon.
    public static let enterShared = "select pg_advisory_xact_lock_shared(\(key))"

    /// Takes the gate alone, until the transaction ends.
    ///
    /// An SQL statement without its semicolon.
    public static let enterExclusively = "select pg_advisory_xact_lock(\(key))"
}
