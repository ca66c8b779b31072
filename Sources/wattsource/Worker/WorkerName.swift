import FoundationEssentials

/// The name by which a worker owns partitions.
enum WorkerName {
    /// `host:pid`.
    static var ofThisProcess: String {
        "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"
    }
}
