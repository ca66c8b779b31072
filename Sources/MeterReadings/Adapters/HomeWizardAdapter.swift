/// HomeWizard P1 Meter and kWh Meter, local API v1: the answer of `GET /api/v1/data`, forwarded as it is.
///
/// Source: https://api-documentation.homewizard.com/docs/v1/measurement, and a P1 meter's answer:
/// ```json
/// {"wifi_ssid":"…","smr_version":50,"meter_model":"LGF5E360","active_tariff":2,"total_power_import_kwh":1594.842,
///  "total_power_import_t1_kwh":739.591,"total_power_import_t2_kwh":855.251,"total_power_export_kwh":2355.869,
///  "total_power_export_t1_kwh":1729.965,"total_power_export_t2_kwh":625.904,"active_power_w":77.0,"montly_power_peak_w":3560.0}
/// ```
/// - Registers: `total_power_import_kwh` and `total_power_export_kwh`; where a total is missing or null, as in older firmware, the sum
///   of its tariffs `…_t1_kwh` to `…_t4_kwh` that are there. The meter is read with three decimals, so the sum is exact.
/// - Time: there is none for electricity (`gas_timestamp` is the gas meter's), so the hub's, flagged ``ReadingFlags/hubTime``.
enum HomeWizardAdapter: JSONAdapter {
    private static let importTariffs: [StaticString] = [
        "total_power_import_t1_kwh", "total_power_import_t2_kwh", "total_power_import_t3_kwh",
        "total_power_import_t4_kwh",
    ]
    private static let exportTariffs: [StaticString] = [
        "total_power_export_t1_kwh", "total_power_export_t2_kwh", "total_power_export_t3_kwh",
        "total_power_export_t4_kwh",
    ]

    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        var draft = ReadingDraft(begin: payload.buffer.tree.place(message))
        draft.importWh = try payload.register(
            "total_power_import_kwh",
            orSumOf: importTariffs,
            of: message,
            .kilowattHours,
            &draft,
            body
        )
        draft.exportWh = try payload.register(
            "total_power_export_kwh",
            orSumOf: exportTariffs,
            of: message,
            .kilowattHours,
            &draft,
            body
        )
        try payload.append(draft)
    }
}
