/// Settings from which no Kafka client can be made.
public struct KafkaConfigurationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The librdkafka property at fault, if it is one.
    public var property: String?
    /// What is wrong and how to mend it; never contains a value that may be secret.
    public var description: String

    /// Makes a failure.
    public init(property: String?, _ description: String) {
        self.property = property
        self.description = description
    }
}
