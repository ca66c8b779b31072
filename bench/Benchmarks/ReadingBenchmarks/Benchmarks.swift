import Benchmark
import Foundation
import MeterReadings

/// What one record costs before anything is stored: its headers and its body.
let benchmarks: @Sendable () -> Void = {
    decode("decode: one reading", TelemetryBody.single, readings: 1, per: .kilo)
    foundation("decode: one reading, Foundation", TelemetryBody.single, readings: 1, per: .kilo)
    decode("decode: 4 KiB", TelemetryBody.block, readings: TelemetryBody.readingsInBlock, per: .one)
    decode("decode: 1,000 readings", TelemetryBody.full, readings: 1000, per: .one)
    foundation("decode: 1,000 readings, Foundation", TelemetryBody.full, readings: 1000, per: .one)
    compare("compare: one reading", TelemetryBody.single, rounds: 100)
    compare("compare: 1,000 readings", TelemetryBody.full, rounds: 1)
    refuse("refuse: JSON cut off", TelemetryBody.cutOff, because: .badJSON)
    refuse("refuse: another device", TelemetryBody.foreign, because: .deviceMismatch)
    headers("headers: plain", HubHeaderSet.plain)
    headers("headers: AMQP", HubHeaderSet.amqp)
}

/// How a benchmark runs: `scale` operations are one sample, so that reading the clock does not count.
private func settings(per scale: BenchmarkScalingFactor) -> Benchmark.Configuration {
    Benchmark.Configuration(
        metrics: [.wallClock, .throughput],
        warmupIterations: 3,
        scalingFactor: scale,
        maxDuration: .seconds(1),
        maxIterations: 100_000
    )
}

/// Decodes a good body with a decoder that has its memory already, and looks at every reading.
private func decode(_ name: String, _ body: [UInt8], readings: Int, per scale: BenchmarkScalingFactor) {
    Benchmark(name, configuration: settings(per: scale)) { benchmark in
        var decoder = RecordDecoder()
        let refusal = decoder.decode(
            body.span,
            as: DeviceProfile(),
            deviceID: TelemetryBody.deviceID.span,
            enqueuedAt: nil
        )
        guard refusal == nil, decoder.count == readings, decoder[0].refusal == nil else {
            benchmark.error("the body is not \(readings) good readings")
            return
        }
        let deviceID = TelemetryBody.deviceID
        var sum: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            guard decoder.decode(body.span, as: DeviceProfile(), deviceID: deviceID.span, enqueuedAt: nil) == nil else {
                continue
            }
            for index in 0..<decoder.count { sum &+= decoder[index].reading.importWh ?? 0 }
        }
        benchmark.stopMeasurement()
        blackHole(sum)
    }
}

/// The same with Foundation's decoder.
private func foundation(_ name: String, _ body: [UInt8], readings: Int, per scale: BenchmarkScalingFactor) {
    Benchmark(name, configuration: settings(per: scale)) { benchmark in
        let decoder = JSONDecoder()
        let data = Data(body)
        guard try decoder.decode(FoundationTelemetry.self, from: data).readings.count == readings else {
            benchmark.error("the body is not \(readings) readings")
            return
        }
        var sum: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            let message = try decoder.decode(FoundationTelemetry.self, from: data)
            for reading in message.readings { sum &+= reading.importWh ?? 0 }
        }
        benchmark.stopMeasurement()
        blackHole(sum)
    }
}

/// How much longer Foundation's decoder takes than ours: both in turns within milliseconds, so that a machine that is now
/// fast and now slow is so for both.
///
/// - Parameter rounds: how often Foundation decodes the body in one sample; ours does it ten times as often, as it takes a
///   fraction of the time.
private func compare(_ name: String, _ body: [UInt8], rounds: Int) {
    let ratio = BenchmarkMetric.custom(
        "Foundation's time / ours, in tenths",
        polarity: .prefersLarger,
        useScalingFactor: false
    )
    let configuration = Benchmark.Configuration(
        metrics: [ratio],
        warmupIterations: 3,
        maxDuration: .seconds(3),
        maxIterations: 10_000
    )
    Benchmark(name, configuration: configuration) { benchmark in
        let deviceID = TelemetryBody.deviceID
        let data = Data(body)
        let foundation = JSONDecoder()
        var decoder = RecordDecoder()
        guard decoder.decode(body.span, as: DeviceProfile(), deviceID: deviceID.span, enqueuedAt: nil) == nil,
            try foundation.decode(FoundationTelemetry.self, from: data).readings.count == decoder.count
        else {
            benchmark.error("the two do not read the same")
            return
        }
        var sum = 0
        let theirs = try ContinuousClock().measure {
            for _ in 0..<rounds {
                sum &+= try foundation.decode(FoundationTelemetry.self, from: data).readings.count
            }
        }
        let ours = ContinuousClock().measure {
            for _ in 0..<(10 * rounds) {
                guard decoder.decode(body.span, as: DeviceProfile(), deviceID: deviceID.span, enqueuedAt: nil) == nil
                else { continue }
                sum &+= decoder.count
            }
        }
        blackHole(sum)
        // Once times ten because ours did ten times as much, once because it is in tenths.
        benchmark.measurement(ratio, Int((100 * (theirs / ours)).rounded()))
    }
}

/// Refuses a bad record, up to the refusal as a value; its sentence is for whoever reads it.
private func refuse(_ name: String, _ body: [UInt8], because reason: RefusalReason) {
    Benchmark(name, configuration: settings(per: .kilo)) { benchmark in
        let deviceID = TelemetryBody.deviceID
        var decoder = RecordDecoder()
        guard decoder.decode(body.span, as: DeviceProfile(), deviceID: deviceID.span, enqueuedAt: nil)?.reason == reason
        else {
            benchmark.error("the body is not refused as \(reason)")
            return
        }
        var sum = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            let refusal = decoder.decode(body.span, as: DeviceProfile(), deviceID: deviceID.span, enqueuedAt: nil)
            sum &+= refusal?.byteOffset ?? 0
        }
        benchmark.stopMeasurement()
        blackHole(sum)
    }
}

/// Reads all headers of a record.
private func headers(_ name: String, _ set: HubHeaderSet) {
    Benchmark(name, configuration: settings(per: .kilo)) { benchmark in
        var headers = HubHeaders()
        for header in set.headers { headers.read(name: header.name.span, value: header.value.span) }
        guard headers.refusal == nil, headers.messageSource == .telemetry, headers.enqueuedTime != nil,
            headers.withDeviceID({ $0.count }) == TelemetryBody.deviceID.count
        else {
            benchmark.error("the headers do not say who, what and when")
            return
        }
        var sum: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            headers.removeAll()
            for header in set.headers { headers.read(name: header.name.span, value: header.value.span) }
            sum &+= headers.enqueuedTime ?? 0
        }
        benchmark.stopMeasurement()
        blackHole(sum)
    }
}
