/// Telemetry v1 as Foundation's `JSONDecoder` decodes it, to compare with.
///
/// It is given less to do than Wattsource's decoder: the time stays text, no value is checked against its limits, the
/// device is compared with nothing, a repeated member is not noticed.
struct FoundationTelemetry: Decodable {
    /// One reading.
    struct Reading: Decodable {
        let t: String
        let importWh: Int64?
        let exportWh: Int64?
        let q: String?

        private enum CodingKeys: String, CodingKey {
            case t
            case importWh = "import_wh"
            case exportWh = "export_wh"
            case q
        }
    }

    let v: Int
    let device: String?
    let seq: UInt64?
    let boot: UInt64?
    let kind: String?
    let readings: [Reading]
}
