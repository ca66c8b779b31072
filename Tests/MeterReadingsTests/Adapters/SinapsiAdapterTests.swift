import MeterReadings
import Testing

struct SinapsiAdapterTests {
    private let sinapsi = AdapterCase(.sinapsi)

    private func body(_ data: String) -> String { #"[{"du":"DU12345678","pod":"IT00123456789A","data":[\#(data)]}]"# }

    @Test func theSampleHoldsPowerOnly() throws {
        #expect(try sinapsi.decode(body(#"{"ts":"1757506202","1-0:1.7.0.255_3,0_2":"59"}"#)).isEmpty)
    }

    @Test func eachEntryWithRegistersIsAReading() throws {
        let entries = #"""
            {"ts":"1757506202","1-0:1.8.0.255_3,0_2":"83402","1-0:2.8.0.255_3,0_2":"1206"},
            {"ts":"1757506205","1-0:1.7.0.255_3,0_2":"59"},
            {"ts":1757507100,"1-0:1.8.0.255_3,0_2":83410,"1-0:2.8.0.255_3,0_2":1206}
            """#
        let expected = [
            MeterReading(measuredAt: 1_757_506_202_000_000, importWh: 83_402, exportWh: 1206),
            MeterReading(measuredAt: 1_757_507_100_000_000, importWh: 83_410, exportWh: 1206),
        ]
        #expect(try sinapsi.readings(body(entries)) == expected)
        #expect(try sinapsi.readings("{\"data\":[\(entries)]}") == expected)
        #expect(
            try sinapsi.readings("[{\"data\":[\(entries)]},{\"data\":[]},{\"data\":[\(entries)]}]") == expected
                + expected
        )
    }

    @Test func withoutTimeTheHubs() throws {
        let readings = try sinapsi.readings(body(#"{"1-0:1.8.0.255_3,0_2":"1"}"#))
        #expect(readings.map(\.flags) == [.hubTime])
    }

    @Test func aBadEntryDoesNotTakeTheOthersWithIt() throws {
        let decoded = try sinapsi.decode(
            body(#"{"ts":"1","1-0:1.8.0.255_3,0_2":"-1"},{"ts":"2","1-0:1.8.0.255_3,0_2":"1"}"#)
        )
        #expect(decoded.map(\.refusal?.reason) == [.negativeValue, nil])
    }

    @Test(arguments: [
        (#"{"ts":"x","1-0:1.8.0.255_3,0_2":"1"}"#, #"bad_schema ts @ "x","1-0"#),
        (#"{"ts":"1","1-0:1.8.0.255_3,0_2":"1 kWh"}"#, #"bad_schema 1-0:1.8.0.255_3,0_2 @ "1 kWh"}"#),
        (#"{"ts":"1","1-0:1.8.0.255_3,0_2":"1000000000001"}"#, #"out_of_range 1-0:1.8.0.255_3,0_2 @ "1000000"#),
        (#"{"ts":"1","ts":"1","1-0:1.8.0.255_3,0_2":"1"}"#, #"bad_json ts @ "ts":"1""#),
    ])
    func refusals(_ entry: String, _ fault: String) { #expect(sinapsi.fault(body(entry)) == fault) }

    @Test func somethingElse() {
        #expect(sinapsi.fault("{}") == "bad_schema data @ {}")
        #expect(sinapsi.fault(#"[{"data":{}}]"#) == #"bad_schema data @ {"data":"#)
        #expect(sinapsi.fault("[1]") == "bad_schema data @ 1]")
        #expect(sinapsi.fault("1") == "bad_schema  @ 1")
    }
}
