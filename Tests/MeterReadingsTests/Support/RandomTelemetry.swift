/// Bodies that are nearly telemetry v1: members in any order, missing, repeated, null, escaped, and values of all sorts.
struct RandomTelemetry {
    private var random: SplitMix
    private let isOfIntervals: Bool

    /// Makes a generator; the same seed gives the same bodies.
    init(seed: UInt64, ofIntervals: Bool = false) {
        random = SplitMix(seed: seed)
        isOfIntervals = ofIntervals
    }

    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    private mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

    /// A record.
    mutating func record() -> String {
        if one(in: 40) { return value() }
        guard one(in: 4) else { return message() }
        let messages = (0..<Int.random(in: 0...3, using: &random)).map { _ in one(in: 20) ? value() : message() }
        return "[" + messages.joined(separator: ",") + "]"
    }

    private mutating func message() -> String {
        var members = one(in: 20) ? [] : [member("v", one(in: 20) ? value() : pick(["1", "1", "1.0", "10e-1"]))]
        if one(in: 3) {
            members.append(
                member("device", one(in: 10) ? value() : pick([#""meter-0001""#, #""meter\u002d0001""#, #""m""#]))
            )
        }
        if one(in: 3) { members.append(member("seq", one(in: 10) ? value() : "18446744073709551615")) }
        if one(in: 3) { members.append(member("boot", one(in: 10) ? value() : "0")) }
        if isOfIntervals {
            if !one(in: 20) { members.append(member("kind", one(in: 20) ? value() : #""interval""#)) }
            if !one(in: 20) {
                members.append(
                    member("interval_s", one(in: 20) ? value() : pick(["900", "9e2", "900.0", "900", "300"]))
                )
            }
        }
        if one(in: 2) {
            members += readingMembers()
            if one(in: 20) { members.append(member("readings", "null")) }
        } else {
            let readings = (0..<Int.random(in: one(in: 10) ? 0...5 : 1...2, using: &random)).map { _ in
                one(in: 20) ? value() : object(readingMembers())
            }
            members.append(member("readings", one(in: 20) ? value() : "[" + readings.joined(separator: " , ") + "]"))
            if one(in: 20) { members += readingMembers() }
        }
        return object(members)
    }

    private mutating func readingMembers() -> [String] {
        var members: [String] = []
        if !one(in: 20) {
            let times = [
                #""2026-03-29T01:15:00Z""#, "1774748700000", #""2026-03-29T03:15:00.5+02:00""#,
                #""2026-03-29T01:15:00""#, #""2026-03-29T01:15:30Z""#, #""2026-03-29T01:14:29.999999Z""#,
                "1774748714001",
            ]
            members.append(member("t", one(in: 10) ? value() : pick(times)))
        }
        for register in ["import", "export"] where !one(in: 3) {
            let numbers = ["0", "2714128", "1000000000000", "1000000000001", "-5", "1.5", "2.714128e6", "1e400", "-0"]
            for _ in 0..<(one(in: 20) ? 2 : 1) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: members.append(member(register + "_wh", one(in: 10) ? value() : pick(numbers)))
                case 1: members.append(member(register + "_kwh", one(in: 10) ? value() : pick(numbers)))
                case 2: members.append(member(register + "_kwh", #""00\#(pick(numbers))""#))
                default:
                    let tariffs = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        one(in: 10) ? value() : pick(numbers)
                    }
                    members.append(
                        member(register + "_t", one(in: 10) ? value() : "[" + tariffs.joined(separator: ",") + "]")
                    )
                }
            }
        }
        if one(in: 3) {
            members.append(member("q", one(in: 10) ? value() : pick([#""M""#, #""S""#, #""E""#, #""F""#, #""N""#])))
        }
        if one(in: 10) {
            members.append(
                member("kind", one(in: 3) ? value() : pick([#""register""#, #""register""#, #""interval""#]))
            )
        }
        if one(in: 60) { members.append(member("interval_s", pick(["900", "null"]))) }
        if one(in: 5) { members.append(member(pick(["unit", "T", "import", "import_wH", "\\ud800", "vv"]), value())) }
        if one(in: 20) { members.append(member(pick(["t", "q", "v", "import_wh", "x"]), "null")) }
        return members
    }

    private mutating func object(_ members: [String]) -> String {
        "{" + members.shuffled(using: &random).joined(separator: one(in: 4) ? "\n, " : ",") + "}"
    }

    private mutating func member(_ name: String, _ value: String) -> String {
        var name = name
        if one(in: 20), let first = name.utf8.first, !name.hasPrefix("\\") {
            name = "\\u00" + String(first, radix: 16) + name.dropFirst()
        }
        return "\"" + name + "\"" + (one(in: 10) ? " : " : ":") + (one(in: 20) ? "null" : value)
    }

    /// Any JSON value, and now and then none.
    private mutating func value() -> String {
        pick([
            "0", "1", "-1", "1.5", "1e2", "18446744073709551616", "true", "false", "null", "{}", "[]",
            "[[1],{\"t\":2}]", "{\"v\":1,\"v\":2}",
            "\"\"", "\"M\"", "\"1\"", "\"interval\"", "\"\\ud800\"", "\"x y\"", "[null]", one(in: 10) ? "01" : "10",
            one(in: 10) ? "[1," : "[1]",
        ])
    }
}
