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

    /// A span in which energy passed that nobody knows of, and that is not counted.
    struct Hole: Sendable {
        /// The last reading before it: microseconds since 1970-01-01T00:00:00Z.
        let from: Int64
        /// The first reading after it.
        let to: Int64
    }

    /// The readings that count, in order of time.
    let points: [Point]
    /// Where no energy crosses from one point to the next, in order of time.
    let holes: [Hole]

    /// Continues a register that every reading of the run reports.
    init(_ register: EnergyRegister, of run: ReadingRun, steps: RegisterSteps) {
        var points: [Point] = []
        points.reserveCapacity(run.readings.count)
        var holes: [Hole] = []
        var total: Int64 = 0
        var last: RegisterReading?
        var outliers = run.outliers[...]
        var breaks = run.breaks[...]
        for (index, reading) in run.readings.enumerated() {
            if outliers.first == index {
                outliers.removeFirst()
                continue
            }
            var energy: Int64?
            if breaks.first == index {
                breaks.removeFirst()
            } else if let last {
                energy = steps.step(register, from: last, to: reading)?.energy
            }
            if let energy {
                total += energy
            } else if let last {
                holes.append(Hole(from: last.time, to: reading.time))
            }
            points.append(Point(time: reading.time, totalWh: total, quality: reading.quality))
            last = reading
        }
        self.points = points
        self.holes = holes
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
