/// What the program's exit codes mean, by sysexits.h.
enum ExitCodes: Int32, Sendable {
    /// All is well.
    case success = 0
    /// The answer is no: `verify` found a fault in the books, say.
    case negative = 1
    /// The command line is wrong.
    case usage = 64
    /// A file or what is stored is not what it should be.
    case badData = 65
    /// Kafka or PostgreSQL, or something else that the command needs, is not there or refuses.
    case unavailable = 69
    /// A fault of this program.
    case software = 70
    /// The configuration is wrong.
    case configuration = 78
}
