/// Keeps a reason on its own line.
enum SingleLine {
    /// The text with a blank for each control character.
    static func text(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(line)
    }
}
