import MeterReadings
import PostgresStore

/// The body of a dead letter's record without what was around it: a hub's routing envelope, base64, `content-encoding`.
enum UnpackedBody {
    /// The body, if it does not stand in the record's value as it is; `nil` if it does, or cannot be unpacked.
    static func of(_ content: DeadLetterContent) -> [UInt8]? {
        guard let payload = content.payload else { return nil }
        var headers = HubHeaders()
        for header in content.headers { headers.read(name: header.name.span, value: header.value.span) }
        var unpacker = RecordUnpacker()
        // Only to look at: whether the worker may believe an envelope is its configuration's matter.
        if !headers.hasHubHeader {
            var enveloped = HubHeaders()
            if unpacker.openEnvelope(payload.span, into: &enveloped) == nil {
                headers = enveloped
            } else {
                unpacker.removeAll()
            }
        }
        guard unpacker.unpack(payload.span, headers.contentCoding) == nil else { return nil }
        let body = unpacker.withPayload(of: payload.span) { body in
            var copy: [UInt8] = []
            copy.reserveCapacity(body.count)
            for index in body.indices { copy.append(body[index]) }
            return copy
        }
        return body == payload ? nil : body
    }
}
