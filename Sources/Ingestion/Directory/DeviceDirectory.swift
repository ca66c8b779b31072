import MeterReadings

/// The registry's devices, found by the bytes of their hub names without making a string.
///
/// An open-addressing table of indices over one arena of name bytes. The index of a device is stable within one directory
/// and is what ``RecentWindow`` counts by.
struct DeviceDirectory: Sendable {
    /// The registry's version that it was made from.
    let registryVersion: Int64
    /// The devices; a device's index is its place here.
    let devices: [DeviceEntry]
    /// Index + 1 per slot; 0 is free.
    ///
    /// The size is a power of two, at least twice the number of devices.
    private let slots: [Int32]
    private let mask: Int
    /// The index of each device number.
    private let indexByID: [Int32: Int32]

    /// Builds the table.
    init(_ snapshot: DirectorySnapshot) {
        registryVersion = snapshot.registryVersion
        devices = snapshot.devices
        var size = 16
        while size < devices.count * 2 { size *= 2 }
        mask = size - 1
        var slots = [Int32](repeating: 0, count: size)
        for (index, device) in devices.enumerated() {
            var slot = Self.slotHash(device.hubDeviceID.span) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index + 1)
        }
        self.slots = slots
        indexByID = Dictionary(
            devices.enumerated().map { ($1.deviceID, Int32($0)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The index of the device with this number.
    func index(ofDeviceID id: Int32) -> Int? { indexByID[id].map(Int.init) }

    /// The index of the device with this name; `nil` if the registry does not know it.
    func index(of name: Span<UInt8>) -> Int? {
        var slot = Self.slotHash(name) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if Self.matches(devices[Int(entry) - 1].hubDeviceID, name) { return Int(entry) - 1 }
            slot = (slot + 1) & mask
        }
    }

    private static func matches(_ name: [UInt8], _ other: Span<UInt8>) -> Bool {
        guard name.count == other.count else { return false }
        let span = name.span
        for index in span.indices where span[index] != other[index] { return false }
        return true
    }

    /// FNV-1a with a final fold; names are short.
    private static func slotHash(_ bytes: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
