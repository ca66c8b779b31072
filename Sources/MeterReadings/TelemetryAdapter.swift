/// The payload formats that a device may send, by the names that the registry uses.
public enum TelemetryAdapter: String, Sendable, CaseIterable {
    /// Wattsource's own telemetry v1, the only one that also knows energy of intervals.
    case v1
    /// HomeWizard P1 meter: the answer of its local API, `/api/v1/data`.
    case homewizard
    /// Shelly meters (Pro 3EM, Pro EM …): RPC notifications and status.
    case shelly
    /// Tasmota with an SML script: `tele/…/SENSOR` and `StatusSNS`.
    case tasmotaSML = "tasmota-sml"
    /// The Austrian smart-meter adapter of Österreichs Energie.
    case oesterreichsEnergie = "oesterreichs-energie"
    /// A P1 telegram (DSMR), as text.
    case dsmr
    /// Sinapsi Alfa (Italy).
    case sinapsi
    /// Linky and older French meters, from their customer output (TIC).
    case linky
}
