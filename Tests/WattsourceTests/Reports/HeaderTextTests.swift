import Testing

@testable import wattsource

@Suite("HeaderText") struct HeaderTextTests {
    /// The header's bytes in hexadecimal, and what is shown.
    static let values: [(String, String)] = [
        ("6d657465722d30303031", "meter-0001"), ("", ""), ("5037", "P7"), ("7131323334", "q1234"),
        ("a10a6d657465722d30303031", "meter-0001"), ("b1000000026162", "ab"),
        ("830000019933886990", "2025-09-10T12:10:02Z"), ("800000000000000100", "256"), ("81ffffffffffffffff", "-1"),
        ("5601", "true"), ("5600", "false"), ("54fe", "-2"), ("7000000100", "256"),
        ("98000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0f"), ("a00201ff", "0x01ff"),
        ("ff00", "0xff00"),
    ]

    @Test(arguments: values) func isReadable(_ hexadecimal: String, _ text: String) {
        let digits = Array(hexadecimal)
        let starts = stride(from: 0, to: digits.count, by: 2)
        let bytes = starts.compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        #expect(HeaderText.text(bytes) == text)
    }
}
