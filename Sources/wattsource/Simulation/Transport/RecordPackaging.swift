internal import KafkaSource
internal import MeterReadings

/// Makes a Kafka record of a device's message.
struct RecordPackaging: Sendable {
    /// How it reaches the topic.
    var transport = SimulatedTransport.headers
    /// How an envelope holds a body of JSON.
    var envelopeBody = EnvelopeBody.base64
    /// Whether the body is compressed.
    var gzip = false

    private static let authMethod = #"{"scope":"device","type":"sas","issuer":"iothub"}"#

    /// The record.
    ///
    /// - Parameters:
    ///   - isWhole: whether the body is what its format says; a part of it is not.
    ///   - enqueuedAt: microseconds since 1970-01-01T00:00:00Z.
    func record(
        device: String,
        body: [UInt8],
        _ format: PayloadFormat,
        isWhole: Bool = true,
        enqueuedAt: Int64
    ) -> SimulatedRecord {
        let contentType = format.isJSON ? "application/json" : "text/plain"
        let encoding = gzip ? "gzip" : "utf-8"
        let body = gzip ? GzipWriter.compress(body) : body
        switch transport {
        case .headers, .amqp:
            // What says something about the content is plain text even where the rest is AMQP.
            return SimulatedRecord(
                value: body,
                headers: hubHeaders(device, enqueuedAt: enqueuedAt) + [
                    KafkaHeader("content-type", contentType), KafkaHeader("content-encoding", encoding),
                ]
            )
        case .envelope:
            let value = HubEnvelope.make(
                device: device,
                enqueuedAt: enqueuedAt,
                contentType: contentType,
                contentEncoding: encoding,
                body: body,
                format.isJSON && isWhole && !gzip ? envelopeBody : .base64
            )
            return SimulatedRecord(value: value, headers: [])
        case .plain:
            let headers = gzip ? [KafkaHeader("content-encoding", encoding)] : []
            return SimulatedRecord(key: Array(device.utf8), value: body, headers: headers)
        }
    }

    private func hubHeaders(_ device: String, enqueuedAt: Int64) -> [KafkaHeader] {
        guard transport == .amqp else {
            return [
                KafkaHeader("iothub-connection-device-id", device),
                KafkaHeader("iothub-enqueuedtime", UTCTime.format(enqueuedAt)),
                KafkaHeader("iothub-message-source", "Telemetry"),
            ]
        }
        return [
            KafkaHeader("iothub-connection-device-id", bytes: AMQPValue.text(device)),
            KafkaHeader("iothub-connection-auth-method", bytes: AMQPValue.text(Self.authMethod)),
            KafkaHeader("iothub-enqueuedtime", bytes: AMQPValue.timestamp(enqueuedAt)),
            KafkaHeader("iothub-message-source", bytes: AMQPValue.text("Telemetry")),
        ]
    }
}
