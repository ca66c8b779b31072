internal import ArgumentParser

/// How a record reaches the topic, by the names that `--transport` takes.
enum SimulatedTransport: String, Sendable, CaseIterable, ExpressibleByArgument {
    /// The hub's headers as plain text.
    case headers
    /// The hub's headers as Event Hubs shows them: encoded by AMQP 1.0.
    case amqp
    /// No headers; the hub's routing envelope around the body.
    case envelope
    /// No headers; the record's key is the device's id.
    case plain
}
