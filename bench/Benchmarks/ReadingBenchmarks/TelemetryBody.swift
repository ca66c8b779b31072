/// Bodies of telemetry v1 as devices send them, the same on every run.
enum TelemetryBody {
    /// The device that all of them name.
    static let deviceID = Array("meter-0001".utf8)

    /// One reading, with a member that the reader adds for itself: 169 bytes.
    static let single = body(readings: 1)
    /// As many readings as fit into 4 KiB, the block that IoT Hub bills: what a thrifty device sends.
    ///
    /// Source of the block: Microsoft, "IoT Hub quotas and throttling".
    static let block = body(readings: readingsInBlock)
    /// The most readings that one record may hold.
    static let full = body(readings: 1000)
    /// One reading, cut off before the last brace; known to be bad only at its end.
    static let cutOff = Array(single.dropLast())
    /// One reading of a device that is not the one whose name the transport knows.
    static let foreign = body(device: "meter-0002", readings: 1)

    /// How many readings ``block`` holds.
    static let readingsInBlock: Int = {
        var count = 1
        while body(readings: count + 1).count <= 4096 { count += 1 }
        return count
    }()

    /// A message with hourly readings of a home that draws a little and feeds out a little.
    private static func body(device: String = "meter-0001", readings count: Int) -> [UInt8] {
        let readings = (0..<count).map { index in
            let time =
                "2026-\(twoDigits(1 + index / 672))-\(twoDigits(1 + index / 24 % 28))T\(twoDigits(index % 24)):15:00Z"
            let values = "\"import_wh\":\(2_714_128 + 731 * index),\"export_wh\":\(1206 + 89 * index)"
            return "{\"t\":\"\(time)\",\(values),\"q\":\"M\"}"
        }
        let head = "{\"v\":1,\"device\":\"\(device)\",\"seq\":18234,\"boot\":7,\"fw\":\"2.11.4\""
        return Array("\(head),\"kind\":\"register\",\"readings\":[\(readings.joined(separator: ","))]}".utf8)
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
