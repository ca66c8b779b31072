/// What one check of the books found.
public struct BookFinding: Sendable, Equatable {
    /// The check's name: stable, for scripts.
    public var name: String
    /// What the check claims, as a sentence.
    public var claim: String
    /// What ``checked`` counts, as a noun in the plural.
    public var unit: String
    /// How many things were looked at.
    public var checked: Int64 = 0
    /// The first contradictions, each a sentence with the place and the numbers; none: the claim holds.
    public var contradictions: [String] = []
    /// How many contradictions there are in all.
    public var contradictionCount: Int64 = 0
    /// What could not be checked, and why.
    public var remark: String?

    /// A finding without contradictions.
    public init(name: String, claim: String, unit: String) {
        self.name = name
        self.claim = claim
        self.unit = unit
    }

    /// Whether the claim holds.
    public var isOk: Bool { contradictionCount == 0 }
}
