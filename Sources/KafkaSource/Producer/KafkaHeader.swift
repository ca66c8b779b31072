/// A header of a record to send.
public struct KafkaHeader: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value; `nil` is Kafka's null.
    public var value: [UInt8]?

    /// Makes a header of bytes.
    public init(_ name: String, bytes: [UInt8]?) {
        self.name = name
        value = bytes
    }

    /// Makes a header of text.
    public init(_ name: String, _ text: String) {
        self.init(name, bytes: Array(text.utf8))
    }
}
