/// The buffer into which librdkafka writes a sentence.
struct ErrorText {
    private var bytes = [CChar](repeating: 0, count: 512)

    /// Lends the buffer to a call of librdkafka.
    mutating func fill<Result>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> Result {
        unsafe bytes.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }

    /// What was written, up to the terminating zero.
    var string: String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
