/// One anomaly, as the database holds it.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct AnomalyRecord: Sendable, Equatable {
    /// Its number.
    public var id: Int64
    /// The device's number.
    public var deviceID: Int32 = 0
    /// The device, as the hub names it.
    public var hubDeviceID = ""
    /// The member that has the device, as `community/member`; `nil`: nobody has it.
    public var member: String?
    /// What it is: `break`, `outlier`, ….
    public var kind = ""
    /// Where it begins: for a break the last good reading before it.
    public var fromAt: Int64 = 0
    /// Where it ends: for a break the first good reading after it.
    public var toAt: Int64 = 0
    /// The sentence for people; it carries meter data.
    public var detail = ""
    /// When it was found.
    public var foundAt: Int64 = 0
    /// How it was resolved; `nil`: it is open.
    public var resolution: AnomalyResolution?
    /// By whom.
    public var resolvedBy: String?
    /// When.
    public var resolvedAt: Int64?
    /// Why it was resolved so.
    public var note: String?

    /// An anomaly of which nothing but the number is known.
    public init(id: Int64) { self.id = id }
}
