import MeterReadings
import Testing

struct HomeWizardAdapterTests {
    private let homewizard = AdapterCase(.homewizard)

    private func reading(_ importWh: Int64?, _ exportWh: Int64?) -> MeterReading {
        MeterReading(measuredAt: 1_800_000_000_000_000, importWh: importWh, exportWh: exportWh, flags: .hubTime)
    }

    @Test func theSample() throws {
        let body = #"""
            {"wifi_ssid":"home","smr_version":50,"meter_model":"LGF5E360","unique_id":"314C","active_tariff":2,
             "total_power_import_kwh":1594.842,"total_power_import_t1_kwh":739.591,"total_power_import_t2_kwh":855.251,
             "total_power_export_kwh":2355.869,"total_power_export_t1_kwh":1729.965,"total_power_export_t2_kwh":625.904,
             "active_power_w":77.0,"active_power_l1_w":-2039.0,"montly_power_peak_w":3560.0}
            """#
        #expect(try homewizard.readings(body) == [reading(1_594_842, 2_355_869)])
    }

    @Test func tariffsAreSummedWhereTheTotalIsMissing() throws {
        #expect(
            try homewizard.readings(
                #"{"total_power_import_t1_kwh":739.591,"total_power_import_t2_kwh":855.251,"total_power_import_t3_kwh":null,"total_power_export_kwh":null,"total_power_export_t1_kwh":0.001}"#
            ) == [reading(1_594_842, 1)]
        )
        // The total wins; tariffs may be rounded otherwise.
        #expect(
            try homewizard.readings(#"{"total_power_import_kwh":3,"total_power_import_t1_kwh":1}"#)
                == [reading(3000, nil)]
        )
    }

    @Test func decimalsAreExact() throws {
        // 0.29 * 1000 is 290.00000000000006 or 289.99999999999994 in binary fractions.
        #expect(try homewizard.readings(#"{"total_power_import_kwh":0.29}"#) == [reading(290, nil)])
        #expect(try homewizard.readings(#"{"total_power_import_kwh":1.0009999999999999999}"#) == [reading(1000, nil)])
        #expect(try homewizard.readings(#"{"total_power_import_kwh":"001594.842"}"#) == [reading(1_594_842, nil)])
    }

    @Test func anArrayOfMessages() throws {
        #expect(
            try homewizard.readings(#"[{"total_power_import_kwh":1},{"total_power_import_kwh":2}]"#)
                == [reading(1000, nil), reading(2000, nil)]
        )
    }

    @Test(arguments: [
        (#"{"total_power_import_kwh":-0.001}"#, "negative_value total_power_import_kwh @ -0.001}"),
        (#"{"total_power_import_kwh":1000000000.001}"#, "out_of_range total_power_import_kwh @ 10000000"),
        (
            #"{"total_power_import_t1_kwh":600000000,"total_power_import_t2_kwh":600000000}"#,
            #"out_of_range total_power_import_t1_kwh @ {"total_"#
        ),
        (#"{"total_power_import_kwh":true}"#, "bad_schema total_power_import_kwh @ true}"),
        (#"{"total_power_import_kwh":"1,5"}"#, #"bad_schema total_power_import_kwh @ "1,5"}"#),
        (#"{"active_power_w":77.0}"#, #"bad_schema  @ {"active"#),
        (#"{"total_power_import_kwh":1,"total_power_import_kwh":2}"#, #"bad_json total_power_import_kwh @ "total_p"#),
        (
            #"{"total_power_import_kwh":1,"total_power_\u0069mport_kwh":null}"#,
            #"bad_json total_power_import_kwh @ "total_p"#
        ),
        (#"{"total_power_import_kwh":1,"x":[{"y":01}]}"#, "bad_json  @ 01}]}"),
        (#"{"total_power_import_kwh":1}}"#, "bad_json  @ }"),
        ("[]", "bad_schema  @ []"), ("[1]", "bad_schema  @ 1]"), ("7", "bad_schema  @ 7"), ("", "bad_json  @ "),
    ])
    func refusals(_ body: String, _ fault: String) { #expect(homewizard.fault(body) == fault) }

    @Test func aBadMessageDoesNotTakeTheOthersWithIt() throws {
        let decoded = try homewizard.decode(
            #"[{"total_power_import_kwh":1},{"total_power_import_kwh":-1},{},{"total_power_import_kwh":2}]"#
        )
        #expect(decoded.map(\.refusal?.reason) == [nil, .negativeValue, .badSchema, nil])
    }

    @Test func withoutAnyTimeItIsRefused() {
        let noTime = AdapterCase(.homewizard, enqueuedAt: nil)
        #expect(noTime.fault(#"{"total_power_import_kwh":1}"#) == #"bad_schema  @ {"total_"#)
    }
}
