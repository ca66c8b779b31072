import Testing

@testable import MeterReadings

/// Identities are kept in place, whole or not at all.
struct IdentityTextTests {
    @Test func holds1To128Bytes() {
        var identity = IdentityText()
        #expect(identity.with { $0.count } == nil)
        for count in 1...128 {
            let bytes = (0..<count).map { UInt8($0) }
            let isSet = identity.set(bytes.span)
            let isEqual = identity.equals(bytes.span)
            #expect(isSet && isEqual)
            #expect(identity.with { $0.count } == count)
        }
        for count in [0, 129, 1000] {
            let isSet = identity.set(Array(repeating: 1, count: count).span)
            #expect(!isSet)
            #expect(identity.count == 128)
        }
        identity.removeAll()
        #expect(identity.with { $0.count } == nil)
    }

    @Test func theCharactersOfDeviceIDs() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.+%_#*?!(),:;=@$'".utf8)
        for byte in UInt8.min...UInt8.max {
            let isDeviceID = IdentityText.isDeviceID([byte].span)
            #expect(isDeviceID == allowed.contains(byte), "\(byte)")
        }
    }
}
