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

    private struct MeterColumn: Sendable {
        var deviceID: Int32
        var meter: CommunityTerms.Meter
        var participations: [Participation]
        /// All of the meter's participations, in the span or not: only what touches one of them is an anomaly of the community.
        var everyParticipation: [Participation]
    }

    /// A meter that has a value in an interval.
    private struct Present {
        var deviceID: Int32
        /// Its index among the members of the split.
        var place: Int
        var energy: IntervalEnergy
    }

    /// The meters of a kind whose readings are needed, by number, ascending.
    func wantedMeters(_ kind: CommunityTerms.Meter.Kind) -> [Int32] {
        meters.filter { $0.meter.kind == kind }.map(\.deviceID).sorted()
    }

    /// Prepares a span.
    init(_ span: PlannedSpan, _ terms: CommunityTerms) {
        self.span = span
        let every = Dictionary(grouping: terms.participations, by: \.deviceID)
        var byDevice: [Int32: [Participation]] = [:]
        for participation in terms.participations
        where participation.from < span.until && participation.until > span.from {
            byDevice[participation.deviceID, default: []].append(participation)
        }
        meters = byDevice.keys.compactMap { id in terms.meters[id].map { (id, $0) } }
            .sorted { $0.1.hubDeviceID.utf8.lexicographicallyPrecedes($1.1.hubDeviceID.utf8) }
            .map { id, meter in
                MeterColumn(
                    deviceID: id,
                    meter: meter,
                    participations: byDevice[id] ?? [],
                    everyParticipation: every[id] ?? []
                )
            }
        column = Dictionary(uniqueKeysWithValues: meters.enumerated().map { ($1.deviceID, $0) })
        energies = [[IntervalEnergy?]](repeating: [], count: meters.count)
        expectedFrom = [Int](repeating: .max, count: meters.count)
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
            guard meters[index].everyParticipation.contains(where: { $0.from <= finding.to && finding.from < $0.until })
            else { continue }
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
        var result = SettledSpan(from: span.from, until: span.until, isAgain: span.isAgain, cause: span.cause)
        result.metersSeen = meters.map(\.deviceID).sorted()
        result.anomalies = anomalies
        result.intervals.reserveCapacity(span.count)
        result.rows.reserveCapacity(span.count * meters.count)
        var members: [SharingMember] = []
        var present: [Present] = []
        for interval in 0..<span.count {
            let start = span.from + Int64(interval) * span.rule.interval
            members.removeAll(keepingCapacity: true)
            present.removeAll(keepingCapacity: true)
            var expected: Int32 = 0
            for (index, meter) in meters.enumerated() {
                guard let part = meter.participations.first(where: { $0.from <= start && start < $0.until }) else {
                    continue
                }
                var member = SharingMember(needWh: 0, sharePPM: part.sharePPM, priority: part.priority)
                if interval >= expectedFrom[index] {
                    expected += 1
                    if interval < energies[index].count, let energy = energies[index][interval] {
                        member.needWh = energy.importWh
                        member.offerWh = energy.exportWh
                        present.append(Present(deviceID: meter.deviceID, place: members.count, energy: energy))
                    }
                }
                // A missing meter counts as 0, but its fixed share stays its own: the others' shares do not hang on its readings.
                members.append(member)
            }
            if expected == 0, isBeginning, result.intervals.isEmpty { continue }
            result.intervals.append(
                SettledInterval(
                    start: start,
                    length: span.rule.interval,
                    expected: expected,
                    received: Int32(present.count),
                    finality: span.rule.finality
                )
            )
            append(present, members, start, to: &result)
        }
        if isBeginning {
            // What is odd before the first interval touches nothing.
            let begin = result.intervals.first?.start ?? span.until
            result.anomalies.removeAll { $0.toAt < begin }
        }
        return result
    }

    private func append(
        _ present: [Present],
        _ members: [SharingMember],
        _ start: Int64,
        to result: inout SettledSpan
    ) {
        guard !present.isEmpty else { return }
        let split = EnergySplit.split(members, by: span.rule.sharing)
        for meter in present {
            let (community, shared) = (split.communityWh[meter.place], split.sharedWh[meter.place])
            result.rows.append(
                AttributionRow(
                    intervalStart: start,
                    deviceID: meter.deviceID,
                    importWh: meter.energy.importWh,
                    communityWh: community,
                    gridWh: meter.energy.importWh - community,
                    exportWh: meter.energy.exportWh,
                    sharedWh: shared,
                    surplusWh: meter.energy.exportWh - shared,
                    quality: meter.energy.quality
                )
            )
        }
    }
}
