/// One thing that must hold in the books, as SQL that finds where it does not.
struct BookCheck: Sendable {
    /// Its name: stable, for scripts.
    var name: String
    /// What holds, as a sentence.
    var claim: String
    /// What is counted, as a noun in the plural.
    var unit: String
    /// A `with` clause that both ``count`` and ``contradictions`` build on, where it is too dear to be computed for each; else empty.
    var common = ""
    /// A statement that gives one number: how many things were looked at.
    var count: String
    /// A statement that gives one text column, a row per contradiction, each a sentence with the place and the numbers.
    var contradictions: String
    /// A statement that gives one text, or NULL: what could not be checked, and why.
    var remark: String?

    /// All checks, from the stream to the split.
    static let all: [BookCheck] =
        [offsets, outcomes, epochs, readingRows, knownDevices, deadLetters, history, discards] + [
            rowSums, intervalSums, intervalStatus, intervalSequence, parts, telescoping, intervalEnergy,
        ]
}
