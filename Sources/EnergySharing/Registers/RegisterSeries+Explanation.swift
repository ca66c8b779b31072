extension RegisterSeries {
    /// Explains the energy of one interval: the readings beside its edges and the whole numbers that made it.
    ///
    /// Edges and energy come from the code that settles; only what stands around them is looked up here.
    ///
    /// - Parameters:
    ///   - start: the interval's beginning: microseconds since 1970-01-01T00:00:00Z.
    ///   - interval: its length in microseconds; above 0.
    public func explain(from start: Int64, interval: Int64) -> MeterTrace {
        MeterTrace(
            imported: trace(.imported, from: start, interval: interval),
            exported: trace(.exported, from: start, interval: interval),
            energy: energies(from: start, interval: interval, count: 1)[0]
        )
    }

    private func trace(_ register: EnergyRegister, from start: Int64, interval: Int64) -> RegisterTrace {
        let continued = continued(register)
        let points = continued.points
        let end = start + interval
        /// The first point at or after an edge; the last one at or before it is that one, or the one before.
        func place(_ edge: Int64) -> Int { points.firstIndexAscending { $0.time >= edge } }
        func before(_ edge: Int64) -> Int {
            let after = place(edge)
            return after < points.count && points[after].time == edge ? after : after - 1
        }
        // The register runs on from the first reading of the trace, so that it is there what the meter showed.
        let first = min(max(before(start), 0), max(points.count - 1, 0))
        let base = points.isEmpty ? 0 : shown(register, at: points[first].time) - points[first].totalWh
        func point(_ index: Int) -> RegisterTrace.Point? {
            guard points.indices.contains(index) else { return nil }
            return RegisterTrace.Point(
                time: points[index].time,
                shownWh: shown(register, at: points[index].time),
                runningWh: base + points[index].totalWh,
                quality: points[index].quality
            )
        }
        var cursor = EdgeCursor(continued, interval: interval)
        func edge(_ time: Int64, _ found: EdgeCursor.Edge?) -> RegisterTrace.Edge {
            RegisterTrace.Edge(
                time: time,
                before: point(before(time)),
                after: point(place(time)),
                registerWh: found.map { base + $0.totalWh },
                quality: found?.quality
            )
        }
        let (startEdge, endEdge) = (cursor.edge(at: start), cursor.edge(at: end))
        let last = min(place(end), points.count - 1)
        let turns = (first..<max(first, last)).compactMap { index -> RegisterTrace.Turn? in
            guard let from = point(index), let to = point(index + 1) else { return nil }
            return turn(from, to, isHole: continued.holes.contains { $0.from == from.time && $0.to == to.time })
        }
        return RegisterTrace(
            start: edge(start, startEdge),
            end: edge(end, endEdge),
            turns: turns,
            isSilent: (startEdge == nil || endEdge == nil) && isSilent(continued, from: start, to: end)
        )
    }

    /// What happened between two readings; `nil`: nothing but that the register rose.
    private func turn(_ from: RegisterTrace.Point, _ to: RegisterTrace.Point, isHole: Bool) -> RegisterTrace.Turn? {
        if isHole { return RegisterTrace.Turn(kind: .uncounted, from: from, to: to) }
        if to.runningWh - from.runningWh == to.shownWh - from.shownWh { return nil }
        let isExchanged = exchanges.contains { from.time < $0 && $0 <= to.time }
        return RegisterTrace.Turn(kind: isExchanged ? .exchange : .rollover, from: from, to: to)
    }

    /// What a register showed in the reading at an instant, which reports it.
    private func shown(_ register: EnergyRegister, at time: Int64) -> Int64 {
        let index = readings.firstIndexAscending { $0.time >= time }
        return readings.indices.contains(index) ? register.value(in: readings[index]) ?? 0 : 0
    }
}
