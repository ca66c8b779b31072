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
        case .text: held = Array(JSONValue.string(String(decoding: body, as: UTF8.self)).text.utf8)
        }
        return Array(text.utf8) + held + [UInt8(ascii: "}")]
    }
}
