import EnergySharing

/// Settles one span: registers to interval energy, meter by meter, then the split, interval by interval.
///
/// A pure function of readings and terms. Meters may be given in any order.
struct SpanSettlement: Sendable {
    private let span: PlannedSpan
    /// The meters that take part in at least one of the span's intervals, in tie order: ascending bytes of the hub's device id.
    private let meters: [MeterColumn]
    private let column: [Int32: Int]
    /// `energies[meter][interval]`.
    private var energies: [[IntervalEnergy?]]
    /// From which interval on a meter is expected: the first that begins at or after its first reading.
    private var expectedFrom: [Int]
    private var anomalies: [Anomaly] = []
    /// Where intervals become final by the calendar.
    private var calendar = FinalityCalendar([])
    private var hourly: [SliceRows] = []

    /// Fixed shares by the hour, for the meters of the span.
    private struct SliceRows: Sendable {
        var slice: ShareSlice
        /// `shares[meter][hour]`; without hours for a meter that has no shares.
        var shares: [[Int64]]
    }

    private struct MeterColumn: Sendable {
        var deviceID: Int32
        var meter: CommunityTerms.Meter
        var stretches: [MeterStretch]
        /// When it takes part in this community, in the span or not.
        var here: [Range<Int64>]
        /// When it takes part in another one.
        var elsewhere: [Range<Int64>]
    }

    /// The meters of a kind whose readings are needed, by number, ascending.
    func wantedMeters(_ kind: CommunityTerms.Meter.Kind) -> [Int32] {
        meters.filter { $0.meter.kind == kind }.map(\.deviceID).sorted()
    }

    /// Prepares a span.
    init(_ span: PlannedSpan, _ terms: CommunityTerms) {
        self.span = span
        let every = Dictionary(grouping: terms.participations, by: \.deviceID)
        let elsewhere = Dictionary(grouping: terms.elsewhere, by: \.deviceID)
        meters = every.compactMap { id, all in
            let parts = all.filter { $0.from < span.until && $0.until > span.from }
            guard !parts.isEmpty, let meter = terms.meters[id] else { return nil }
            let others = elsewhere[id] ?? []
            return MeterColumn(
                deviceID: id,
                meter: meter,
                stretches: MeterStretch.of(parts, elsewhere: others, communityID: terms.communityID, in: span),
                here: all.map { $0.from..<$0.until },
                elsewhere: others.map { $0.from..<$0.until }
            )
        }
        .sorted { $0.meter.hubDeviceID.utf8.lexicographicallyPrecedes($1.meter.hubDeviceID.utf8) }
        column = Dictionary(uniqueKeysWithValues: meters.enumerated().map { ($1.deviceID, $0) })
        energies = [[IntervalEnergy?]](repeating: [], count: meters.count)
        expectedFrom = [Int](repeating: .max, count: meters.count)
    }

    /// Prepares a span and takes all that it needs.
    init(_ span: PlannedSpan, _ terms: CommunityTerms, readFrom store: some SettlementReadings)
        throws(SettlementFailure)
    {
        var settlement = SpanSettlement(span, terms)
        try store.readings(ofMeters: settlement.wantedMeters(.register), from: span.from, until: span.until) {
            settlement.take($1, ofMeter: $0)
        }
        try store.intervalReadings(ofMeters: settlement.wantedMeters(.interval), from: span.from, until: span.until) {
            settlement.take($1, ofMeter: $0)
        }
        if span.rule.sharing.key.usesShares {
            let community = terms.communityID
            for slice in try store.hourlyShares(ofCommunity: community, from: span.from, until: span.until) {
                settlement.take(slice)
            }
        }
        self = settlement
    }

    /// Takes the calendar, of a rule that has one.
    mutating func take(_ calendar: FinalityCalendar) { self.calendar = calendar }

    /// Takes fixed shares by the hour, of a rule whose key uses them; no two have the same hour.
    mutating func take(_ slice: ShareSlice) {
        hourly.append(SliceRows(slice: slice, shares: meters.map { slice.shares[$0.deviceID] ?? [] }))
    }

    /// Takes a meter's registers: those within the span and 4 on each side that nobody set aside, ascending.
    mutating func take(_ readings: [RegisterReading], ofMeter id: Int32) {
        guard let index = column[id] else { return }
        let meter = meters[index].meter
        let series = RegisterSeries(
            readings: readings,
            limits: meter.limits,
            epochs: meter.epochs,
            decisions: meter.decisions
        )
        let energies = series.energies(from: span.from, interval: span.rule.interval, count: span.count)
        take(energies, series.findings, firstTime: series.firstTime, ofMeter: index)
    }

    /// Takes a meter's readings of intervals: those that ``IntervalSeries`` needs, ascending, and one that is earlier, if
    /// there is one.
    mutating func take(_ readings: [IntervalReading], ofMeter id: Int32) {
        guard let index = column[id] else { return }
        let meter = meters[index].meter
        let series = IntervalSeries(readings: readings, limits: meter.limits, decisions: meter.decisions)
        let energies = series.energies(from: span.from, interval: span.rule.interval, count: span.count)
        take(energies, series.findings, firstTime: series.firstTime, ofMeter: index)
    }

    private mutating func take(
        _ energies: [IntervalEnergy?],
        _ findings: [ReadingFinding],
        firstTime: Int64?,
        ofMeter index: Int
    ) {
        guard let firstTime else { return }
        self.energies[index] = energies
        let firstEdge = IntervalGrid.ceil(max(firstTime, span.from), span.rule.interval)
        expectedFrom[index] = Int((firstEdge - span.from) / span.rule.interval)
        for finding in findings where finding.from <= span.until && finding.to >= span.from {
            guard (meters[index].here + meters[index].elsewhere).contains(where: { finding.touches($0) }) else {
                continue
            }
            anomalies.append(
                Anomaly(
                    deviceID: meters[index].deviceID,
                    kind: finding.kind,
                    fromAt: finding.from,
                    toAt: finding.to,
                    detail: finding.detail
                )
            )
        }
    }

    /// Splits every interval.
    ///
    /// Leading intervals in which no meter is expected are left out if nothing before the span is settled: a community's intervals begin
    /// at its first edge with data, also when what used to be the first data does not count any more.
    func settle(firstIntervalAt: Int64?) -> SettledSpan {
        let isBeginning = firstIntervalAt.map { span.from <= $0 } ?? false
        var result = SettledSpan(
            from: span.from,
            until: span.until,
            isAgain: span.isAgain,
            isClosed: span.isClosed,
            cause: span.cause
        )
        result.metersSeen = meters.map(\.deviceID).sorted()
        result.anomalies = anomalies
        result.intervals.reserveCapacity(span.count)
        result.rows.reserveCapacity(span.count * meters.count)
        var inputs = IntervalInputs(start: span.from, rule: span.rule)
        var cursor = cursor
        for interval in 0..<span.count {
            fill(&inputs, interval: interval, &cursor)
            if inputs.expected == 0, isBeginning, result.intervals.isEmpty { continue }
            result.intervals.append(
                SettledInterval(
                    start: inputs.start,
                    length: span.rule.interval,
                    expected: inputs.expected,
                    received: inputs.received,
                    missing: inputs.missing,
                    finalAt: finalAt(inputs.start)
                )
            )
            append(inputs, to: &result)
        }
        if isBeginning {
            // What is odd before the first interval touches nothing, unless the meter took part in another community by then.
            let begin = result.intervals.first?.start ?? span.until
            result.anomalies.removeAll { anomaly in
                anomaly.toAt < begin
                    && !(column[anomaly.deviceID].map { meters[$0].elsewhere } ?? []).contains { anomaly.touches($0) }
            }
        }
        return result
    }

    private func finalAt(_ start: Int64) -> Int64 {
        let end = start + span.rule.interval
        switch span.rule.finality {
        case .calendar: return calendar.finalAt(start: start, end: end)
        case .after(let span):
            let (instant, overflows) = end.addingReportingOverflow(span)
            return overflows ? .max : instant
        }
    }

    // MARK: One interval

    /// Where ``fill(_:interval:_:)`` begins: the stretch of each meter's first interval.
    var cursor: [Int] { [Int](repeating: 0, count: meters.count) }

    /// Gathers what decides the split of an interval; `cursor` moves on with it, so intervals come in order.
    func fill(_ inputs: inout IntervalInputs, interval: Int, _ cursor: inout [Int]) {
        inputs.start = span.from + Int64(interval) * span.rule.interval
        inputs.meters.removeAll(keepingCapacity: true)
        inputs.members.removeAll(keepingCapacity: true)
        inputs.expected = 0
        inputs.received = 0
        let hour = hour(at: inputs.start)
        for index in meters.indices {
            while interval >= meters[index].stretches[cursor[index]].until { cursor[index] += 1 }
            guard let part = meters[index].stretches[cursor[index]].part else { continue }
            var meter = IntervalInputs.Meter(
                deviceID: part.deviceID,
                participationPPM: part.participationPPM,
                isExpected: interval >= expectedFrom[index]
            )
            var member = SharingMember(needWh: 0, sharePPM: part.sharePPM, priority: part.priority)
            if let hour {
                let shares = hourly[hour.place].shares[index]
                member.sharePPM = hour.hour < shares.count ? shares[hour.hour] : 0
            }
            if meter.isExpected {
                inputs.expected += 1
                if interval < energies[index].count, let energy = energies[index][interval] {
                    inputs.received += 1
                    meter.whole = energy
                    member.needWh = ParticipationPart.of(energy.importWh, ppm: part.participationPPM)
                    member.offerWh = ParticipationPart.of(energy.exportWh, ppm: part.participationPPM)
                    if let factors = meters[index].stretches[cursor[index]].factorsPPM {
                        let importWh = ParticipationPart.unshared(of: energy.importWh, ppm: factors)
                        let exportWh = ParticipationPart.unshared(of: energy.exportWh, ppm: factors)
                        if importWh != 0 || exportWh != 0 {
                            meter.unsharedImportWh = importWh
                            meter.unsharedExportWh = exportWh
                        }
                    }
                }
            }
            inputs.meters.append(meter)
            inputs.members.append(member)
        }
    }

    /// The hour of a profile that counts for the interval that begins at `start`; `nil`: none does.
    private func hour(at start: Int64) -> (place: Int, hour: Int)? {
        for (place, rows) in hourly.enumerated() {
            if let hour = rows.slice.hour(at: start) { return (place, hour) }
        }
        return nil
    }

    private func append(_ inputs: IntervalInputs, to result: inout SettledSpan) {
        if inputs.received == 0 { return }
        let split = EnergySplit.split(inputs.members, by: span.rule.sharing)
        for place in inputs.meters.indices {
            if let row = inputs.row(place, of: split) { result.rows.append(row) }
        }
    }
}

extension ReadingFinding {
    /// Whether it touches a span of time.
    fileprivate func touches(_ span: Range<Int64>) -> Bool { span.lowerBound <= to && from < span.upperBound }
}

extension Anomaly {
    /// Whether it touches a span of time.
    fileprivate func touches(_ span: Range<Int64>) -> Bool { span.lowerBound <= toAt && fromAt < span.upperBound }
}
