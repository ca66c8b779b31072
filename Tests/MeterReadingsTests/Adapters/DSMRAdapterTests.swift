import MeterReadings
import Testing

struct DSMRAdapterTests {
    private let dsmr = AdapterCase(.dsmr)

    /// A telegram of these lines with its checksum.
    private func telegram(_ lines: [String]) -> String { DSMRTelegram.text(lines) }

    @Test func theKnownChecksum() throws {
        let body = "/KFM5KAIFA-METER\r\n\r\n1-0:1.8.1(000671.578*kWh)\r\n1-0:1.7.0(00.318*kW)\r\n!1E1D"
        let expected = MeterReading(
            measuredAt: 1_800_000_000_000_000,
            importWh: 671_578,
            exportWh: nil,
            flags: .hubTime
        )
        #expect(try dsmr.readings(body) == [expected])
        #expect(try dsmr.readings(body + "\r\n") == [expected])
        #expect(try dsmr.readings(body.replacing("1E1D", with: "1e1d")) == [expected])
        // A gateway that drops the carriage returns.
        #expect(try dsmr.readings(body.replacing("\r\n", with: "\n")) == [expected])
    }

    @Test func tariffsAndTime() throws {
        let lines = [
            "1-3:0.2.8(50)", "0-0:1.0.0(101209113020W)", "0-0:96.1.1(4B384547303034303436333935353037)",
            "1-0:1.8.1(123456.789*kWh)", "1-0:1.8.2(000001.211*kWh)", "1-0:2.8.1(000002.000*kWh)",
            "1-0:2.8.2(000000.001*kWh)", "0-0:96.14.0(0002)", "1-0:1.7.0(01.193*kW)",
            "1-0:99.97.0(2)(0-0:96.7.19)(101208152415W)(0000000240*s)(101208151004W)(0000000301*s)",
            "0-1:24.2.1(101209112500W)(12785.123*m3)",
        ]
        let expected = MeterReading(measuredAt: at("2010-12-09T10:30:20Z"), importWh: 123_458_000, exportWh: 2001)
        #expect(try dsmr.readings(telegram(lines)) == [expected])
        #expect(try dsmr.readings(telegram(lines) + "\r\n" + telegram(lines)) == [expected, expected])
    }

    @Test func aTotalWinsOverItsTariffs() throws {
        let lines = ["1-0:1.8.1(1*kWh)", "1-0:1.8.0(00006678.394*kWh)", "1-0:2.8.0(0.5*kWh)"]
        #expect(try dsmr.readings(telegram(lines)).map(\.importWh) == [6_678_394])
    }

    @Test func theLetterTellsTheHourThatHappensTwice() throws {
        func time(_ text: String, _ zone: LocalZone?) throws -> [Int64] {
            try AdapterCase(.dsmr, zone: zone).readings(telegram(["0-0:1.0.0(\(text))", "1-0:1.8.0(1*kWh)"]))
                .map(\.measuredAt)
        }
        for zone in [nil, LocalZone.vienna] {
            #expect(try time("251026023000S", zone) == [at("2025-10-26T00:30:00Z")])
            #expect(try time("251026023000W", zone) == [at("2025-10-26T01:30:00Z")])
            #expect(try time("250701120000S", zone) == [at("2025-07-01T10:00:00Z")])
        }
        let vilnius = LocalZone(
            offsets: LocalZone.vienna.offsets.map { .init(from: $0.from, seconds: $0.seconds + 3600) }
        )
        #expect(try time("250701120000S", vilnius) == [at("2025-07-01T09:00:00Z")])
        #expect(try time("250101120000W", vilnius) == [at("2025-01-01T10:00:00Z")])
        // No letter: a time without a zone.
        #expect(try time("250701120000", .vienna) == [at("2025-07-01T10:00:00Z")])
        #expect(
            dsmr.fault(telegram(["0-0:1.0.0(250701120000)", "1-0:1.8.0(1*kWh)"]))
                == "time_no_zone 0-0:1.0.0 @ 25070112"
        )
    }

    @Test(arguments: [
        (["1-0:1.8.1(000671.578*Wh)"], "bad_unit 1-0:1.8.0 @ *Wh)\r\n1-"),
        (["1-0:1.8.1(000671.578)"], "bad_unit 1-0:1.8.0 @ )\r\n1-0:1"),
        (["1-0:1.8.1(*kWh)"], "bad_schema 1-0:1.8.0 @ *kWh)\r\n1"),
        (["1-0:1.8.1(-1*kWh)"], "negative_value 1-0:1.8.0 @ -1*kWh)\r"),
        (["1-0:1.8.1(1e3*kWh)"], "bad_schema 1-0:1.8.0 @ 1e3*kWh)"),
        (["1-0:1.8.1(9999999999*kWh)"], "out_of_range 1-0:1.8.0 @ 99999999"),
        (["1-0:1.8.1(1*kWh"], "bad_schema 1-0:1.8.0 @ 1*kWh\r\n1"),
        (["1-0:1.8.1(1*kWh)", "1-0:1.8.1(1*kWh)"], "bad_schema 1-0:1.8.0 @ 1-0:1.8."),
        (["0-0:1.0.0(101309113020W)", "1-0:1.8.1(1*kWh)"], "bad_schema 0-0:1.0.0 @ 10130911"),
        (["0-0:1.0.0(101209113020X)", "1-0:1.8.1(1*kWh)"], "bad_schema 0-0:1.0.0 @ 10120911"),
        (
            ["0-0:1.0.0(101209113020W)", "0-0:1.0.0(101209113020W)", "1-0:1.8.1(1*kWh)"],
            "bad_schema 0-0:1.0.0 @ 10120911"
        ),
        (["1-0:1.8.9(1*kWh)", "1-0:1.8.11(1*kWh)"], "bad_schema  @ /KFM5KAI"),
    ])
    func refusals(_ lines: [String], _ fault: String) {
        let text = telegram(lines + ["1-0:1.7.0(00.318*kW)"])
        #expect(dsmr.fault(text) == fault)
    }

    @Test(arguments: [
        ("/KFM5KAIFA-METER\r\n\r\n1-0:1.8.1(000671.579*kWh)\r\n1-0:1.7.0(00.318*kW)\r\n!1E1D", "bad_checksum  @ 1E1D"),
        ("/KFM5KAIFA-METER\r\n\r\n1-0:1.8.1(000671.578*kWh)\r\n!", "bad_checksum  @ "),
        ("/KFM5\r\n!12", "bad_checksum  @ 12"), ("/KFM5\r\n", "bad_schema  @ "), ("", "bad_schema  @ "),
        ("{}", "bad_schema  @ {}"), (" KFM5", "bad_schema  @ KFM5"),
    ])
    func telegramsThatAreNone(_ body: String, _ fault: String) { #expect(dsmr.fault(body) == fault) }

    @Test func whatFollowsATelegramIsOne() {
        #expect(dsmr.fault(telegram(["1-0:1.8.0(1*kWh)"]) + "x") == "bad_schema  @ x")
    }

    @Test func everyChangedByteIsNoticed() throws {
        let body = Array(telegram(["0-0:1.0.0(101209113020W)", "1-0:1.8.0(000671.578*kWh)"]).utf8)
        for place in body.indices {
            for bit in 0..<8 {
                var changed = body
                changed[place] ^= 1 << bit
                // The case of the checksum's letters is free.
                let isCase = place >= body.count - 4 && bit == 5 && body[place] >= 0x41
                #expect(isCase || (try? dsmr.decode(changed)) == nil, "byte \(place), bit \(bit)")
            }
        }
    }
}
