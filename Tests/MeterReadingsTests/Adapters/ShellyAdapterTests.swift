import MeterReadings
import Testing

struct ShellyAdapterTests {
    private let shelly = AdapterCase(.shelly)

    @Test func theSampleOfThreePhases() throws {
        let body = #"""
            {"src":"shellypro3em-1234567890ab","dst":"aiida/events","method":"NotifyStatus","params":{"ts":1757060280.21,
             "emdata:0":{"id":0,"a_total_act_energy":0.06,"a_total_act_ret_energy":0,"b_total_act_energy":0.06,
             "b_total_act_ret_energy":0.01,"c_total_act_energy":26289.44,"c_total_act_ret_energy":131881.85,
             "total_act":26289.57,"total_act_ret":131881.86}}}
            """#
        let expected = MeterReading(measuredAt: 1_757_060_280_210_000, importWh: 26_289, exportWh: 131_881)
        #expect(try shelly.readings(body) == [expected])
        #expect(try shelly.readings("[\(body),\(body)]") == [expected, expected])
    }

    @Test func channelsOfAFullStatusAreSummedBeforeTheyAreFloored() throws {
        // A Pro 3EM with the profile monophase, answer to Shelly.GetStatus.
        let body = #"""
            {"id":1,"src":"shellypro3em-fce8c0dba850","result":{"em1data:0":{"id":0,"total_act_energy":3458.24,"total_act_ret_energy":1605.24},
             "em1data:1":{"id":1,"total_act_energy":2768.67,"total_act_ret_energy":25.49},
             "em1data:2":{"id":2,"total_act_energy":3.09,"total_act_ret_energy":0.71},"sys":{"time":"19:46","unixtime":1731404780}}}
            """#
        let expected = MeterReading(measuredAt: 1_731_404_780_000_000, importWh: 6230, exportWh: 1631)
        #expect(try shelly.readings(body) == [expected])
    }

    @Test func oneChannelWhereTheSenderHasNoMore() throws {
        let params =
            #""params":{"ts":1738256760.23,"em1data:0":{"id":0,"total_act_energy":6737.72,"total_act_ret_energy":1.78}}"#
        let expected = MeterReading(measuredAt: 1_738_256_760_230_000, importWh: 6737, exportWh: 1)
        #expect(try shelly.readings("{\"method\":\"NotifyStatus\",\(params)}") == [expected])
        #expect(try shelly.readings("{\"src\":\"shellyemmini-1\",\"method\":\"NotifyStatus\",\(params)}") == [expected])
        // A Pro 3EM notifies channel by channel; taken alone, each would look like the meter's register.
        #expect(
            shelly.fault("{\"src\":\"shellypro3em-34987a446e54\",\"method\":\"NotifyStatus\",\(params)}")
                == #"bad_schema em1data @ {"id":0,"#
        )
        #expect(
            shelly.fault(#"{"params":{"ts":1,"em1data:1":{"total_act_energy":1,"total_act_ret_energy":1}}}"#)
                == #"bad_schema em1data @ {"total_"#
        )
    }

    @Test func answersAndStatusTopics() throws {
        let hub = MeterReading(
            measuredAt: 1_800_000_000_000_000,
            importWh: 95_884,
            exportWh: 5123,
            flags: .hubTime
        )
        let phases = #"{"id":0,"a_total_act_energy":0.03,"total_act":95884.11,"total_act_ret":5123.04}"#
        #expect(try shelly.readings("{\"id\":1,\"src\":\"shellypro3em-1\",\"result\":\(phases)}") == [hub])
        #expect(try shelly.readings(phases) == [hub])
    }

    @Test func aChannelByItselfIsTheMeterOnlyIfThereIsNoOther() throws {
        let channel = #"{"id":0,"total_act_energy":95884.11,"total_act_ret_energy":5123.04}"#
        let hub = try shelly.readings("{\"id\":1,\"src\":\"shellyemminig4-1\",\"result\":\(channel)}")
        #expect(hub.map(\.importWh) == [95_884] && hub.map(\.exportWh) == [5123])
        for source in ["shellyproem50-1", "shellypro3em-1", "shellyunheardof-1"] {
            let fault = shelly.fault("{\"id\":1,\"src\":\"\(source)\",\"result\":\(channel)}")
            #expect(fault.hasPrefix("bad_schema em1data"), "\(source)")
        }
        #expect(shelly.fault(channel).hasPrefix("bad_schema em1data"))
    }

    @Test(arguments: [
        // Power, every few seconds.
        #"{"src":"shellypro3em-1","method":"NotifyStatus","params":{"ts":1757059829.08,"em:0":{"id":0,"total_act_power":-18.017}}}"#,
        // The energy of a minute, not a register.
        #"{"src":"shellypro3em-34987a446e54","method":"NotifyEvent","params":{"ts":1738256760.29,"events":[{"component":"em1data:1","id":1,"event":"data","ts":1738256700.00,"data":{"ts":1738256700,"period":60,"values":[[1.0923,0.0000]]}}]}}"#,
        #"{"method":"NotifyStatus","params":{"ts":1,"sys":{}}}"#,
    ])
    func notificationsOfSomethingElseHoldNoReading(_ body: String) throws {
        #expect(try shelly.decode(body).isEmpty)
    }

    @Test(arguments: [
        (#"{"params":{"ts":1,"emdata:0":{"id":0}}}"#, #"bad_schema  @ {"params"#),
        (#"{"params":{"ts":"x","emdata:0":{"total_act":1}}}"#, #"bad_schema ts @ "x","emd"#),
        (#"{"params":{"ts":-1,"emdata:0":{"total_act":1}}}"#, #"bad_schema ts @ -1,"emda"#),
        (#"{"params":{"ts":1e30,"emdata:0":{"total_act":1}}}"#, #"out_of_range ts @ 1e30,"em"#),
        (#"{"params":{"ts":1,"emdata:0":{"total_act":-0.01}}}"#, "negative_value total_act @ -0.01}}}"),
        (#"{"params":{"ts":1,"emdata:0":{"total_act":1000000000001}}}"#, "out_of_range total_act @ 10000000"),
        (#"{"params":{"ts":1,"emdata:0":{"total_act":"\ud800"}}}"#, #"bad_json  @ \ud800"}"#),
        (#"{"params":{"ts":1,"ts":1}}"#, #"bad_json ts @ "ts":1}}"#),
        (
            #"{"params":{"em1data:0":{"total_act_energy":1,"total_act_ret_energy":1},"em1data:1":{"total_act_energy":1}}}"#,
            #"bad_schema em1data @ {"params"#
        ),
        (#"{"id":1,"result":{"id":0,"act_power":1}}"#, #"bad_schema  @ {"id":1,"#),
        (#"{"x":1}"#, #"bad_schema  @ {"x":1}"#),
    ])
    func refusals(_ body: String, _ fault: String) { #expect(shelly.fault(body) == fault) }

    @Test func wholeWattHoursAtTheLimit() throws {
        #expect(
            try shelly.readings(#"{"params":{"ts":1,"emdata:0":{"total_act":1000000000000.99}}}"#)
                == [MeterReading(measuredAt: 1_000_000, importWh: 1_000_000_000_000, exportWh: nil)]
        )
    }
}
