/// One register of a meter, made to run on: it never falls, stands still across breaks, and goes on through rollovers.
///
/// It begins at 0 with the first reading. Only differences of it mean anything, and these are the same wherever it
/// begins.
struct ContinuedRegister: Sendable {
    /// The register at one reading.
    struct Point: Sendable {
        /// The reading's time: microseconds since 1970-01-01T00:00:00Z.
        let time: Int64
        /// What passed since the first point, in Wh.
        let totalWh: Int64
        /// The reading's quality.
        let quality: EnergyQuality
    }

    /// The readings that count, in order of time.
    let points: [Point]

    /// Continues a register that every reading of the run reports.
    init(_ register: EnergyRegister, of run: ReadingRun, limit: StepLimit) {
        var points: [Point] = []
        points.reserveCapacity(run.readings.count)
        var total: Int64 = 0
        var last: (time: Int64, value: Int64)?
        var outliers = run.outliers[...]
        var breaks = run.breaks[...]
        for (index, reading) in run.readings.enumerated() {
            if outliers.first == index {
                outliers.removeFirst()
                continue
            }
            guard let value = register.value(in: reading) else { continue }
            if breaks.first == index {
                breaks.removeFirst()
            } else if let last {
                // Not nil: between readings that count, only the run's breaks are breaks.
                total += limit.energy(from: last.value, to: value, elapsed: reading.time - last.time) ?? 0
            }
            points.append(Point(time: reading.time, totalWh: total, quality: reading.quality))
            last = (reading.time, value)
        }
        self.points = points
    }

    /// The last point at or before a time.
    func lastPoint(atOrBefore time: Int64) -> Point? {
        let next = points.firstIndexAscending { $0.time > time }
        return next > 0 ? points[next - 1] : nil
    }
}

extension Array {
    /// The first index whose element satisfies a condition that holds for all after it too; the count if there is none.
    func firstIndexAscending(where holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
