internal import MeterReadings

extension TelemetryAdapter {
    /// Whether the readers of this format send local times without a zone, so that the registry has to name it.
    var readsLocalTime: Bool {
        switch self {
        case .tasmotaSML: true
        case .v1, .homewizard, .shelly, .oesterreichsEnergie, .dsmr, .sinapsi, .linky: false
        }
    }
}
