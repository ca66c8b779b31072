import Testing

@testable import MeterReadings

/// Base64, strictly.
struct Base64TextTests {
    private func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = [9, 9]
        return Base64Text.decode(Array(text.utf8).span, into: &bytes) ? bytes : nil
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]) func published(_ text: String, _ base64: String) {
        #expect(decode(base64) == Array(text.utf8))
        #expect(PlainPacking.base64(Array(text.utf8)) == base64)
    }

    @Test func whatIsEncodedComesBack() {
        var random = SplitMix(seed: 64)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(decode(PlainPacking.base64(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zm8", "Zm9vZg", "=", "====", "Z===", "Zg==Zg==", "Zm=v", "Zg= =", "Zm9v\n", " Zm9v", "Zm-v",
        "Zm_v", "Zm9\u{0}", "Zm9\u{FF}", "Zh==", "Zm9=", "Z=g=", "{}==", "[1]=",
    ]) func refused(_ text: String) {
        #expect(decode(text) == nil)
    }
}
