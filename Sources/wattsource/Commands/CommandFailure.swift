/// Ends a command: the root command prints the message to standard error and exits with the code.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    /// With which code the program ends.
    var code: ExitCodes
    /// What happened, where, and how to mend it; no secrets, no meter data.
    var message: String

    /// Makes a failure.
    init(_ code: ExitCodes, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A configuration that cannot be used.
    init(_ failure: ConfigurationFailure) {
        self.init(.configuration, failure.description)
    }

    /// The message.
    var description: String { message }
}
