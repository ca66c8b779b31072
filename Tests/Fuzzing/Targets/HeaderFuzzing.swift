/// Hub headers, plain and AMQP 1.0.
///
/// The input is a row of headers: which one, the length, and so many bytes.
struct HeaderFuzzing: FuzzTarget {
    private static let names = [
        "iothub-connection-device-id", "iothub-connection-auth-generation-id", "iothub-enqueuedtime",
        "iothub-message-source", "content-encoding", "iothub-connection-module-id", "message-id",
    ].map { Array($0.utf8) }

    private var headers = HubHeaders()

    mutating func run(_ input: Span<UInt8>) {
        headers.removeAll()
        var index = 0
        while index + 2 <= input.count {
            let name = Self.names[Int(input[index]) % Self.names.count]
            let end = min(input.count, index + 2 + Int(input[index + 1]))
            let value = input.extracting(index + 2..<end)
            check(value)
            headers.read(name: name.span, value: value)
            index = end
        }
        headers.withDeviceID { expect(IdentityText.isDeviceID($0), "a device id") }
        headers.withGenerationID { expect((1...128).contains($0.count), "a generation id") }
        if let time = headers.enqueuedTime {
            expect((HubHeaders.earliestEnqueuedTime..<HubHeaders.endOfEnqueuedTime).contains(time), "a time")
        }
    }

    private func check(_ value: Span<UInt8>) {
        let bytes = value.copied
        let content = PlainAMQP.string(bytes) ?? bytes
        let isText = String(validating: content, as: UTF8.self) != nil
        let range = HeaderValue.text(value)
        expect((range != nil) == isText, "text")
        if let range { expect(Array(bytes[range]) == content, "the text") }
        if PlainAMQP.string(bytes) == nil, let number = PlainAMQP.integer(bytes) {
            let (microseconds, overflows) = number.multipliedReportingOverflow(by: 1000)
            expect(HeaderValue.instant(value) == (overflows ? nil : microseconds), "a number")
        } else if let instant = HeaderValue.instant(value) {
            let milliseconds = Int64(String(decoding: content, as: UTF8.self))
            expect(PlainTime.parse(content) == instant || milliseconds.map { $0 &* 1000 } == instant, "an instant")
        }
    }
}
