/// The known members that one JSON object has had so far.
struct MemberSet {
    private var bits: UInt16 = 0

    /// Notes a member and says whether it is the first of its name.
    mutating func insert(_ member: TelemetryMember) -> Bool {
        let bit: UInt16 = 1 << UInt16(member.rawValue)
        defer { bits |= bit }
        return bits & bit == 0
    }
}
