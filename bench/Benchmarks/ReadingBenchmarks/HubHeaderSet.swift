/// The headers of one record as an IoT hub writes them: those that decide, and those that are passed over.
struct HubHeaderSet {
    /// One header.
    struct Header {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// In the order of the record.
    let headers: [Header]

    /// Values in plain UTF-8, as producers of Kafka write them.
    static let plain = HubHeaderSet(text: { Array($0.utf8) }, milliseconds: { Array(String($0).utf8) })

    /// Values as AMQP 1.0 primitives, as Event Hubs hands them on: strings (A1, one byte of length) and timestamps (83).
    static let amqp = HubHeaderSet(
        text: { [0xA1, UInt8($0.utf8.count)] + Array($0.utf8) },
        milliseconds: { instant in [0x83] + (0..<8).map { UInt8(truncatingIfNeeded: instant >> (56 - 8 * $0)) } }
    )

    private init(text: (String) -> [UInt8], milliseconds: (Int64) -> [UInt8]) {
        let values: [(String, [UInt8])] = [
            ("iothub-connection-device-id", text("meter-0001")),
            ("iothub-connection-auth-method", text(#"{"scope":"device","type":"sas","issuer":"iothub"}"#)),
            ("iothub-connection-auth-generation-id", text("638765239356645892")),
            ("iothub-enqueuedtime", milliseconds(1_774_746_901_394)),
            ("iothub-message-source", text("Telemetry")),
            ("content-type", text("application/json")),
            ("content-encoding", text("utf-8")),
            ("message-id", text("7-18234")),
        ]
        headers = values.map { Header(name: Array($0.0.utf8), value: $0.1) }
    }
}
