/// A record's value for people: text where it is text, else a hex dump, with a caret under the byte that was at fault.
enum PayloadText {
    /// The lines, none wider than `width`.
    static func lines(_ payload: [UInt8], marking fault: Int?, width: Int) -> [String] {
        if let text = String(validating: payload, as: UTF8.self), isPrintable(text) {
            return textLines(text, marking: fault, width: max(20, width))
        }
        return hexLines(payload, marking: fault)
    }

    /// The byte offset that a refusal's sentence ends with, `… (byte 17)`; `nil` if it names none there.
    ///
    /// - Parameter unpacked: ask for the offset in the body as it was unpacked, `… (byte 17 of the unpacked body)`, instead.
    static func faultyByte(in detail: String, unpacked: Bool = false) -> Int? {
        guard let start = detail.range(ofLast: "(byte "), let end = detail[start...].firstIndex(of: ")") else {
            return nil
        }
        let words = detail[start..<end].split(separator: " ", maxSplits: 1)
        guard let number = words.first, (words.count > 1) == unpacked else { return nil }
        return Int(number)
    }

    /// Line feeds, carriage returns and tabs are layout; any other control character makes a text binary.
    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || scalar == "\n" || scalar == "\r" || scalar == "\t"
        }
    }

    private static func textLines(_ text: String, marking fault: Int?, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var columns = 0
        var caret: Int?
        func endLine() {
            lines.append(line)
            if let caret, let fault { lines.append(String(repeating: " ", count: caret) + "^ byte \(fault)") }
            line = ""
            columns = 0
            caret = nil
        }
        var byte = 0
        for scalar in text.unicodeScalars {
            let isLineFeed = scalar == "\n"
            let shown = isLineFeed || scalar == "\r" || scalar == "\t" ? " " : TerminalText.safe(String(scalar))
            let shownWidth = isLineFeed ? 0 : TerminalText.width(shown)
            if columns + shownWidth > width { endLine() }
            let length = UTF8.width(scalar)
            if let fault, (byte..<byte + length).contains(fault) { caret = columns }
            byte += length
            if isLineFeed {
                endLine()
            } else {
                line += shown
                columns += shownWidth
            }
        }
        // A fault at the end: something was expected that did not come.
        if fault == byte { caret = columns }
        if !line.isEmpty || caret != nil || lines.isEmpty { endLine() }
        return lines
    }

    private static func hexLines(_ payload: [UInt8], marking fault: Int?) -> [String] {
        var lines: [String] = []
        for start in stride(from: 0, to: max(1, payload.count), by: 16) {
            let row = payload[start..<min(start + 16, payload.count)]
            let hex = row.map(hexadecimal).joined(separator: " ")
            let characters = row.map { (0x20..<0x7F).contains($0) ? String(Unicode.Scalar($0)) : "." }.joined()
            let offset = String(start, radix: 16)
            let zeros = String(repeating: "0", count: max(0, 8 - offset.count))
            lines.append("\(zeros)\(offset)  \(TerminalText.padded(hex, to: 47))  \(characters)")
            if let fault, fault >= start, fault < start + 16 {
                lines.append(String(repeating: " ", count: 10 + 3 * (fault - start)) + "^ byte \(fault)")
            }
        }
        return lines
    }

    /// Two hexadecimal digits.
    static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

extension String {
    /// Where the text behind the last occurrence of a phrase begins; `nil` if it does not occur.
    fileprivate func range(ofLast phrase: String) -> String.Index? { ranges(of: phrase).last?.upperBound }
}
