internal import Ingestion

/// A dead letter's headers as JSON: a list of `{"name": …, "value": …}` in the record's order.
///
/// What is text stays text. What `jsonb` cannot hold (bytes that are no UTF-8, or U+0000) becomes `{"base64": "…"}`, so that a replay
/// gives the same bytes again.
enum DeadLetterEncoding {
    /// The headers as the text of a JSON array.
    static func json(_ headers: [DeadLetterRow.Header]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(headers.reduce(2) { $0 + $1.name.count + $1.value.count + 32 })
        text.append(0x5B)
        for (index, header) in headers.enumerated() {
            if index > 0 { text.append(0x2C) }
            text += "{\"name\":".utf8
            append(header.name, to: &text)
            text += ",\"value\":".utf8
            append(header.value, to: &text)
            text.append(0x7D)
        }
        text.append(0x5D)
        return text
    }

    /// SQL that gives the name's and the value's bytes of one element.
    static func columns(of element: String) -> String {
        ["name", "value"].map { member in
            """
            case jsonb_typeof(\(element) -> '\(member)') when 'object' then decode(\(element) -> '\(member)' ->> 'base64', 'base64')
            else convert_to(\(element) ->> '\(member)', 'UTF8') end
            """
        }.joined(separator: ", ")
    }

    /// SQL that gives the elements of a column of headers, with their numbers.
    static func elements(of column: String) -> String {
        "jsonb_array_elements(case jsonb_typeof(\(column)) when 'array' then \(column) else '[]' end) with ordinality"
    }

    /// A JSON string if the bytes are text that `jsonb` can hold, else an object that has them in base64.
    private static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let isPlain = bytes.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
        if isPlain {
            text.append(0x22)
            text += bytes
            text.append(0x22)
            return
        }
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            text += "{\"base64\":\"".utf8
            text += base64(bytes)
            text += "\"}".utf8
            return
        }
        text.append(0x22)
        for byte in bytes {
            switch byte {
            case 0x22, 0x5C:
                text.append(0x5C)
                text.append(byte)
            case 0..<0x20:
                text += "\\u00".utf8
                text.append(hexDigits[Int(byte >> 4)])
                text.append(hexDigits[Int(byte & 15)])
            default: text.append(byte)
            }
        }
        text.append(0x22)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Base64 with padding.
    ///
    /// Source: RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for place in 0..<3 { bits = bits << 8 | (place < group.count ? UInt32(group[start + place]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? base64Digits[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : 0x3D)
            }
        }
        return text
    }
}
