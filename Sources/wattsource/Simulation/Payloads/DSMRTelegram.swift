internal import MeterReadings

/// A P1 telegram by DSMR 5: kWh with three decimals by tariff, local time with S or W, a checksum at the end.
///
/// Source: Netbeheer Nederland, "P1 Companion Standard" 5.0.2, section 5.2 and 6.
enum DSMRTelegram {
    /// The telegram.
    static func text(_ reading: SimulatedReading, _ zone: ReaderZone) -> String {
        let imported = ReaderPayloads.tariffs(reading.values.imported % MeterFault.rolloverWh)
        let exported = ReaderPayloads.tariffs(reading.values.exported % MeterFault.rolloverWh)
        let lines = [
            "/ISK5\\2M550T-101", "", "1-3:0.2.8(50)", "0-0:1.0.0(\(stamp(reading.time, zone)))",
            "0-0:96.1.1(4530303434303037333832323436303139)",
            "1-0:1.8.1(\(register(imported.0))*kWh)", "1-0:1.8.2(\(register(imported.1))*kWh)",
            "1-0:2.8.1(\(register(exported.0))*kWh)", "1-0:2.8.2(\(register(exported.1))*kWh)",
            "0-0:96.14.0(0002)", "1-0:1.7.0(00.000*kW)", "1-0:2.7.0(00.000*kW)", "!",
        ]
        let text = lines.joined(separator: "\r\n")
        let digits = String(checksum(text.utf8), radix: 16, uppercase: true)
        return text + String(repeating: "0", count: 4 - digits.count) + digits + "\r\n"
    }

    /// The checksum over all from `/` to `!`: CRC-16/ARC.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var remainder: UInt16 = 0
        for byte in bytes {
            remainder ^= UInt16(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xA001 : remainder >> 1 }
        }
        return remainder
    }

    /// Six digits, three decimals.
    private static func register(_ wh: Int64) -> String {
        EnergyDigits.padded(wh / 1000, 6) + "." + EnergyDigits.padded(wh % 1000, 3)
    }

    /// `YYMMDDhhmmss` of the local clock, and S in summer or W in winter.
    private static func stamp(_ time: Int64, _ zone: ReaderZone) -> String {
        let digits = UTCTime.format(zone.local(time)).filter(\.isNumber)
        return digits.dropFirst(2).prefix(12) + (zone.isSummer(time) ? "S" : "W")
    }
}
