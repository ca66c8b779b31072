/// A meter as the hub knows it.
struct SimulatedDevice: Sendable {
    /// Its identity at the hub.
    let id: String
    /// The home's name in the data file.
    let home: String
    /// What its reader sends.
    let format: PayloadFormat
    /// A stable hash of its identity; modulo the number of partitions it is the device's partition.
    let hash: UInt64

    /// Names a device after its column: `home01` with the prefix `sierra-crest-home-` is `sierra-crest-home-01`.
    ///
    /// - Throws: what is wrong with the identity.
    init(home: String, prefix: String, format: PayloadFormat = .v1) throws(ValueFault) {
        id = prefix + (home.hasPrefix("home") ? home.dropFirst(4) : home[...])
        guard !id.isEmpty, id.utf8.count <= 128, id.utf8.allSatisfy(Self.isAllowed) else {
            throw ValueFault(
                "\(id) is no device id: 1 to 128 ASCII letters, digits and - . % _ * ? ! ( ) , : = @ $ ' are allowed"
            )
        }
        self.home = home
        self.format = format
        hash = Self.hash(id)
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
