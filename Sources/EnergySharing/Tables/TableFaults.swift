/// All that is wrong in a table, up to ``most`` things.
public struct TableFaults: Error, Equatable, Sendable, CustomStringConvertible {
    /// No more than these are collected: a file of the wrong kind has a fault in each line.
    public static let most = 20

    /// The faults, in the order that they were found in; not empty when thrown.
    public private(set) var faults: [TableFault] = []

    /// Makes a list of none.
    init() {}

    /// Whether there is no room for more.
    var isFull: Bool { faults.count >= Self.most }

    /// Adds a fault if there is room.
    mutating func add(_ line: Int, _ what: String) {
        if !isFull { faults.append(TableFault(line: line, what: what)) }
    }

    /// One fault a line.
    public var description: String {
        faults.map(\.description).joined(separator: "\n") + (isFull ? "\nand perhaps more" : "")
    }
}
