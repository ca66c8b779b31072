/// One thing that can be configured: its name, what it means, and which field of ``Configuration`` it sets.
struct ConfigurationKey: Sendable {
    /// `section.key`, as in the file.
    let name: String
    /// What it is, in a sentence.
    let summary: String
    /// The kind of value, for people: `duration`, `count`, `choice`.
    let kind: String
    /// What is allowed, for people.
    let range: String
    /// Whether its value must not be shown, and may come from a file.
    let isSecret: Bool
    /// Whether it takes several values.
    let isList: Bool
    /// The option of the command line that sets it, if it has one of its own.
    let flag: String?
    /// Sets the field from texts.
    let apply: @Sendable (_ texts: [String], inout Configuration) throws(ValueFault) -> Void
    /// Shows the field; `nil`: not set.
    let render: @Sendable (Configuration) -> String?

    /// Describes a key.
    init<Value: Sendable>(
        _ name: String,
        _ field: any WritableKeyPath<Configuration, Value> & Sendable,
        _ format: ValueFormat<Value>,
        isSecret: Bool = false,
        flag: String? = nil,
        _ summary: String
    ) {
        self.name = name
        self.summary = summary
        self.kind = format.kind
        self.range = format.range
        self.isSecret = isSecret
        self.isList = format.isList
        self.flag = flag
        self.apply = { (texts, configuration) throws(ValueFault) in
            configuration[keyPath: field] = try format.parse(texts)
        }
        self.render = { format.render($0[keyPath: field]) }
    }

    /// The environment variable that sets it: `WATTSOURCE_SECTION_KEY`.
    var variable: String { "WATTSOURCE_" + name.uppercased().replacing(".", with: "_") }

    /// The section, the part of the name before the dot.
    var section: Substring { name.prefix { $0 != "." } }
}
