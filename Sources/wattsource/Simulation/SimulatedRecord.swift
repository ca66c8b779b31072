internal import KafkaSource

/// A Kafka record as a hub, or a local gateway, writes it.
struct SimulatedRecord: Sendable, Equatable {
    /// `nil`: it has none, as records that came to a hub by AMQP.
    var key: [UInt8]?
    /// The body, or the envelope around it.
    var value: [UInt8]
    /// In the hub's order.
    var headers: [KafkaHeader]
}
