/// The header of a table: where its columns are.
struct ColumnNames {
    private let names: [String]

    /// Reads a header; blanks around names do not count.
    init(_ fields: [ArraySlice<UInt8>]) {
        names = fields.map { field in
            var name = field
            while name.first == UInt8(ascii: " ") { name.removeFirst() }
            while name.last == UInt8(ascii: " ") { name.removeLast() }
            return String(decoding: name, as: UTF8.self)
        }
    }

    /// How many columns there are.
    var count: Int { names.count }

    /// Where a column is; `nil` if there is none of that name.
    func place(_ name: String) -> Int? { names.firstIndex(of: name) }
}
