/// What the simulated transport does wrong: `duplicates=1%,shuffle=30m`.
struct InjectedFaults: Sendable, Equatable {
    /// How many of a million readings are sent twice.
    var duplicatesPerMillion = 0
    /// How long a reading may be on its way, in microseconds: each takes a random part of it.
    ///
    /// 0: none is delayed.
    var shuffleWindow: Int64 = 0

    /// No fault.
    init() {}

    /// Reads the option's text.
    ///
    /// - Throws: what is wrong with it.
    init(_ text: String) throws(ValueFault) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2 else {
                throw ValueFault("\(part) is not a fault such as duplicates=1% or shuffle=30m")
            }
            let value = String(pieces[1])
            switch pieces[0] {
            case "duplicates":
                guard let parts = Self.partsPerMillion(value) else {
                    throw ValueFault("duplicates=\(value) is not a percentage from 0% to 100% such as 1% or 0.5%")
                }
                duplicatesPerMillion = parts
            case "shuffle":
                guard let window = DurationText.parse(value), window >= .seconds(2), window <= .seconds(366 * 86_400)
                else {
                    throw ValueFault("shuffle=\(value) is not a duration from 2s to a year such as 90s, 30m or 2h")
                }
                shuffleWindow = window.components.seconds * 1_000_000
            case let name:
                throw ValueFault("there is no fault \(name); known are duplicates and shuffle")
            }
        }
    }

    /// A percentage with up to four decimals, exactly.
    private static func partsPerMillion(_ text: String) -> Int? {
        guard text.hasSuffix("%") else { return nil }
        let pieces = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard pieces.count <= 2, pieces.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else {
            return nil
        }
        let decimals = pieces.count == 2 ? pieces[1] : ""
        guard pieces[0].count <= 3, decimals.count <= 4 else { return nil }
        let digits = pieces[0] + decimals + String(repeating: "0", count: 4 - decimals.count)
        guard let parts = Int(digits), parts <= 1_000_000 else { return nil }
        return parts
    }
}
