import Benchmark
import EnergySharing

/// What the arithmetic of settlement costs: a meter's registers at the edges of intervals, and one interval's sharing.
let benchmarks: @Sendable () -> Void = {
    series("series: month of hours, on the edges", late: 0, intervalsPerHour: 1)
    series("series: month of quarter-hours, interpolated", late: 13_000_000, intervalsPerHour: 4)
    for key in SharingKey.allCases {
        share("share: \(key.rawValue), 17 members", key, members: 17, per: .kilo)
        share("share: \(key.rawValue), 10,000 members", key, members: 10_000, per: .one)
    }
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

/// Judges a month of hourly readings and takes the energy of all its intervals.
private func series(_ name: String, late: Int64, intervalsPerHour: Int) {
    Benchmark(name, configuration: settings(per: .one)) { benchmark in
        let readings = MonthOfReadings(late: late).readings
        let interval = MonthOfReadings.hour / Int64(intervalsPerHour)
        let count = MonthOfReadings.hours * intervalsPerHour
        let check = RegisterSeries(readings: readings, limits: ConnectionLimits())
        guard check.findings.isEmpty,
            check.energies(from: 0, interval: interval, count: count).allSatisfy({ $0 != nil })
        else {
            benchmark.error("the month has breaks or gaps")
            return
        }
        var sum: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            let series = RegisterSeries(readings: readings, limits: ConnectionLimits())
            sum &+= series.energies(from: 0, interval: interval, count: count)[count - 1]?.importWh ?? 0
        }
        benchmark.stopMeasurement()
        blackHole(sum)
    }
}

/// Shares one interval; in as many rounds as the key has.
private func share(_ name: String, _ key: SharingKey, members count: Int, per scale: BenchmarkScalingFactor) {
    Benchmark(name, configuration: settings(per: scale)) { benchmark in
        let members = Community.members(count)
        let rule = SharingRule(key: key, rounds: .many)
        let check = EnergySplit.split(members, by: rule)
        guard check.communityWh.reduce(0, +) > 0, check.communityWh.reduce(0, +) == check.sharedWh.reduce(0, +) else {
            benchmark.error("nothing is shared, or what is taken is not what is given")
            return
        }
        var sum: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            sum &+= EnergySplit.split(members, by: rule).communityWh[1]
        }
        benchmark.stopMeasurement()
        blackHole(sum)
    }
}
