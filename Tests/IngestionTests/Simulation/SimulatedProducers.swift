import Ingestion
import MeterReadings

/// The devices and what they send: cumulative registers, one reading every 15 minutes, with all that senders do wrong.
struct SimulatedProducers {
    static let devices = 3
    private static let start: Int64 = 1_470_000_000_000
    private static let step: Int64 = 900_000
    /// Such a value the database refuses.
    static let poisonWh: Int64 = 999

    /// The devices of the registry.
    static let directory: [DeviceEntry] = (0..<devices).map { index in
        DeviceEntry(
            deviceID: Int32(index + 1),
            hubDeviceID: Array("d\(index)".utf8),
            profile: .init(registers: .import)
        )
    }

    /// How many readings each device has made.
    private var made = [Int](repeating: 0, count: devices)
    /// Readings that were made and are held back.
    private var late: [(device: Int, reading: SimulatedRecord.Reading)] = []
    /// What was sent, to be sent again.
    private var sent: [(device: Int, reading: SimulatedRecord.Reading)] = []
    private var enqueuedMillis = Self.start

    /// What is sent next to a partition; `nil`: an offset without a record.
    mutating func next(partition: Int, of partitions: Int, _ context: SimulationContext) -> SimulatedRecord? {
        enqueuedMillis += 1_000 + Int64(context.choices.below(3)) * 400
        // Most devices always go to the same partition; some do not.
        var device = context.choices.below(Self.devices)
        if !context.choices.oneIn(6) { device = (device / partitions * partitions + partition) % Self.devices }
        if context.fires(.offsetWithoutRecord, oneIn: 12) { return nil }
        if context.fires(.badRecord, oneIn: 12) { return bad(device, context.choices.below(3)) }
        if !sent.isEmpty, context.fires(.producerRepeats, oneIn: 8) {
            let again = sent[context.choices.below(sent.count)]
            return record(again.device, [again.reading], .read)
        }
        if !sent.isEmpty, context.fires(.producerContradicts, oneIn: 12) {
            var again = sent[context.choices.below(sent.count)]
            again.reading.importWh += Int64(1 + context.choices.below(3))
            return record(again.device, [again.reading], .read)
        }
        if let first = late.first, context.choices.oneIn(3) {
            late.removeFirst()
            context.happened(.producerLate)
            sent.append(first)
            return record(first.device, [first.reading], .read)
        }
        var readings = [make(device)]
        if context.draws(.producerLate, oneIn: 10) {
            late.append((device, readings[0]))
            readings = [make(device)]
        }
        if context.draws(.poisonRecord, oneIn: 20) {
            readings[0].importWh = readings[0].importWh / 1_000 * 1_000 + Self.poisonWh
            return record(device, readings, .poison)
        }
        if context.choices.oneIn(6) { readings.append(make(device)) }
        sent.append((device, readings[0]))
        return record(device, readings, .read)
    }

    private mutating func make(_ device: Int) -> SimulatedRecord.Reading {
        made[device] += 1
        let millis = Self.start + Int64(made[device]) * Self.step
        // The sender's clock runs with its readings: no reading is of the future, none is too old.
        enqueuedMillis = max(enqueuedMillis, millis + 2_000)
        return SimulatedRecord.Reading(
            key: ReadingKey(device: Int32(device + 1), at: millis * 1_000),
            importWh: Int64(made[device]) * 100
        )
    }

    private func record(
        _ device: Int,
        _ readings: [SimulatedRecord.Reading],
        _ fate: SimulatedRecord.Fate
    ) -> SimulatedRecord {
        let texts = readings.map { #"{"t":\#($0.key.at / 1_000),"import_wh":\#($0.importWh)}"# }
        let body = #"{"v":1,"readings":[\#(texts.joined(separator: ","))]}"#
        return SimulatedRecord(
            fate: fate,
            readings: readings,
            value: Array(body.utf8),
            enqueuedMillis: enqueuedMillis,
            headers: headers("d\(device)")
        )
    }

    private func bad(_ device: Int, _ kind: Int) -> SimulatedRecord {
        SimulatedRecord(
            fate: kind == 0 ? .skipped : .refused,
            readings: [],
            value: kind == 0 ? nil : Array(#"{"v":1,"#.utf8),
            enqueuedMillis: enqueuedMillis,
            headers: headers(kind == 2 ? "nobody" : "d\(device)")
        )
    }

    private func headers(_ device: String) -> [(name: [UInt8], value: [UInt8])] {
        [
            (Self.deviceHeader, Array(device.utf8)), (Self.timeHeader, Array(String(enqueuedMillis).utf8)),
            (Self.sourceHeader, Self.telemetry),
        ]
    }

    private static let deviceHeader = Array("iothub-connection-device-id".utf8)
    private static let timeHeader = Array("iothub-enqueuedtime".utf8)
    private static let sourceHeader = Array("iothub-message-source".utf8)
    private static let telemetry = Array("Telemetry".utf8)
}
