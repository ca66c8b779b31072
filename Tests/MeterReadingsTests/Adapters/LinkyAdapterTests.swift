import MeterReadings
import Testing

struct LinkyAdapterTests {
    private let linky = AdapterCase(.linky)

    private func body(_ date: String, _ season: String = "summer") -> String {
        #"{"DATE":{"raw":"","value":"","timestamp":{"dst":"\#(season)","date":"\#(date)"}},"EAST":{"raw":"032507388","value":32507388},"EAIT":{"raw":"000001206","value":1206}}"#
    }

    private func reading(_ time: String) -> MeterReading {
        MeterReading(measuredAt: at(time), importWh: 32_507_388, exportWh: 1206)
    }

    @Test func theSampleIsLocalTimeInSpiteOfItsZ() throws {
        #expect(try linky.readings(body("2025-04-14T12:54:38.000Z")) == [reading("2025-04-14T10:54:38Z")])
        #expect(try linky.readings(body("2025-01-14T12:54:38.000Z", "winter")) == [reading("2025-01-14T11:54:38Z")])
    }

    @Test func theSeasonTellsTheHourThatHappensTwice() throws {
        for zone in [nil, LocalZone.vienna] {
            let linky = AdapterCase(.linky, zone: zone)
            #expect(try linky.readings(body("2025-10-26T02:30:00.000Z")) == [reading("2025-10-26T00:30:00Z")])
            #expect(try linky.readings(body("2025-10-26T02:30:00.000Z", "winter")) == [reading("2025-10-26T01:30:00Z")])
        }
    }

    @Test func theRegistrysZoneGivesTheOffset() throws {
        let reunion = LocalZone(offsets: [.init(from: 0, seconds: 14_400)])
        let linky = AdapterCase(.linky, zone: reunion)
        #expect(try linky.readings(body("2025-04-14T12:54:38.000Z", "winter")) == [reading("2025-04-14T08:54:38Z")])
    }

    @Test func aDateWithAnOffsetIsTakenAtItsWord() throws {
        #expect(try linky.readings(body("2025-04-14T12:54:38+02:00", "winter")) == [reading("2025-04-14T10:54:38Z")])
    }

    @Test func plainLabelsAndTheMetersOwnDate() throws {
        #expect(
            try linky.readings(#"{"DATE":"E250414125438","EAST":"032507388","EAIT":1206}"#)
                == [reading("2025-04-14T10:54:38Z")]
        )
        #expect(
            try linky.readings(#"{"DATE":"h251026023000","EAST":"032507388","EAIT":{"raw":"000001206"}}"#)
                == [reading("2025-10-26T01:30:00Z")]
        )
    }

    @Test func theHistoricMode() throws {
        let hub = AdapterCase(.linky, registers: .import)
        func importWh(_ body: String) throws -> [Int64?] {
            let readings = try hub.readings(body)
            #expect(readings.allSatisfy { $0.flags == .hubTime && $0.exportWh == nil })
            return readings.map(\.importWh)
        }
        #expect(
            try importWh(
                #"{"ADCO":{"raw":"12345678901","value":12345678901},"BASE":{"raw":"905868888","value":905868888},"PAPP":{"raw":"4110","value":4110}}"#
            ) == [905_868_888]
        )
        #expect(
            try importWh(
                #"{"HCHC":{"raw":"9058688","value":9058688},"HCHP":{"raw":"9752846","value":9752846},"PTEC":{"raw":"HP..","value":"HP"},"PAPP":{"raw":"4110","value":4110},"PAPP":{"raw":"A","value":"A"}}"#
            ) == [18_811_534]
        )
        #expect(try importWh(#"{"EJPHN":1,"EJPHPM":2}"#) == [3])
        #expect(
            try importWh(#"{"BBRHCJB":1,"BBRHPJB":2,"BBRHCJW":3,"BBRHPJW":4,"BBRHCJR":5,"BBRHPJR":6}"#) == [21]
        )
    }

    @Test(arguments: [
        (#"{"HCHC":{"raw":"1","value":1}}"#, #"bad_schema HCHC @ {"HCHC":"#),
        (#"{"EAST":{"raw":"","value":""}}"#, #"bad_schema EAST @ ""#),
        (#"{"EAST":{}}"#, "bad_schema EAST @ {}}"),
        (#"{"PAPP":{"value":1}}"#, #"bad_schema  @ {"PAPP":"#),
        (#"{"DATE":{"raw":"","value":""},"EAST":1}"#, #"bad_schema DATE @ {"raw":""#),
        (
            #"{"DATE":{"timestamp":{"dst":"été","date":"2025-04-14T12:54:38Z"}},"EAST":1}"#,
            #"bad_schema DATE @ {"timest"#
        ),
        (#"{"DATE":{"timestamp":{"date":"2025-04-14T12:54:38Z"}},"EAST":1}"#, #"bad_schema DATE @ {"timest"#),
        (#"{"DATE":{"timestamp":{"dst":"summer","date":"14/04/2025"}},"EAST":1}"#, #"bad_schema DATE @ {"timest"#),
        (#"{"DATE":" 250414125438","EAST":1}"#, #"bad_schema DATE @ " 250414"#),
        (#"{"DATE":"E250432125438","EAST":1}"#, #"bad_schema DATE @ "E250432"#),
        (#"{"DATE":5,"EAST":1}"#, #"bad_schema DATE @ 5,"EAST""#),
        (#"{"EAST":-1}"#, "negative_value EAST @ -1}"),
        (#"{"EAST":1,"EAST":1}"#, #"bad_json EAST @ "EAST":1"#),
    ])
    func refusals(_ body: String, _ fault: String) {
        #expect(linky.fault(body).hasPrefix(fault), "\(linky.fault(body))")
    }
}
