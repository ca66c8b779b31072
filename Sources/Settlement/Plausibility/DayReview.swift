internal import EnergySharing

/// Looks at the settled days of a claim, and says what is odd about the meters' energy.
///
/// A pure function of what is settled, and, for the sum check, of the readings at the days' ends. Takes the edges first, in any
/// order, then the energy in order of time.
struct DayReview: Sendable {
    private let claim: DayClaim
    private let rules: PlausibilityRules
    /// The meters, ascending by number.
    private let meters: [Int32]
    private let place: [Int32: Int]
    private var watches: [MeterWatch]
    /// The intervals of the day that is being taken, by meter.
    private var today: [[MeterDay.Interval]]
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
        today[index].append(energy.interval)
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
            today[index].removeAll(keepingCapacity: true)
            let found = watches[index].take(meterDay)
            guard day >= claim.context else { continue }
            for finding in found + sumCheck(meterDay, ofMeter: id) {
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
