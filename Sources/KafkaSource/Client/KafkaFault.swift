internal import CRdKafka

/// librdkafka's error codes, as sentences.
enum KafkaFault {
    /// The sentence for a code, from librdkafka's static table.
    static func text(_ code: rd_kafka_resp_err_t) -> String {
        // The table is never freed, and unknown codes have an entry, too.
        guard let text = unsafe rd_kafka_err2str(code) else { return "error \(code.rawValue)" }
        return unsafe String(cString: text)
    }

    /// Text of librdkafka, which may be absent.
    static func text(_ pointer: UnsafePointer<CChar>?, or code: rd_kafka_resp_err_t) -> String {
        guard let pointer = unsafe pointer else { return text(code) }
        return unsafe String(cString: pointer)
    }

    /// Reads an error object and frees it; `nil` is success.
    static func take(_ error: OpaquePointer?) -> (code: rd_kafka_resp_err_t, text: String, isRetriable: Bool)? {
        guard let error = unsafe error else { return nil }
        // The object is ours from here on: it is read, then freed once.
        defer { unsafe rd_kafka_error_destroy(error) }
        let code = unsafe rd_kafka_error_code(error)
        let text = unsafe text(rd_kafka_error_string(error), or: code)
        return (code, text, unsafe rd_kafka_error_is_retriable(error) != 0)
    }
}
