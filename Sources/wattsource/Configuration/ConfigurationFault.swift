/// One thing that is wrong with the configuration: where, which key, what, and how to mend it.
struct ConfigurationFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where it was given: `file:line:column`, the variable or the flag; empty if nowhere.
    var place: String
    /// The key, as `section.key`; empty if it is about the whole.
    var key: String
    /// What is wrong and how to mend it; nothing of a secret's value.
    var message: String

    /// `place: key: message`, without what is empty.
    var description: String { [place, key, message].filter { !$0.isEmpty }.joined(separator: ": ") }

    /// A key without which the command cannot work.
    static func missing(_ key: String) -> ConfigurationFault {
        var message = "is missing"
        if let known = ConfigurationCatalogue.key(named: key) {
            message += ": set \(known.variable)"
            if known.isSecret { message += " or \(known.variable)_FILE" }
            if let flag = known.flag { message += ", \(flag)" }
            message += ", or \(key) in the file of --config"
        }
        return ConfigurationFault(place: "", key: key, message: message)
    }
}
