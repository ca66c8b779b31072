internal import MeterReadings

/// What readers that people own send, in JSON; members that say nothing about energy are a few of those that they have.
enum ReaderPayloads {
    /// HomeWizard P1 meter, `GET /api/v1/data`: kWh, two tariffs and their sum, no time.
    static func homewizard(_ reading: SimulatedReading) -> String {
        let imported = tariffs(reading.values.imported)
        let exported = tariffs(reading.values.exported)
        let kwh = EnergyDigits.kilowattHours
        return #"{"wifi_ssid":"rehearsal","wifi_strength":100,"smr_version":50,"meter_model":"ISKRA  2M550T-101","#
            + #""active_tariff":2,"total_power_import_kwh":\#(kwh(reading.values.imported)),"#
            + #""total_power_import_t1_kwh":\#(kwh(imported.0)),"total_power_import_t2_kwh":\#(kwh(imported.1)),"#
            + #""total_power_export_kwh":\#(kwh(reading.values.exported)),"#
            + #""total_power_export_t1_kwh":\#(kwh(exported.0)),"total_power_export_t2_kwh":\#(kwh(exported.1)),"#
            + #""active_power_w":0.000,"active_voltage_l1_v":null,"montly_power_peak_w":3560.000}"#
    }

    /// Shelly Pro 3EM, MQTT `NotifyStatus`: Wh with decimals by phase and in total, seconds since 1970 with decimals.
    static func shelly(_ reading: SimulatedReading) -> String {
        let imported = EnergyDigits.fineWattHours(reading.values.imported)
        let exported = EnergyDigits.fineWattHours(reading.values.exported)
        return #"{"src":"shellypro3em-000000000000","dst":"rehearsal/events","method":"NotifyStatus","#
            + #""params":{"ts":\#(seconds(reading.time)).00,"emdata:0":{"id":0,"#
            + #""a_total_act_energy":0.00,"a_total_act_ret_energy":0.00,"#
            + #""b_total_act_energy":\#(imported),"b_total_act_ret_energy":\#(exported),"#
            + #""c_total_act_energy":0.00,"c_total_act_ret_energy":0.00,"#
            + #""total_act":\#(imported),"total_act_ret":\#(exported)}}}"#
    }

    /// A Shelly with one phase, or in its monophase profile.
    static func shellyOnePhase(_ reading: SimulatedReading) -> String {
        let imported = EnergyDigits.fineWattHours(reading.values.imported)
        let exported = EnergyDigits.fineWattHours(reading.values.exported)
        return #"{"src":"shellyemminig4-000000000000","dst":"rehearsal/events","method":"NotifyStatus","#
            + #""params":{"ts":\#(seconds(reading.time)).00,"em1data:0":{"id":0,"#
            + #""total_act_energy":\#(imported),"total_act_ret_energy":\#(exported)}}}"#
    }

    /// Tasmota with an SML reading head, the answer to `Status 8`: kWh, local time without zone.
    static func tasmota(_ reading: SimulatedReading, _ zone: ReaderZone) -> String {
        let imported = EnergyDigits.fineKilowattHours(reading.values.imported)
        let exported = EnergyDigits.fineKilowattHours(reading.values.exported)
        return #"{"StatusSNS":{"Time":"\#(UTCTime.format(zone.local(reading.time)).dropLast())","#
            + #""SML":{"Total_in":\#(imported),"Total_out":\#(exported),"Power_curr":0,"#
            + #""Meter_number":"0901454d480000000000"}}}"#
    }

    /// The Austrian utilities' smart-meter adapter: whole Wh by OBIS code, each with its seconds since 1970.
    static func oesterreichsEnergie(_ reading: SimulatedReading) -> String {
        let time = seconds(reading.time)
        return #"{"0-0:96.1.0":{"value":"90296857"},"1-0:1.8.0":{"value":\#(reading.values.imported),"time":\#(time)},"#
            + #""1-0:2.8.0":{"value":\#(reading.values.exported),"time":\#(time)},"1-0:1.7.0":{"value":0,"time":\#(time)},"#
            + #""api_version":"v1","name":"90296857","sma_time":2360.4}"#
    }

    /// Sinapsi Alfa: Wh and seconds since 1970 as text, several readings in a list.
    static func sinapsi(_ readings: [SimulatedReading]) -> String {
        let data = readings.map {
            #"{"ts":"\#(seconds($0.time))","1-0:1.8.0.255_3,0_2":"\#($0.values.imported)","#
                + #""1-0:2.8.0.255_3,0_2":"\#($0.values.exported)"}"#
        }
        return #"[{"du":"DU12345678","pod":"IT00123456789A","data":[\#(data.joined(separator: ","))]}]"#
    }

    /// A Linky meter in standard mode through teleinfo2mqtt: Wh of 9 digits, the meter's local time and season.
    ///
    /// The Z behind the time is teleinfo2mqtt's, and means nothing.
    static func linky(_ reading: SimulatedReading, _ zone: ReaderZone) -> String {
        let time = UTCTime.format(zone.local(reading.time)).dropLast()
        let season = zone.isSummer(reading.time) ? "summer" : "winter"
        let registers = [("EAST", reading.values.imported), ("EAIT", reading.values.exported)].map { name, wh in
            let value = wh % MeterFault.rolloverWh
            return #""\#(name)":{"raw":"\#(EnergyDigits.padded(value, 9))","value":\#(value)}"#
        }
        return #"{"ADSC":{"raw":"012345678901","value":12345678901},"VTIC":{"raw":"02","value":2},"#
            + #""DATE":{"raw":"","value":"","timestamp":{"dst":"\#(season)","date":"\#(time).000Z"}},"#
            + registers.joined(separator: ",") + "}"
    }

    /// Splits a register into two tariffs, as meters have them.
    static func tariffs(_ wh: Int64) -> (Int64, Int64) { (wh * 2 / 5, wh - wh * 2 / 5) }

    private static func seconds(_ time: Int64) -> Int64 { time / UTCTime.second }
}
