/// One meter's part in a community's interval, as a sharing key sees it.
public struct SharingMember: Equatable, Sendable {
    /// What it draws and may get from neighbours, C_i, in Wh; at least 0.
    public var needWh: Int64
    /// What it feeds out and offers to neighbours, G_i, in Wh; at least 0.
    public var offerWh: Int64
    /// Its fixed share in parts per million, for the keys that have one; at least 0.
    public var sharePPM: Int64
    /// Its place in the order of the key `priority`: smaller is served first; `nil` comes last.
    public var priority: Int32?

    /// Makes a member.
    public init(needWh: Int64, offerWh: Int64 = 0, sharePPM: Int64 = 0, priority: Int32? = nil) {
        self.needWh = needWh
        self.offerWh = offerWh
        self.sharePPM = sharePPM
        self.priority = priority
    }
}
