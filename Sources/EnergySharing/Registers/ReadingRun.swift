/// Readings in order of time that all report a register, judged: which are set aside, and where no energy crosses.
///
/// Breaks are rare, so only their places are kept; a run without any costs one comparison per reading and no memory.
struct ReadingRun {
    /// The readings, all of them.
    let readings: [RegisterReading]
    /// Indices of readings that are set aside, ascending, never two in a row.
    let outliers: [Int]
    /// Indices of readings that no energy reaches from the one before, ascending; neither of the two is an outlier.
    let breaks: [Int]

    /// Judges readings.
    ///
    /// A reading is a candidate if it breaks with both its neighbours while these do not break with each other. It is
    /// an outlier if neither neighbour is a candidate too: of two that contradict each other nobody knows which is
    /// wrong. So two readings on each side decide, and nothing further away matters.
    init(_ readings: [RegisterReading], steps: RegisterSteps) {
        var broken: [Int] = []
        for index in readings.indices.dropFirst() {
            if steps.isBreak(from: readings[index - 1], to: readings[index]) { broken.append(index) }
        }
        self.readings = readings
        guard !broken.isEmpty else {
            outliers = []
            breaks = []
            return
        }
        let candidates = zip(broken, broken.dropFirst()).compactMap { index, next in
            next == index + 1 && !steps.isBreak(from: readings[index - 1], to: readings[next]) ? index : nil
        }
        let isCandidate = Set(candidates)
        let outliers = candidates.filter { !isCandidate.contains($0 - 1) && !isCandidate.contains($0 + 1) }
        let isOutlier = Set(outliers)
        self.outliers = outliers
        breaks = broken.filter { !isOutlier.contains($0 - 1) && !isOutlier.contains($0) }
    }

    /// What a person should know of; in order of time, kind by kind.
    func findings(steps: RegisterSteps) -> [ReadingFinding] {
        breaks.map { ReadingFinding(breakFrom: readings[$0 - 1], to: readings[$0], steps: steps) }
            + outliers.map { ReadingFinding(outlier: readings[$0], between: readings[$0 - 1], and: readings[$0 + 1]) }
            + rollovers(steps: steps)
    }

    private func rollovers(steps: RegisterSteps) -> [ReadingFinding] {
        guard steps.mayRollOver else { return [] }
        let isOutlier = Set(outliers)
        let isBreak = Set(breaks)
        var found: [ReadingFinding] = []
        var last: RegisterReading?
        for index in readings.indices where !isOutlier.contains(index) {
            if let last, !isBreak.contains(index),
                let finding = ReadingFinding(rolloverFrom: last, to: readings[index], steps: steps)
            {
                found.append(finding)
            }
            last = readings[index]
        }
        return found
    }
}
