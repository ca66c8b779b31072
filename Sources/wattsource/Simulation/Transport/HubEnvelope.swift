import FoundationEssentials
internal import MeterReadings

/// A hub's routing envelope: one JSON object with the system properties and the body.
///
/// Source: Microsoft, "Use IoT Hub message routing", the format of messages that are routed to storage.
enum HubEnvelope {
    /// The record's value.
    ///
    /// - Parameters:
    ///   - contentType: what the device says that it sends.
    ///   - form: how the body is to be held; what is no text, or not to be taken apart, is base64.
    static func make(
        device: String,
        enqueuedAt: Int64,
        contentType: String,
        contentEncoding: String,
        body: [UInt8],
        _ form: EnvelopeBody
    ) -> [UInt8] {
        let time = UTCTime.format(enqueuedAt).dropLast() + ".0000000Z"
        let text =
            #"{"EnqueuedTimeUtc":"\#(time)","Properties":{},"SystemProperties":{"connectionDeviceId":"\#(device)","#
            + #""connectionAuthMethod":"{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\"}","#
            + #""contentType":"\#(contentType)","contentEncoding":"\#(contentEncoding)","enqueuedTime":"\#(time)"},"Body":"#
        let held: [UInt8]
        switch form {
        case .base64: held = Array("\"\(Data(body).base64EncodedString())\"".utf8)
        case .object: held = body
        case .text: held = quoted(body)
        }
        return Array(text.utf8) + held + [UInt8(ascii: "}")]
    }

    /// A text as a JSON string.
    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        var result = [UInt8(ascii: "\"")]
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\r"): result += Array(#"\r"#.utf8)
            case UInt8(ascii: "\n"): result += Array(#"\n"#.utf8)
            default: result.append(byte)
            }
        }
        return result + [UInt8(ascii: "\"")]
    }
}
