/// Where `/metrics`, `/livez` and `/readyz` are served.
struct HTTPConfiguration: Sendable, Equatable {
    /// The address to listen on.
    var host = "127.0.0.1"
    /// The TCP port; 0: not served at all.
    var port = 9464
    /// The most connections at a time.
    var connections = 64
}
