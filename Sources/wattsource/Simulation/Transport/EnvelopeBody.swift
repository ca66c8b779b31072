internal import ArgumentParser

/// How the hub's envelope holds a body, by the names that `--envelope-body` takes.
enum EnvelopeBody: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// Base64, as the hub does it if the device does not say that it sends JSON.
    case base64
    /// The JSON itself.
    case object
    /// JSON as text.
    case text
}
