/// How an anomaly was resolved; the raw value is what the database and the command line say.
public enum AnomalyResolution: String, Sendable, CaseIterable {
    /// The meter was exchanged there.
    case meterSwap = "meter-swap"
    /// A reading was wrong and takes no part.
    case setAside = "set-aside"
    /// What the readings say is right, however odd.
    case accept
}
