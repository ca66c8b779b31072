import MeterReadings
import Testing

struct OesterreichsEnergieAdapterTests {
    private let both = AdapterCase(.oesterreichsEnergie)
    private let importOnly = AdapterCase(.oesterreichsEnergie, registers: .import)

    @Test func theSample() throws {
        let body = #"""
            {"0-0:96.1.0":{"value":"90296857"},"1-0:1.8.0":{"value":83402,"time":1697622940},
             "1-0:1.7.0":{"value":43,"time":1697622940},"api_version":"v1","name":"90296857","sma_time":2360.4}
            """#
        let expected = MeterReading(measuredAt: 1_697_622_940_000_000, importWh: 83_402, exportWh: nil)
        #expect(try both.readings(body) == [expected])
        #expect(try importOnly.readings(body) == [expected])
    }

    private func body(_ importTime: String, _ exportTime: String) -> String {
        #"{"1-0:1.8.0":{"value":105119,"time":\#(importTime)},"1-0:2.8.0":{"value":7,"time":\#(exportTime)}}"#
    }

    @Test func theLatestTimeOfTheRegistersCounts() throws {
        #expect(
            try both.readings(body("1697622940", "1697622945"))
                == [MeterReading(measuredAt: 1_697_622_945_000_000, importWh: 105_119, exportWh: 7)]
        )
        #expect(
            try both.readings(body("1697622940", "0"))
                == [MeterReading(measuredAt: 1_697_622_940_000_000, importWh: 105_119, exportWh: 7)]
        )
        // What the meter does not have says nothing about the time.
        #expect(try importOnly.readings(body("1697622940", "1797622945")).map(\.measuredAt) == [1_697_622_940_000_000])
        #expect(try both.readings(body("1697622940", "1697623000")).map(\.measuredAt) == [1_697_623_000_000_000])
        #expect(both.fault(body("1697622940", "1697623001")) == #"bad_schema time @ {"1-0:1."#)
    }

    @Test func unknownTimesAreTheHubs() throws {
        let hub = MeterReading(
            measuredAt: 1_800_000_000_000_000,
            importWh: 105_119,
            exportWh: 7,
            flags: .hubTime
        )
        #expect(try both.readings(body("0", "0")) == [hub])
        #expect(try both.readings(body("null", "null")) == [hub])
        #expect(try both.readings(#"{"1-0:1.8.0":{"value":105119},"1-0:2.8.0":{"value":"7"}}"#) == [hub])
    }

    @Test func tariffsWhereTheTotalIsMissing() throws {
        #expect(
            try both.readings(
                #"{"1-0:1.8.1":{"value":100,"time":5},"1-0:1.8.2":{"value":23,"time":6},"1-0:2.8.0":{"value":3,"time":5},"1-0:2.8.1":{"value":9,"time":99}}"#
            ) == [MeterReading(measuredAt: 6_000_000, importWh: 123, exportWh: 3)]
        )
    }

    @Test(arguments: [
        (#"{"api_version":"v1","1-0:1.7.0":{"value":43,"time":1}}"#, #"bad_schema  @ {"api_ve"#),
        (#"{"1-0:1.8.0":{"value":"x","time":1}}"#, #"bad_schema 1-0:1.8.0 @ "x","tim"#),
        (#"{"1-0:1.8.0":{"value":1,"time":"x"}}"#, #"bad_schema 1-0:1.8.0 @ "x"}}"#),
        (#"{"1-0:1.8.0":{"value":-1,"time":1}}"#, #"negative_value 1-0:1.8.0 @ -1,"time"#),
        (#"{"1-0:1.8.0":{"value":1e13,"time":1}}"#, #"out_of_range 1-0:1.8.0 @ 1e13,"ti"#),
        (#"{"1-0:1.8.0":{"value":1,"value":1}}"#, #"bad_json value @ "value":"#),
        (#"{"1-0:1.8.0":{"value":1},"1-0:1.8.0":{"value":1}}"#, #"bad_json 1-0:1.8.0 @ "1-0:1.8"#),
        (#"{"1-0:1.8.0":83402}"#, #"bad_schema  @ {"1-0:1."#),
    ])
    func refusals(_ body: String, _ fault: String) { #expect(both.fault(body) == fault) }
}
