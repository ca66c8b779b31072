import FoundationEssentials
import Glibc

/// How wide the terminal is, and whether it shows colour.
struct TerminalStyle: Equatable {
    /// Columns.
    var width = 80
    /// Whether colours are wanted.
    var isColoured = false

    /// What standard output shows: the terminal's width, else 80 columns; colour on a terminal, unless `NO_COLOR` is set
    /// (https://no-color.org) or the terminal is `dumb`.
    static func ofStandardOutput(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> TerminalStyle {
        var style = TerminalStyle()
        guard isatty(STDOUT_FILENO) == 1 else { return style }
        var size = winsize()
        // `size` is a local variable that outlives the call, and TIOCGWINSZ writes exactly one `winsize`.
        if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            style.width = min(max(Int(size.ws_col), 40), 200)
        }
        style.isColoured = environment["NO_COLOR"]?.isEmpty != false && environment["TERM"] != "dumb"
        return style
    }

    /// The text in a colour, if colours are wanted.
    func paint(_ text: String, _ colour: Colour) -> String {
        isColoured && !text.isEmpty ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }

    /// A colour, by its SGR code.
    enum Colour: String {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
    }
}
