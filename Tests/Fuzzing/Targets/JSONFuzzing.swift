/// JSON: what the cursor passes is what RFC 8259 allows, and telemetry is refused as JSON where it is none.
struct JSONFuzzing: FuzzTarget {
    private var decoder = RecordDecoder()
    private var scratch: [UInt8] = []

    mutating func run(_ input: Span<UInt8>) {
        let isJSON = PlainJSON.accepts(input.copied)
        expect(passes(input) == isJSON, "the cursor says \(!isJSON)")
        unescape(input)
        let refusal = decoder.decode(input, as: DeviceProfile(), deviceID: nil, enqueuedAt: nil)
        if !isJSON { expect(refusal?.reason == .badJSON, "telemetry that is no JSON: \(String(describing: refusal))") }
        if refusal == nil { expect(decoder.count > 0, "telemetry without readings") }
        if let at = refusal?.byteOffset { expect((0...input.count).contains(at), "an offset of \(at)") }
        for index in 0..<decoder.count {
            let decoded = decoder[index]
            if decoded.refusal != nil { continue }
            for energy in [decoded.reading.importWh, decoded.reading.exportWh] {
                if let energy { expect((0...MeterReading.maximumWh).contains(energy), "\(energy) Wh") }
            }
        }
    }

    private func passes(_ input: Span<UInt8>) -> Bool {
        var cursor = JSONCursor()
        cursor.skipSpace(input)
        do throws(Refusal) { try cursor.skipValue(input, depth: 0) } catch { return false }
        cursor.skipSpace(input)
        return cursor.index == input.count
    }

    /// A string's content is valid UTF-8, and the same as its UTF-16 says.
    private mutating func unescape(_ input: Span<UInt8>) {
        guard input.count > 0, input[0] == UInt8(ascii: "\"") else { return }
        var cursor = JSONCursor()
        do throws(Refusal) {
            let string = try cursor.string(input)
            try string.unescape(input, into: &scratch)
        } catch {
            return
        }
        expect(String(validating: scratch, as: UTF8.self) != nil, "a string's content is no UTF-8")
    }
}
