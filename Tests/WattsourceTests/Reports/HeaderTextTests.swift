import Testing

@testable import wattsource

@Suite("HeaderText") struct HeaderTextTests {
    @Test(arguments: [
        (Array("meter-0001".utf8), "meter-0001"), ([], ""), (Array("P7".utf8), "P7"), (Array("q1234".utf8), "q1234"),
        ([0xA1, 0x0A] + Array("meter-0001".utf8), "meter-0001"),
        ([0xB1, 0, 0, 0, 2] + Array("ab".utf8), "ab"),
        ([0x83, 0x00, 0x00, 0x01, 0x99, 0x33, 0x88, 0x69, 0x90], "2025-09-10T12:10:02Z"),
        ([0x80, 0, 0, 0, 0, 0, 0, 1, 0], "256"), ([0x81] + [UInt8](repeating: 0xFF, count: 8), "-1"),
        ([0x56, 1], "true"), ([0x56, 0], "false"), ([0x54, 0xFE], "-2"), ([0x70, 0, 0, 1, 0], "256"),
        ([0x98] + (0..<16).map { UInt8($0) }, "00010203-0405-0607-0809-0a0b0c0d0e0f"),
        ([0xA0, 2, 1, 0xFF], "0x01ff"), ([0xFF, 0], "0xff00"),
    ])
    func isReadable(_ value: [UInt8], _ text: String) { #expect(HeaderText.text(value) == text) }
}
