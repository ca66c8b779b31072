import MeterReadings

/// The payloads that simulated readers send; each one can be read by the adapter that it names.
enum PayloadFormat: String, Sendable, CaseIterable {
    /// Telemetry v1, whole Wh.
    case v1
    /// Telemetry v1, kWh with decimals.
    case v1KilowattHours = "v1-kwh"
    /// Telemetry v1 of kind interval: the energy of intervals.
    case v1Interval = "v1-interval"
    /// HomeWizard P1 meter: kWh, no time.
    case homewizard
    /// Shelly 3EM: Wh with decimals, three phases.
    case shelly
    /// A Shelly with one phase: Wh with decimals.
    case shellyOnePhase = "shelly-1phase"
    /// Tasmota with an SML reading head: kWh, local time without zone.
    case tasmotaSML = "tasmota-sml"
    /// The Austrian utilities' adapter: Wh by OBIS code.
    case oesterreichsEnergie = "oesterreichs-energie"
    /// A Dutch P1 telegram with its checksum.
    case dsmr
    /// Sinapsi Alfa: Wh as text by OBIS code.
    case sinapsi
    /// A Linky meter through teleinfo2mqtt: Wh.
    case linky

    /// The adapter that reads it.
    var adapter: TelemetryAdapter {
        switch self {
        case .v1, .v1KilowattHours, .v1Interval: .v1
        case .homewizard: .homewizard
        case .shelly, .shellyOnePhase: .shelly
        case .tasmotaSML: .tasmotaSML
        case .oesterreichsEnergie: .oesterreichsEnergie
        case .dsmr: .dsmr
        case .sinapsi: .sinapsi
        case .linky: .linky
        }
    }

    /// Whether it reports the energy of intervals, not registers.
    var isInterval: Bool { self == .v1Interval }

    /// Whether a record can hold several readings.
    var isBatchable: Bool {
        switch self {
        case .v1, .v1KilowattHours, .v1Interval, .sinapsi: true
        default: false
        }
    }

    /// Whether the payload says when it was read; else the hub's enqueued time stands for it.
    var saysTime: Bool { self != .homewizard }

    /// Whether its time is local, so that the registry has to name the zone.
    var needsZone: Bool {
        switch self {
        case .tasmotaSML, .dsmr, .linky: true
        default: false
        }
    }

    /// The whole-kWh digits of its registers; `nil`: they do not wrap in a lifetime.
    var registerDigits: Int? { self == .dsmr || self == .linky ? 6 : nil }

    /// Whether the payload is JSON, so that a hub can put it into its envelope as it is.
    var isJSON: Bool { self != .dsmr }

    /// The record's value.
    ///
    /// - Parameters:
    ///   - readings: at least one, in order of time; only the last one where the format holds one.
    ///   - interval: the length of an interval, microseconds.
    func body(device: String, _ readings: [SimulatedReading], interval: Int64, zone: ReaderZone) -> [UInt8] {
        guard let last = readings.last else { return [] }
        let text =
            switch self {
            case .v1: TelemetryV1Payload.text(device, readings, .wattHours)
            case .v1KilowattHours: TelemetryV1Payload.text(device, readings, .kilowattHours)
            case .v1Interval: TelemetryV1Payload.text(device, readings, .interval(seconds: interval / 1_000_000))
            case .homewizard: ReaderPayloads.homewizard(last)
            case .shelly: ReaderPayloads.shelly(last)
            case .shellyOnePhase: ReaderPayloads.shellyOnePhase(last)
            case .tasmotaSML: ReaderPayloads.tasmota(last, zone)
            case .oesterreichsEnergie: ReaderPayloads.oesterreichsEnergie(last)
            case .dsmr: DSMRTelegram.text(last, zone)
            case .sinapsi: ReaderPayloads.sinapsi(readings)
            case .linky: ReaderPayloads.linky(last, zone)
            }
        return Array(text.utf8)
    }
}
