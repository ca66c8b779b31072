import MeterReadings
import Testing

@testable import wattsource

/// Each payload as it goes out, letter by letter: what reads them is tested against samples of real readers, not against these.
@Suite struct PayloadFormatTests {
    /// 2016-08-01T07:00:00Z.
    private static let time: Int64 = 1_470_034_800_000_000
    private static let summer = ReaderZone(
        LocalZone(offsets: [
            LocalZone.Offset(from: .min, seconds: -28_800),
            LocalZone.Offset(from: time - 3_600_000_000, seconds: -25_200),
            LocalZone.Offset(from: time + 3_600_000_000, seconds: -28_800),
        ])
    )

    private func text(_ format: PayloadFormat, _ readings: [SimulatedReading]? = nil) -> String {
        let one = [SimulatedReading(time: Self.time, values: MeterRegisters.Pair(imported: 1_234_567, exported: 89))]
        let body = format.body(device: "m-1", readings ?? one, interval: 900_000_000, zone: Self.summer)
        return String(decoding: body, as: UTF8.self)
    }

    @Test func telemetryInThreeForms() {
        #expect(
            text(.v1) == #"{"v":1,"device":"m-1","t":"2016-08-01T07:00:00Z","import_wh":1234567,"export_wh":89}"#
        )
        #expect(
            text(.v1KilowattHours)
                == #"{"v":1,"device":"m-1","t":"2016-08-01T07:00:00Z","import_kwh":"1234.5677","export_kwh":"0.0899"}"#
        )
        #expect(
            text(.v1Interval)
                == #"{"v":1,"device":"m-1","kind":"interval","interval_s":900,"#
                + #""t":"2016-08-01T07:00:00Z","import_wh":1234567,"export_wh":89}"#
        )
    }

    @Test func severalReadingsAreAList() {
        let two = [0, 1].map { step in
            SimulatedReading(
                time: Self.time + step * 900_000_000,
                values: MeterRegisters.Pair(imported: 10 + step, exported: 0)
            )
        }
        #expect(
            text(.v1, two)
                == #"{"v":1,"device":"m-1","readings":[{"t":"2016-08-01T07:00:00Z","import_wh":10,"export_wh":0},"#
                + #"{"t":"2016-08-01T07:15:00Z","import_wh":11,"export_wh":0}]}"#
        )
        #expect(
            text(.sinapsi, two)
                == #"[{"du":"DU12345678","pod":"IT00123456789A","data":["#
                + #"{"ts":"1470034800","1-0:1.8.0.255_3,0_2":"10","1-0:2.8.0.255_3,0_2":"0"},"#
                + #"{"ts":"1470035700","1-0:1.8.0.255_3,0_2":"11","1-0:2.8.0.255_3,0_2":"0"}]}]"#
        )
    }

    @Test(
        arguments: [
            (.homewizard, #""total_power_import_kwh":1234.567,"total_power_import_t1_kwh":493.826,"#),
            (.homewizard, #""total_power_export_kwh":0.089,"#),
            (.shelly, #""params":{"ts":1470034800.00,"emdata:0":{"id":0,"#),
            (.shelly, #""total_act":1234567.67,"total_act_ret":89.89}}}"#),
            (.shellyOnePhase, #""em1data:0":{"id":0,"total_act_energy":1234567.67,"total_act_ret_energy":89.89}}}"#),
            (
                .tasmotaSML,
                #"{"StatusSNS":{"Time":"2016-08-01T00:00:00","SML":{"Total_in":1234.5677,"Total_out":0.0899,"#
            ),
            (.oesterreichsEnergie, #""1-0:1.8.0":{"value":1234567,"time":1470034800},"#),
            (.linky, #""timestamp":{"dst":"summer","date":"2016-08-01T00:00:00.000Z"}"#),
            (.linky, #""EAST":{"raw":"001234567","value":1234567},"EAIT":{"raw":"000000089","value":89}}"#),
            (.dsmr, "0-0:1.0.0(160801000000S)\r\n"),
            (.dsmr, "1-0:1.8.1(000493.826*kWh)\r\n1-0:1.8.2(000740.741*kWh)\r\n"),
            (.dsmr, "1-0:2.8.1(000000.035*kWh)\r\n1-0:2.8.2(000000.054*kWh)\r\n"),
        ] as [(PayloadFormat, String)]
    )
    func readersHaveTheirOwnWords(_ format: PayloadFormat, _ part: String) {
        #expect(text(format).contains(part), "\(text(format))")
    }

    /// The check value of CRC-16/ARC, and a telegram from the notes of an Arduino library for P1 ports.
    @Test func telegramsAreSummedAsTheStandardSays() {
        #expect(DSMRTelegram.checksum("123456789".utf8) == 0xBB3D)
        let telegram = "/KFM5KAIFA-METER\r\n\r\n1-0:1.8.1(000671.578*kWh)\r\n1-0:1.7.0(00.318*kW)\r\n!"
        #expect(DSMRTelegram.checksum(telegram.utf8) == 0x1E1D)
    }

    @Test func theSeasonIsThatOfTheClock() {
        #expect(Self.summer.isSummer(Self.time))
        #expect(!Self.summer.isSummer(Self.time + 3_600_000_000))
        #expect(!Self.summer.isSummer(Self.time - 3_600_000_001))
        #expect(!ReaderZone().isSummer(Self.time))
    }

    @Test func mixedGivesEachMeterTheNextFormat() {
        #expect(FormatChoice(argument: "mixed")?.format(of: 0) == .v1)
        #expect(FormatChoice(argument: "mixed")?.format(of: 12) == .v1KilowattHours)
        #expect(FormatChoice(argument: "dsmr")?.format(of: 12) == .dsmr)
        #expect(FormatChoice(argument: "sml") == nil)
    }
}
