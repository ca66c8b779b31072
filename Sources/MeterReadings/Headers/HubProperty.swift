/// The properties of a hub's message that decide something, by their two spellings: as a Kafka header, and in a routing envelope.
///
/// All others decide nothing, so they may be missing or garbled: `message-id`, `correlation-id`, `user-id`, `content-type`,
/// `iothub-creation-time-utc`, `iothub-connection-auth-method`, `x-opt-…`, and `iothub-connection-module-id`: a module of an edge
/// device speaks for that device, so a message's identity is its device, whichever module sent it. An edge device that reads several
/// meters needs an identity on the hub for each of them.
///
/// Source: Microsoft, "Create and read IoT Hub messages" (system properties of device-to-cloud messages).
enum HubProperty: UInt8 {
    case deviceID, generationID, enqueuedTime, messageSource, contentEncoding

    /// Finds the property of a header.
    init?(header name: Span<UInt8>) {
        switch name.count {
        case 16 where name.equals("content-encoding"): self = .contentEncoding
        case 19 where name.equals("iothub-enqueuedtime"): self = .enqueuedTime
        case 21 where name.equals("iothub-message-source"): self = .messageSource
        case 27 where name.equals("iothub-connection-device-id"): self = .deviceID
        case 36 where name.equals("iothub-connection-auth-generation-id"): self = .generationID
        default: return nil
        }
    }

    /// Finds the property of a member of an envelope's `SystemProperties`.
    init?(envelope name: Span<UInt8>) {
        switch name.count {
        case 12 where name.equals("enqueuedTime"): self = .enqueuedTime
        case 13 where name.equals("messageSource"): self = .messageSource
        case 15 where name.equals("contentEncoding"): self = .contentEncoding
        case 18 where name.equals("connectionDeviceId"): self = .deviceID
        case 21 where name.equals("iothub-message-source"): self = .messageSource
        case 28 where name.equals("connectionDeviceGenerationId"): self = .generationID
        default: return nil
        }
    }

    /// Whether only a hub, or a gateway in its place, writes this header.
    ///
    /// Devices set `content-encoding` themselves, on plain Kafka too.
    var isOfHub: Bool { self != .contentEncoding }

    /// How it is spelled in a header.
    var header: StaticString {
        switch self {
        case .deviceID: "iothub-connection-device-id"
        case .generationID: "iothub-connection-auth-generation-id"
        case .enqueuedTime: "iothub-enqueuedtime"
        case .messageSource: "iothub-message-source"
        case .contentEncoding: "content-encoding"
        }
    }

    /// How it is spelled in an envelope, with its path.
    var envelope: StaticString {
        switch self {
        case .deviceID: "SystemProperties.connectionDeviceId"
        case .generationID: "SystemProperties.connectionDeviceGenerationId"
        case .enqueuedTime: "SystemProperties.enqueuedTime"
        case .messageSource: "SystemProperties.messageSource"
        case .contentEncoding: "SystemProperties.contentEncoding"
        }
    }
}
