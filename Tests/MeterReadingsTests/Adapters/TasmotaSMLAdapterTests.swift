import MeterReadings
import Testing

struct TasmotaSMLAdapterTests {
    private let vienna = AdapterCase(.tasmotaSML, zone: .vienna, enqueuedAt: at("2024-07-07T11:01:12Z"))

    private func body(_ time: String, _ importKwh: String = "34507.4761") -> String {
        #"{"Time":"\#(time)","SML":{"Total_in":\#(importKwh),"Total_out":14737.1422}}"#
    }

    private func reading(_ time: String, _ importWh: Int64 = 34_507_476) -> MeterReading {
        MeterReading(measuredAt: at(time), importWh: importWh, exportWh: 14_737_142, flags: .localTime)
    }

    @Test func theSample() throws {
        let body = #"""
            {"StatusSNS":{"Time":"2024-07-07T13:01:11","SML":{"Total_in":34507.4761,"Total_out":14737.1422,"Power_curr":-894,
             "Meter_number":"0901454d48000000000"},"TempUnit":"C"}}
            """#
        #expect(try vienna.readings(body) == [reading("2024-07-07T11:01:11Z")])
        let noZone = AdapterCase(.tasmotaSML)
        #expect(noZone.fault(body) == #"time_no_zone Time @ "2024-07"#)
    }

    @Test(arguments: [
        #"{"Time":"2024-07-07T13:01:11","SML":{"Total_in":34507.4761,"Total_out":14737.1422}}"#,
        #"{"Time":"2024-07-07T13:01:11","MT175":{"total_in":"34507.4761","total_out":14737.1422},"DHT":{"Temperature":21.1}}"#,
        #"{"Time":"2024-07-07T13:01:11","DTZ":{"E_in":34507.4761,"E_out":14737.1422,"volt_p1":0.0}}"#,
        #"{"Time":"2024-07-07T13:01:11","":{"1_8_0":34507.4761,"2_8_0":14737.1422}}"#,
    ])
    func theNamesThatScriptsUse(_ body: String) throws {
        #expect(try vienna.readings(body) == [reading("2024-07-07T11:01:11Z")])
    }

    @Test func timesThatSayTheirZone() throws {
        let expected = MeterReading(measuredAt: at("2024-07-07T11:01:11Z"), importWh: 1, exportWh: nil)
        let noZone = AdapterCase(.tasmotaSML)
        for time in [
            #""Time":"2024-07-07T13:01:11","Epoch":1720350071"#, #""Time":1720350071"#,
            #""Time":"2024-07-07T13:01:11+02:00""#,
        ] {
            #expect(try noZone.readings("{\(time),\"SML\":{\"Total_in\":0.001}}") == [expected])
        }
    }

    @Test func zerosBeforeTheFirstTelegramAreNoValues() throws {
        func quality(_ registers: String, _ has: MeterRegisters) throws -> [ReadingQuality] {
            try AdapterCase(.tasmotaSML, registers: has).readings("{\"Time\":1,\"SML\":{\(registers)}}").map(\.quality)
        }
        #expect(try quality(#""Total_in":0.0000,"Total_out":0"#, .both) == [.missing])
        #expect(try quality(#""Total_in":0.0000,"Total_out":0"#, .import) == [.missing])
        #expect(try quality(#""Total_in":0.0000,"Total_out":0.001"#, .both) == [.measured])
        #expect(try quality(#""Total_in":5,"Total_out":0"#, .both) == [.measured])
    }

    @Test(arguments: [
        (#"{"Time":"2024-07-07T13:01:11","Uptime":"0T1"}"#, #"bad_schema  @ {"Time":"#),
        (#"{"Time":1,"A":{"Total_in":1},"B":{"E_in":1}}"#, #"bad_schema  @ {"E_in":"#),
        (#"{"Time":1,"A":{"Total_in":1,"1_8_0":1}}"#, #"bad_schema 1_8_0 @ 1}}"#),
        (#"{"Time":1,"A":{"Total_in":1,"Total_in":1}}"#, #"bad_json Total_in @ "Total_i"#),
        (#"{"Time":"07.07.2024","A":{"Total_in":1}}"#, #"bad_schema Time @ "07.07.2"#),
        (#"{"Time":"2024-02-30T00:00:00","A":{"Total_in":1}}"#, #"bad_schema Time @ "2024-02"#),
        (#"{"Time":[],"A":{"Total_in":1}}"#, #"bad_schema Time @ [],"A":{"#),
        (#"{"Time":"2024-03-31T02:30:00","A":{"Total_in":1}}"#, #"bad_schema Time @ "2024-03"#),
        (#"{"Time":1,"A":{"Total_in":"-"}}"#, #"bad_schema Total_in @ "-"}}"#),
        (#"{"Time":1,"A":{"Total_in":-1}}"#, "negative_value Total_in @ -1}}"),
    ])
    func refusals(_ body: String, _ fault: String) { #expect(vienna.fault(body) == fault) }

    // MARK: The hour that happens twice: 2025-10-26, 02:00 to 03:00 in Vienna, first 00:00Z to 01:00Z, then 01:00Z to 02:00Z.

    private func autumn(_ enqueuedAt: String?) -> AdapterCase {
        AdapterCase(.tasmotaSML, zone: .vienna, enqueuedAt: enqueuedAt.map { at($0) })
    }

    @Test func theFirstPassIsKnownWhileItHappens() throws {
        let live = autumn("2025-10-26T00:30:05Z")
        #expect(try live.readings(body("2025-10-26T02:30:00")) == [reading("2025-10-26T00:30:00Z")])
        // The later one would be 900 s in the future, which is possible; a moment earlier, and it would not.
        #expect(
            autumn("2025-10-26T01:35:00Z").fault(body("2025-10-26T02:50:00")) == #"time_ambiguous Time @ "2025-10"#
        )
        #expect(
            try autumn("2025-10-26T01:09:59.999999Z").readings(body("2025-10-26T02:30:00"))
                == [reading("2025-10-26T00:30:00Z")]
        )
        // 40 minutes after the earlier one; a moment later, and it may be a clock that is ahead, in the second pass.
        #expect(
            try autumn("2025-10-26T01:10:00Z").readings(body("2025-10-26T02:30:00"))
                == [reading("2025-10-26T00:30:00Z")]
        )
        #expect(
            autumn("2025-10-26T01:10:00.000001Z").fault(body("2025-10-26T02:30:00"))
                == #"time_ambiguous Time @ "2025-10"#
        )
    }

    @Test func theSecondPassAloneIsAmbiguous() {
        for time in ["2025-10-26T01:30:05Z", "2025-11-01T00:00:00Z", nil] {
            #expect(autumn(time).fault(body("2025-10-26T02:30:00")) == #"time_ambiguous Time @ "2025-10"#)
        }
    }

    @Test func theEdgesOfTheHour() throws {
        let late = autumn("2025-11-01T00:00:00Z")
        #expect(try late.readings(body("2025-10-26T01:59:59")) == [reading("2025-10-25T23:59:59Z")])
        #expect(try late.readings(body("2025-10-26T03:00:00")) == [reading("2025-10-26T02:00:00Z")])
        #expect(late.fault(body("2025-10-26T02:00:00")).hasPrefix("time_ambiguous"))
        #expect(late.fault(body("2025-10-26T02:59:59")).hasPrefix("time_ambiguous"))
        // Spring: the hour that never was.
        #expect(try late.readings(body("2025-03-30T01:59:59")) == [reading("2025-03-30T00:59:59Z")])
        #expect(try late.readings(body("2025-03-30T03:00:00")) == [reading("2025-03-30T01:00:00Z")])
        #expect(late.fault(body("2025-03-30T02:00:00")).hasPrefix("bad_schema Time"))
        #expect(late.fault(body("2025-03-30T02:59:59")).hasPrefix("bad_schema Time"))
    }

    private func record(_ times: [String], falling: Bool = false) -> String {
        let messages = times.enumerated().map { place, time in
            body("2025-10-26T\(time):00", "\(falling ? 100 - place : 100 + place)")
        }
        return "[" + messages.joined(separator: ",") + "]"
    }

    @Test func theOrderOfARecordTellsThePasses() throws {
        let late = autumn("2025-11-01T00:00:00Z")
        let times = ["01:45", "02:00", "02:30", "02:45", "02:00", "02:30", "02:45", "03:00"]
        let instants = try late.readings(record(times)).map(\.measuredAt)
        #expect(
            instants
                == [
                    "2025-10-25T23:45:00Z", "2025-10-26T00:00:00Z", "2025-10-26T00:30:00Z", "2025-10-26T00:45:00Z",
                    "2025-10-26T01:00:00Z", "2025-10-26T01:30:00Z", "2025-10-26T01:45:00Z", "2025-10-26T02:00:00Z",
                ].map { at($0) }
        )
    }

    @Test func orderThatDecidesNothing() throws {
        let late = autumn("2025-11-01T00:00:00Z")
        // Could be either pass.
        let once = try late.decode(record(["01:45", "02:00", "02:30", "03:00"]))
        #expect(once.map(\.refusal?.reason) == [nil, .timeAmbiguous, .timeAmbiguous, nil])
        // Twice the same says nothing.
        #expect(try late.decode(record(["02:30", "02:30"])).allSatisfy { $0.refusal?.reason == .timeAmbiguous })
        // No order at all: three times would have to go back.
        let shuffled = try late.decode(record(["02:45", "02:30", "02:15"]))
        #expect(shuffled.allSatisfy { $0.refusal?.reason == .timeAmbiguous })
        // Newest first: the registers fall along the order of the body.
        let reversed = try late.decode(record(["02:45", "02:30"], falling: true))
        #expect(reversed.allSatisfy { $0.refusal?.reason == .timeAmbiguous })
        // One decided by the order, the others not.
        let mixed = try late.decode(record(["02:30", "02:45", "02:15"]))
        #expect(mixed.map(\.refusal?.reason) == [nil, nil, nil])
    }

    @Test func refusedReadingsTakeNoPartInTheOrder() throws {
        let late = autumn("2025-11-01T00:00:00Z")
        let body =
            "[\(body("2025-10-26T02:45:00", "1")),\(body("2025-10-26T09:00:00", "-1")),\(body("2025-10-26T02:15:00", "2"))]"
        let decoded = try late.decode(body)
        #expect(decoded.map(\.refusal?.reason) == [nil, .negativeValue, nil])
        #expect(decoded[2].reading.measuredAt == at("2025-10-26T01:15:00Z"))
    }
}
