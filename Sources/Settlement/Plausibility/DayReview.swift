internal import EnergySharing

/// Looks at the settled days of a claim, and says what is odd about the meters' energy.
///
/// A pure function of what is settled, and, for the sum check, of the readings at the days' ends. Takes the edges first, in any
/// order, then the energy in order of time.
///
/// Where a meter takes part with less than all of its energy, the least whole that has such a part is looked at, so that a factor that
/// changes is no spike. It is exact to 10⁶ / ppm Wh: below a tenth the interval is passed over, and such days have no sum check.
struct DayReview: Sendable {
    private let claim: DayClaim
    private let rules: PlausibilityRules
    /// The meters, ascending by number.
    private let meters: [Int32]
    private let place: [Int32: Int]
    private var watches: [MeterWatch]
    /// The intervals of the day that is being taken, by meter.
    private var today: [[MeterDay.Interval]]
    /// Its participations with less than all of its energy, by meter.
    private let parts: [[Participation]]
    /// Whether the day that is being taken has such an interval, by meter.
    private var hasParts: [Bool]
    private var day = 0
    private var edges: [Place: SumCheck.Edge] = [:]
    private var anomalies: [Anomaly] = []

    private struct Place: Hashable {
        var deviceID: Int32
        var at: Int64
    }

    init(_ claim: DayClaim, _ rules: PlausibilityRules) {
        self.claim = claim
        self.rules = rules
        meters = claim.meters.keys.sorted()
        place = Dictionary(uniqueKeysWithValues: meters.enumerated().map { ($1, $0) })
        watches = [MeterWatch](repeating: MeterWatch(rules), count: meters.count)
        today = [[MeterDay.Interval]](repeating: [], count: meters.count)
        let parts = Dictionary(grouping: claim.parts, by: \.deviceID)
        self.parts = meters.map { parts[$0] ?? [] }
        hasParts = [Bool](repeating: false, count: meters.count)
    }

    /// The meters of which the readings at the days' ends are needed.
    var wantedMeters: [Int32] {
        rules.sumCheck == nil ? [] : meters.filter { claim.meters[$0]?.kind == .register }
    }

    /// The instants at which they are needed.
    var wantedEdges: [Int64] {
        guard let last = claim.judged.last else { return [] }
        return claim.judged.map(\.start) + [last.end]
    }

    /// Takes the readings beside the end of a day.
    mutating func take(_ edge: SumCheck.Edge, ofMeter id: Int32) {
        edges[Place(deviceID: id, at: edge.at)] = edge
    }

    /// Takes the next settled energy.
    mutating func take(_ energy: SettledEnergy) {
        while day < claim.days.count, energy.interval.start >= claim.days[day].end { closeDay() }
        guard let index = place[energy.deviceID] else { return }
        let start = energy.interval.start
        guard !parts[index].isEmpty, let part = parts[index].first(where: { $0.from <= start && start < $0.until })
        else { return today[index].append(energy.interval) }
        hasParts[index] = true
        guard let importWh = Self.leastWhole(energy.interval.energy.importWh, ppm: part.participationPPM),
            let exportWh = Self.leastWhole(energy.interval.energy.exportWh, ppm: part.participationPPM)
        else { return }
        var interval = energy.interval
        interval.energy.importWh = importWh
        interval.energy.exportWh = exportWh
        today[index].append(interval)
    }

    /// The smallest whole of which ``EnergySharing/ParticipationPart`` makes this part; `nil` if the factor is too small to tell.
    static func leastWhole(_ partWh: Int64, ppm: Int64) -> Int64? {
        guard ppm >= ParticipationPart.wholePPM / 10 else { return nil }
        let (scaled, overflows) = partWh.multipliedReportingOverflow(by: ParticipationPart.wholePPM)
        return overflows ? nil : scaled / ppm + (scaled % ppm > 0 ? 1 : 0)
    }

    /// Closes the days that are left; all that was found, of the judged days.
    mutating func finish() -> [Anomaly] {
        while day < claim.days.count { closeDay() }
        return anomalies
    }

    private mutating func closeDay() {
        let (start, end) = (claim.days[day].start, claim.days[day].end)
        for (index, id) in meters.enumerated() {
            let meterDay = MeterDay(start: start, end: end, intervals: today[index])
            let isWhole = !hasParts[index]
            today[index].removeAll(keepingCapacity: true)
            hasParts[index] = false
            let found = watches[index].take(meterDay)
            guard day >= claim.context else { continue }
            for finding in found + (isWhole ? sumCheck(meterDay, ofMeter: id) : []) {
                anomalies.append(
                    Anomaly(
                        deviceID: id,
                        kind: finding.kind,
                        fromAt: finding.from,
                        toAt: finding.to,
                        detail: finding.detail
                    )
                )
            }
        }
        day += 1
    }

    private func sumCheck(_ day: MeterDay, ofMeter id: Int32) -> [ReadingFinding] {
        guard let rule = rules.sumCheck, let meter = claim.meters[id],
            let opening = edges[Place(deviceID: id, at: day.start)],
            let closing = edges[Place(deviceID: id, at: day.end)]
        else { return [] }
        let finding = rule.finding(
            day,
            from: opening,
            to: closing,
            limits: meter.limits,
            epochs: meter.epochs,
            decisions: meter.decisions
        )
        return finding.map { [$0] } ?? []
    }
}
