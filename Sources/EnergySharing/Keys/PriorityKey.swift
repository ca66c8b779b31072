/// The key `priority`: in a fixed order, until the surplus is used up.
///
/// a_i = min(C_i, what those before it leave). Smaller numbers are served first, members without one last; among equals
/// the order of the members decides. A French PMO's keys by priority (Enedis, autoconsommation collective),
/// Luxembourg's priority key (Creos). Nothing is divided, so nothing is rounded.
///
/// Worked example (doc.plein-soleil.org): A feeds out 1,000 Wh; B, served first, draws 400, C draws 800: B gets 400, C
/// gets 600.
enum PriorityKey {
    /// What each member gets of `offered` Wh.
    static func divide(
        _ offered: Int64,
        among members: [SharingMember],
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        let order = members.indices.sorted { (rank(members[$0]), $0) < (rank(members[$1]), $1) }
        var taken = [Int64](repeating: 0, count: members.count)
        var left = offered
        for index in order {
            taken[index] = min(members[index].needWh, left)
            left -= taken[index]
        }
        recorder.record(.queue(QueueStep(offered, among: members, order: order, taken: taken)))
        return taken
    }

    /// Its place in the order; a number that no `priority` reaches where there is none.
    private static func rank(_ member: SharingMember) -> Int64 {
        member.priority.map(Int64.init) ?? Int64.max
    }
}
