/// The class of an SQLSTATE, as a metric's label.
enum SQLStateClass {
    /// The first two characters; `none` for an empty or malformed one, so that nothing from outside becomes a label.
    static func label(_ sqlState: String) -> String {
        let bytes = sqlState.utf8
        let isSound = bytes.count == 5 && bytes.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        return isSound ? String(sqlState.prefix(2)) : "none"
    }
}
