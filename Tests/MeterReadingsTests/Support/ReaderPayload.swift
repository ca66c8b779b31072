import MeterReadings

/// Payloads as readers send them, from readings that are known: the way back, for every adapter.
///
/// What an adapter cuts off is added here at random: digits beyond the watt-hour, members that do not count, zeros in front.
struct ReaderPayload {
    /// The reader's format.
    let adapter: TelemetryAdapter
    /// The zone of its clock, if it is a local one.
    var zone = LocalZone.vienna
    private var random: SplitMix

    /// Makes an encoder; the same seed gives the same payloads.
    init(_ adapter: TelemetryAdapter, seed: UInt64) {
        self.adapter = adapter
        random = SplitMix(seed: seed)
    }

    /// Whether a message has a time of its own.
    var hasTime: Bool { adapter != .homewizard }

    /// A record of these readings.
    mutating func record(_ readings: [MeterReading]) -> String {
        var messages = readings.map { message($0) }
        switch adapter {
        case .dsmr:
            return messages.joined(separator: "\r\n") + (one(in: 2) ? "\r\n" : "")
        case .sinapsi:
            // Power is in between, and a device may come twice.
            let power = #"{"ts":"1757506202","1-0:1.7.0.255_3,0_2":"59"}"#
            if one(in: 2) { messages.insert(power, at: Int.random(in: 0...messages.count, using: &random)) }
            let cut = Int.random(in: 0...messages.count, using: &random)
            let devices = [messages[..<cut], messages[cut...]].map { data in
                #"{"du":"DU12345678","pod":"IT00123456789A","data":[\#(data.joined(separator: ","))]}"#
            }
            return "[" + devices.joined(separator: ",") + "]"
        default:
            if messages.count == 1, one(in: 2) { return messages[0] }
            return "[" + messages.joined(separator: one(in: 2) ? "," : " ,\n") + "]"
        }
    }

    // MARK: Messages

    private mutating func message(_ reading: MeterReading) -> String {
        switch adapter {
        case .v1: v1(reading)
        case .homewizard: homewizard(reading)
        case .shelly: shelly(reading)
        case .tasmotaSML: tasmota(reading)
        case .oesterreichsEnergie: oesterreichsEnergie(reading)
        case .dsmr: telegram(reading)
        case .sinapsi: sinapsi(reading)
        case .linky: linky(reading)
        }
    }

    private mutating func v1(_ reading: MeterReading) -> String {
        var members = [
            #""v":1"#,
            one(in: 2) ? #""t":"\#(UTCTime.format(reading.measuredAt))""# : #""t":\#(reading.measuredAt / 1000)"#,
        ]
        for (name, value) in registers(reading, "import", "export") {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: members.append("\"\(name)_wh\":\(value)")
            case 1: members.append("\"\(name)_kwh\":\(quoted(kilowattHours(value)))")
            default: members.append("\"\(name)_t\":[\(parts(value, 3).map { "\($0)" }.joined(separator: ","))]")
            }
        }
        return object(members)
    }

    private mutating func homewizard(_ reading: MeterReading) -> String {
        var members = [#""active_power_w":77.0"#, #""montly_power_peak_w":3560.0"#, #""gas_timestamp":240131120000"#]
        for (name, value) in registers(reading, "total_power_import", "total_power_export") {
            let tariffs = parts(value, Int.random(in: 1...4, using: &random))
            if one(in: 2) {
                members.append("\"\(name)_kwh\":\(quoted(kilowattHours(value)))")
                members.append("\"\(name)_t1_kwh\":\(kilowattHours(0))")
            } else {
                if one(in: 2) { members.append("\"\(name)_kwh\":null") }
                for (place, tariff) in tariffs.enumerated() {
                    members.append("\"\(name)_t\(place + 1)_kwh\":\(exactKilowattHours(tariff))")
                }
            }
        }
        return object(members)
    }

    private mutating func shelly(_ reading: MeterReading) -> String {
        let isThreePhase = one(in: 2)
        var status = [#""ts":\#(reading.measuredAt / 1_000_000).\#(fraction(reading.measuredAt))"#]
        if isThreePhase {
            var component = [#""id":0"#, #""a_total_act_energy":0.06"#]
            for (name, value) in registers(reading, "total_act", "total_act_ret") {
                component.append("\"\(name)\":\(value)\(cutOff(2))")
            }
            status.append("\"emdata:0\":\(object(component))")
        } else {
            let count = Int.random(in: 1...3, using: &random)
            var channels = Array(repeating: [String](), count: count)
            for (name, value) in registers(reading, "total_act_energy", "total_act_ret_energy") {
                // The parts of a watt-hour count: one channel's half and another's make a whole.
                let hasHalves = count > 1 && value > 0
                for (place, part) in parts(hasHalves ? value - 1 : value, count).enumerated() {
                    channels[place].append("\"\(name)\":\(part)\(hasHalves && place < 2 ? ".5" : "")")
                }
            }
            for (place, channel) in channels.enumerated() { status.append("\"em1data:\(place)\":\(object(channel))") }
        }
        return object([#""method":"NotifyStatus""#, #""src":"shellytest-1""#, "\"params\":\(object(status))"])
    }

    private mutating func tasmota(_ reading: MeterReading) -> String {
        let names = [("Total_in", "Total_out"), ("total_in", "total_out"), ("E_in", "E_out"), ("1_8_0", "2_8_0")]
        let (imports, exports) = names.randomElement(using: &random) ?? names[0]
        var sensor = [#""Power_curr":-894"#, #""Meter_number":"0901454d48000000000""#]
        for (name, value) in registers(reading, imports, exports) {
            sensor.append("\"\(name)\":\(kilowattHours(value))")
        }
        let status = object([#""Time":"\#(local(reading.measuredAt).dropLast())""#, "\"SML\":\(object(sensor))"])
        return one(in: 2) ? status : "{\"StatusSNS\":\(status)}"
    }

    private mutating func oesterreichsEnergie(_ reading: MeterReading) -> String {
        let seconds = reading.measuredAt / 1_000_000
        var members = [#""1-0:1.7.0":{"value":43,"time":5}"#, #""api_version":"v1""#, #""sma_time":2360.4"#]
        for (name, value) in registers(reading, "1-0:1.8", "1-0:2.8") {
            let tariffs = one(in: 2) ? [value] : parts(value, 2)
            for (place, tariff) in tariffs.enumerated() {
                let tariffName = "\(name).\(tariffs.count == 1 ? 0 : place + 1)"
                members.append("\"\(tariffName)\":{\"value\":\(tariff),\"time\":\(seconds)}")
            }
        }
        return object(members)
    }

    private mutating func telegram(_ reading: MeterReading) -> String {
        let civil = local(reading.measuredAt).filter { $0.isNumber }.dropFirst(2)
        let offset = zone.offsets.last { $0.from <= reading.measuredAt }?.seconds ?? 3600
        var lines = ["0-0:1.0.0(\(civil)\(offset == 7200 ? "S" : "W"))", "1-0:1.7.0(01.193*kW)"]
        for (name, value) in registers(reading, "1-0:1.8", "1-0:2.8") {
            let tariffs = one(in: 2) ? [value] : parts(value, 4)
            for (place, tariff) in tariffs.enumerated() {
                let zeros = String(repeating: "0", count: Int.random(in: 0...3, using: &random))
                let number = zeros + exactKilowattHours(tariff)
                lines.append("\(name).\(tariffs.count == 1 ? 0 : place + 1)(\(number)*kWh)")
            }
        }
        return DSMRTelegram.text(lines.shuffled(using: &random))
    }

    private mutating func sinapsi(_ reading: MeterReading) -> String {
        var members = [#""ts":\#(quoted("\(reading.measuredAt / 1_000_000)"))"#, #""1-0:1.7.0.255_3,0_2":"59""#]
        for (name, value) in registers(reading, "1-0:1.8.0.255_3,0_2", "1-0:2.8.0.255_3,0_2") {
            members.append("\"\(name)\":\(quoted("\(value)"))")
        }
        return object(members)
    }

    private mutating func linky(_ reading: MeterReading) -> String {
        let offset = zone.offsets.last { $0.from <= reading.measuredAt }?.seconds ?? 3600
        let civil = local(reading.measuredAt)
        let season = offset == 7200 ? "summer" : "winter"
        var members = [
            one(in: 2)
                ? #""DATE":{"raw":"","value":"","timestamp":{"dst":"\#(season)","date":"\#(civil.dropLast()).000Z"}}"#
                : #""DATE":"\#(offset == 7200 ? "E" : "H")\#(civil.filter { $0.isNumber }.dropFirst(2))""#
        ]
        for (name, value) in registers(reading, "EAST", "EAIT") {
            if name == "EAST", one(in: 2) {
                let tariffs = parts(value, 2)
                members.append(#""HCHC":{"raw":"00\#(tariffs[0])","value":\#(tariffs[0])}"#)
                members.append(#""HCHP":\#(quoted("\(tariffs[1])"))"#)
            } else {
                members.append(#""\#(name)":{"raw":"00\#(value)","value":\#(value)}"#)
            }
        }
        return object(members)
    }

    // MARK: Pieces

    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    /// The registers that a reading has, with the names of the two.
    private func registers(_ reading: MeterReading, _ imports: String, _ exports: String) -> [(String, Int64)] {
        [(imports, reading.importWh), (exports, reading.exportWh)].compactMap { name, value in
            value.map { (name, $0) }
        }
    }

    /// So many numbers that sum up to `value`.
    private mutating func parts(_ value: Int64, _ count: Int) -> [Int64] {
        var rest = value
        var parts: [Int64] = []
        for _ in 1..<count {
            parts.append(Int64.random(in: 0...rest, using: &random))
            rest -= parts[parts.count - 1]
        }
        return parts + [rest]
    }

    /// Nothing, or a point and digits: less than a watt-hour.
    private mutating func cutOff(_ digits: Int) -> String {
        one(in: 3) ? "" : "." + (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
    }

    private func exactKilowattHours(_ value: Int64) -> String {
        let rest = String(value % 1000)
        return "\(value / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    /// Kilowatt-hours, with digits beyond the watt-hour.
    private mutating func kilowattHours(_ value: Int64) -> String {
        exactKilowattHours(value) + (one(in: 2) ? "\(Int.random(in: 0...99_999, using: &random))" : "")
    }

    /// A number, now and then as a string with zeros in front.
    private mutating func quoted(_ number: String) -> String { one(in: 2) ? number : "\"00\(number)\"" }

    private func fraction(_ instant: Int64) -> String {
        let digits = String(instant % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// What a clock of the zone shows, with a Z that means nothing.
    private func local(_ instant: Int64) -> String {
        let offset = zone.offsets.last { $0.from <= instant }?.seconds ?? 3600
        return UTCTime.format(instant + Int64(offset) * 1_000_000)
    }

    private mutating func object(_ members: [String]) -> String {
        "{" + members.shuffled(using: &random).joined(separator: one(in: 2) ? "," : ", \n") + "}"
    }
}
