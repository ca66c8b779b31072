/// Joins the slots of one meter that follow one another to gaps.
struct ValueGapMerger {
    /// The meter's gaps up to the last slot, in order of time.
    private(set) var gaps: [ValueGap] = []
    private var lastStart: Int64 = .min
    private var lastUntil: Int64 = .min

    /// Takes the meter's next slot, in order of beginning, then end.
    ///
    /// A slot that several communities lack comes once for each, and counts once.
    mutating func add(_ slot: ValueGap) {
        if slot.from == lastStart, slot.until == lastUntil { return }
        (lastStart, lastUntil) = (slot.from, slot.until)
        if let last = gaps.last, last.kind == slot.kind, last.until == slot.from {
            gaps[gaps.count - 1].until = slot.until
            gaps[gaps.count - 1].slots += slot.slots
        } else {
            gaps.append(slot)
        }
    }
}
