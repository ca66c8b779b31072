/// This program's version.
enum WattsourceVersion {
    /// By semver.org.
    static let text = "0.1.0-dev"
}
