internal import KafkaSource

/// A meter as the hub knows it, and the records that the hub makes of its telemetry.
struct SimulatedDevice: Sendable {
    /// Its identity at the hub.
    let id: String
    /// A stable hash of its identity; modulo the number of partitions it is the device's partition.
    let hash: UInt64
    private let bodyStart: [UInt8]
    private let identityHeader: KafkaHeader

    private static let otherHeaders = [
        KafkaHeader("iothub-message-source", "Telemetry"),
        KafkaHeader("content-type", "application/json"),
        KafkaHeader("content-encoding", "utf-8"),
    ]

    /// Names a device after its column: `home01` with the prefix `sierra-crest-home-` is `sierra-crest-home-01`.
    ///
    /// - Throws: what is wrong with the identity.
    init(home: String, prefix: String) throws(ValueFault) {
        id = prefix + (home.hasPrefix("home") ? home.dropFirst(4) : home[...])
        guard !id.isEmpty, id.utf8.count <= 128, id.utf8.allSatisfy(Self.isAllowed) else {
            throw ValueFault(
                "\(id) is no device id: 1 to 128 ASCII letters, digits and - . % _ * ? ! ( ) , : = @ $ ' are allowed"
            )
        }
        hash = Self.hash(id)
        // None of the allowed characters needs an escape in JSON.
        bodyStart = Array(#"{"v":1,"device":"\#(id)","t":""#.utf8)
        identityHeader = KafkaHeader("iothub-connection-device-id", id)
    }

    /// The record's value: telemetry v1, compact.
    func body(time: String, registers: MeterRegisters.Pair) -> [UInt8] {
        var body = bodyStart
        body.reserveCapacity(bodyStart.count + 80)
        body.append(contentsOf: time.utf8)
        body.append(contentsOf: #"","import_wh":"#.utf8)
        body.append(contentsOf: String(registers.imported).utf8)
        body.append(contentsOf: #","export_wh":"#.utf8)
        body.append(contentsOf: String(registers.exported).utf8)
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// The record's headers, as plain UTF-8.
    func headers(enqueued: String) -> [KafkaHeader] {
        [identityHeader, KafkaHeader("iothub-enqueuedtime", enqueued)] + Self.otherHeaders
    }

    /// The partition of this device: all of a device's records are in one, so that they stay in order.
    func partition(of count: Int32) -> Int32 {
        Int32(truncatingIfNeeded: hash % UInt64(max(count, 1)))
    }

    /// The hash of Fowler, Noll and Vo: FNV-1a, 64 bits.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The characters of a device id at a hub that MQTT does not give a meaning of its own.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            Array("-.%_*?!(),:=@$'".utf8).contains(byte)
        }
    }
}
