/// Where a value was given.
enum ValueOrigin: Sendable, Equatable, CustomStringConvertible {
    /// Nowhere: it is the default.
    case initial
    /// In the configuration file; line and column count from 1.
    case file(path: String, line: Int, column: Int)
    /// By an environment variable.
    case variable(String)
    /// On the command line.
    case flag(String)

    /// `default`, `file:line:column`, the variable's or the option's name.
    var description: String {
        switch self {
        case .initial: "default"
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .variable(let name): name
        case .flag(let name): name
        }
    }
}
