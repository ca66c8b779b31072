/// A step that served members one after the other until nothing was left.
public struct QueueStep: Equatable, Sendable {
    /// One member's turn.
    public struct Line: Equatable, Sendable {
        /// Its index among the members.
        public var member: Int
        /// Its place in the agreed order; `nil` is served last.
        public var priority: Int32?
        /// What those before it left, in Wh.
        public var leftBeforeWh: Int64
        /// What it needs, in Wh.
        public var limitWh: Int64
        /// What it takes: the smaller of the two.
        public var takenWh: Int64
    }

    /// The members in the order that they were served in.
    public var lines: [Line]

    /// Writes down what each member took of `offered` Wh in this `order` of indices.
    init(_ offered: Int64, among members: [SharingMember], order: [Int], taken: [Int64]) {
        var left = offered
        lines = []
        for index in order {
            lines.append(
                Line(
                    member: index,
                    priority: members[index].priority,
                    leftBeforeWh: left,
                    limitWh: members[index].needWh,
                    takenWh: taken[index]
                )
            )
            left -= taken[index]
        }
    }
}
