/// Reads the little XML that data files need, strictly, event by event.
///
/// Source: Extensible Markup Language (XML) 1.0. Left out on purpose: a document type declaration is a fault, so there are no entities
/// but the five that are built in and characters by number, nothing is fetched, and nothing grows. Prefixes are cut off names. The file
/// is UTF-8; nesting is limited.
struct XMLCursor {
    /// Elements within each other at most.
    private static let depthLimit = 64

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var open: [String] = []
    /// An empty element's end, told after its start.
    private var pendingEnd: String?
    private var hasRoot = false
    /// The line of ``index``, from 1, and where it begins.
    private(set) var line = 1
    private var lineStart: Int
    private var counted: Int

    /// Begins at the start of a file.
    init(_ bytes: [UInt8]) {
        self.bytes = FileBytes.withoutMark(bytes)
        index = self.bytes.startIndex
        lineStart = index
        counted = index
    }

    /// The place in the line, from 1.
    var column: Int { index - lineStart + 1 }

    /// The next event; `nil` at the end of a whole document.
    mutating func next() throws(FileFault) -> XMLEvent? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name: name)
        }
        while index < bytes.endIndex {
            countLines()
            if bytes[index] != UInt8(ascii: "<") {
                let text = try characters()
                if !open.isEmpty { return .text(text) }
                guard text.utf8.allSatisfy({ FileBytes.isBlank($0) }) else {
                    throw fault("text stands outside of the document's element")
                }
            } else if take("<!--") {
                try skip(through: "-->", "the comment")
            } else if take("<![CDATA[") {
                guard !open.isEmpty else { throw fault("text stands outside of the document's element") }
                let start = index
                try skip(through: "]]>", "the CDATA section")
                return .text(try string(bytes[start..<index - 3]))
            } else if take("<?") {
                try skip(through: "?>", "the processing instruction")
            } else if take("<!") {
                throw fault("a document type declaration is not read: data files have none")
            } else if take("</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        countLines()
        if let name = open.last { throw fault("the file ends within the element \(name): is all of it there?") }
        guard hasRoot else { throw fault("an XML document is expected") }
        return nil
    }

    // MARK: Parts

    private mutating func startTag() throws(FileFault) -> XMLEvent {
        guard !open.isEmpty || !hasRoot else { throw fault("a document has one outermost element") }
        guard open.count < Self.depthLimit else { throw fault("elements are nested too deeply") }
        index += 1
        let qualified = try name()
        var attributes: [String: String] = [:]
        while true {
            let hasBlank = skipBlanks()
            if take("/>") {
                pendingEnd = Self.local(qualified)
                break
            }
            if take(">") {
                open.append(qualified)
                break
            }
            guard hasBlank else { throw fault("the tag is not closed") }
            let attribute = try name()
            _ = skipBlanks()
            guard take("=") else { throw fault("an attribute has a value") }
            _ = skipBlanks()
            let value = try quotedValue()
            // Declarations of namespaces say nothing here.
            if attribute == "xmlns" || attribute.hasPrefix("xmlns:") { continue }
            guard attributes.updateValue(value, forKey: Self.local(attribute)) == nil else {
                throw fault("the attribute \(attribute) is there twice")
            }
        }
        hasRoot = true
        return .start(name: Self.local(qualified), attributes: attributes)
    }

    private mutating func endTag() throws(FileFault) -> XMLEvent {
        let qualified = try name()
        _ = skipBlanks()
        guard take(">") else { throw fault("the tag is not closed") }
        guard open.last == qualified else { throw fault("the element that ends here is not the one that began last") }
        open.removeLast()
        return .end(name: Self.local(qualified))
    }

    private mutating func name() throws(FileFault) -> String {
        let start = index
        while index < bytes.endIndex, Self.isNameByte(bytes[index]) { index += 1 }
        guard index > start else { throw fault("a name is expected") }
        return try string(bytes[start..<index])
    }

    private mutating func quotedValue() throws(FileFault) -> String {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
            throw fault("a value in quotes is expected")
        }
        let quote = bytes[index]
        index += 1
        let start = index
        while index < bytes.endIndex, bytes[index] != quote, bytes[index] != UInt8(ascii: "<") { index += 1 }
        guard index < bytes.endIndex, bytes[index] == quote else { throw fault("the quote is not closed") }
        index += 1
        return try resolved(bytes[start..<index - 1])
    }

    private mutating func characters() throws(FileFault) -> String {
        let start = index
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "<") { index += 1 }
        return try resolved(bytes[start..<index])
    }

    /// Text with its references replaced.
    private func resolved(_ text: ArraySlice<UInt8>) throws(FileFault) -> String {
        guard text.contains(UInt8(ascii: "&")) else { return try string(text) }
        var result = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: UInt8(ascii: "&")) {
            result += try string(rest[..<ampersand])
            guard let end = rest[ampersand...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                throw fault("& begins a reference, which ends with a semicolon")
            }
            let reference = try string(rest[(ampersand + 1)..<end])
            guard let scalar = Self.scalar(reference) else {
                throw fault("there is no such reference: only built-in ones are read")
            }
            result.unicodeScalars.append(scalar)
            rest = rest[(end + 1)...]
        }
        return result + (try string(rest))
    }

    private static func scalar(_ reference: String) -> Unicode.Scalar? {
        switch reference {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            if reference.hasPrefix("#x") {
                return UInt32(reference.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            }
            guard reference.hasPrefix("#") else { return nil }
            return UInt32(reference.dropFirst(1)).flatMap(Unicode.Scalar.init)
        }
    }

    // MARK: Bytes

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...: true
        default: false
        }
    }

    private static func local(_ qualified: String) -> String {
        qualified.firstIndex(of: ":").map { String(qualified[qualified.index(after: $0)...]) } ?? qualified
    }

    private func string(_ bytes: ArraySlice<UInt8>) throws(FileFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("the text is not UTF-8") }
        return text
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes[index...].starts(with: text.description.utf8) else { return false }
        index += count
        return true
    }

    private mutating func skipBlanks() -> Bool {
        let start = index
        while index < bytes.endIndex, FileBytes.isBlank(bytes[index]) { index += 1 }
        return index > start
    }

    private mutating func skip(through end: StaticString, _ what: String) throws(FileFault) {
        while index < bytes.endIndex {
            if take(end) { return }
            index += 1
        }
        throw fault("\(what) is not closed")
    }

    private mutating func countLines() {
        while counted < index {
            if bytes[counted] == UInt8(ascii: "\n") {
                line += 1
                lineStart = counted + 1
            }
            counted += 1
        }
    }

    private func fault(_ message: String) -> FileFault {
        var copy = self
        copy.countLines()
        return FileFault(line: copy.line, column: copy.column, message)
    }
}
