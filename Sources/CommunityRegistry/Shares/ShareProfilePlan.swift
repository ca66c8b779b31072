internal import EnergySharing
public import MeterReadings

/// What storing a file of shares by the hour would do: pure, computed before anything changes.
///
/// In its span the file is the whole truth: what older profiles of the community say there is cut out of them.
public struct ShareProfilePlan: Sendable {
    /// The community's code.
    public let community: String
    /// The file.
    public let file: ShareFile
    /// The differences, the new profile first; empty: what is stored says the same, and nothing is to do.
    public private(set) var changes: [RegistryChange] = []
    /// The spans of intervals in which a share that counts becomes another one, merged.
    public private(set) var touched: [CommunitySpan] = []
    /// What a person should know before applying it, though it may be applied.
    public private(set) var warnings: [String] = []
    /// What is settled already and becomes due again; filled in by the store, which knows what is.
    public private(set) var dueAgain: [DueAgain] = []

    private let registry: RegistryTables
    private let rules: [RegistryRule]

    /// Compares.
    ///
    /// - Parameters:
    ///   - file: the shares.
    ///   - community: the code of the community that they are for.
    ///   - registry: what the database holds.
    ///   - unassigned: devices of the database that no member has.
    ///   - stored: the community's profiles that reach into the file's span; they do not overlap.
    /// - Throws: ``ShareRefusal`` if there is no such community, if the hours do not fit its intervals or a profile that would be cut, or
    ///   with every device that is not known or never takes part.
    public init(
        _ file: ShareFile,
        for community: String,
        registry: RegistryDocument,
        unassigned: [RegistryDevice] = [],
        stored: [HourlyShares]
    ) throws(ShareRefusal) {
        self.community = community
        self.file = file
        self.registry = RegistryTables(registry, unassigned: unassigned)
        guard let found = self.registry.communities[community] else {
            throw ShareRefusal("there is no community '\(community)': `wattsource registry export` lists them")
        }
        rules = found.rules
        try checkGrid()
        try checkDevices()
        let stored = stored.filter { $0.span.overlaps(file.span) }.sorted { $0.span.from < $1.span.from }
        try checkCuts(stored)
        if saysTheSame(stored) { return }
        describe(stored)
        touched = intervals(in: differences(from: stored)).map { CommunitySpan(community: community, span: $0) }
        warn()
    }

    /// Says what becomes due again of what is settled; adds who takes part there.
    public mutating func noteDue(_ due: [DueAgain]) {
        let partakers = Partakers([registry])
        dueAgain = due.map { due in
            var due = due
            let devices = partakers.devices(in: due.span)
            due.meters = devices.count
            due.members = partakers.members(of: devices, seenFrom: community)
            return due
        }
    }

    /// The kinds of the meters that take part in a community, at any time.
    public func kinds(in community: String) -> Set<TelemetryKind> { registry.kinds(in: community) }

    // MARK: What is refused

    private func checkGrid() throws(ShareRefusal) {
        for rule in rules where rule.span.overlaps(file.span) && file.span.from % rule.interval != 0 {
            throw ShareRefusal(
                "\(file.name): the first hour begins at \(InstantText.format(file.span.from)), which is not on the interval grid of "
                    + "\(community), \(rule.intervalMinutes) minutes (UTC)"
            )
        }
    }

    private func checkDevices() throws(ShareRefusal) {
        let faults = file.profile.devices.compactMap { id -> (hubDeviceID: String, what: String)? in
            guard let device = registry.devices[id] else { return (id, "there is no device '\(id)' in the registry") }
            if device.participations.contains(where: { $0.community == community }) { return nil }
            return (id, "device '\(id)' never takes part in \(community)")
        }
        if !faults.isEmpty { throw ShareRefusal(file.faults(faults)) }
    }

    /// A profile is cut between its hours only.
    private func checkCuts(_ stored: [HourlyShares]) throws(ShareRefusal) {
        for old in stored {
            let cuts = [file.span.from, file.span.until].filter { old.span.from < $0 && $0 < old.span.until }
            guard cuts.contains(where: { ($0 - old.span.from) % HourlyShares.hour != 0 }) else { continue }
            throw ShareRefusal(
                "\(file.name): its hours begin at \(InstantText.format(file.span.from)), between those of the shares by \(old.source), "
                    + "which begin at \(InstantText.format(old.span.from)) and would be cut within an hour: give hours that begin as "
                    + "theirs do, or all of the time to \(InstantText.format(old.span.until))"
            )
        }
    }

    // MARK: What differs

    /// Whether the stored profiles say of every hour of the file what it says: no share and a share of 0 are the same.
    private func saysTheSame(_ stored: [HourlyShares]) -> Bool {
        var covered = file.span.from
        for old in stored {
            guard old.span.from <= covered else { return false }
            covered = old.span.until
        }
        guard covered >= file.span.until else { return false }
        let devices = Set(file.profile.devices).union(stored.flatMap { $0.shares.keys })
        return devices.allSatisfy { id in
            stored.allSatisfy { old in
                guard let common = old.span.intersection(file.span) else { return true }
                return Self.differences(in: common, shares(of: id, by: old, otherwise: 0), sharesByFile(of: id)).isEmpty
            }
        }
    }

    /// The spans in which the share of any meter that takes part becomes another one, merged.
    private func differences(from stored: [HourlyShares]) -> [TimeSpan] {
        var differences: [TimeSpan] = []
        for (id, device) in registry.devices {
            let after = sharesByFile(of: id)
            var spans: [TimeSpan] = []
            for part in device.participations where part.community == community {
                guard let during = part.span.intersection(file.span) else { continue }
                let own = Int32(clamping: part.sharePPM ?? 0)
                var at = during.from
                for old in stored where old.span.overlaps(during) {
                    if at < old.span.from {
                        let gap = TimeSpan(from: at, until: old.span.from)
                        spans += Self.differences(in: gap, HourRow(always: own), after)
                    }
                    guard let common = old.span.intersection(during) else { continue }
                    spans += Self.differences(in: common, shares(of: id, by: old, otherwise: 0), after)
                    at = common.until
                }
                if at < during.until {
                    spans += Self.differences(in: TimeSpan(from: at, until: during.until), HourRow(always: own), after)
                }
            }
            if !spans.isEmpty { differences = TimeSpan.merged(differences + spans) }
        }
        return differences
    }

    /// The intervals that begin in these spans, by the rules whose key uses shares.
    private func intervals(in spans: [TimeSpan]) -> [TimeSpan] {
        var found: [TimeSpan] = []
        for rule in rules where rule.sharing.key.usesShares {
            func edge(atOrAfter instant: Int64) -> Int64 {
                let rest = instant % rule.interval
                return rest > 0 ? instant - rest + rule.interval : instant - rest
            }
            for span in spans {
                guard let common = span.intersection(rule.span) else { continue }
                found.append(TimeSpan(from: edge(atOrAfter: common.from), until: edge(atOrAfter: common.until)))
            }
        }
        return TimeSpan.merged(found)
    }

    /// A meter's shares by the hour: from an instant on, or the same for ever.
    private struct HourRow {
        var from: Int64
        var shares: [Int32]

        init(from: Int64, _ shares: [Int32]) {
            self.from = from
            self.shares = shares
        }

        /// One share, whatever the hour.
        init(always share: Int32) { self.init(from: .min, [share]) }

        /// The share at an instant of the row, and until when it holds.
        func share(at instant: Int64) -> (share: Int32, until: Int64) {
            if from == .min { return (shares[0], .max) }
            let hour = (instant - from) / HourlyShares.hour
            return (shares[Int(hour)], from + (hour + 1) * HourlyShares.hour)
        }
    }

    private func shares(of id: String, by stored: HourlyShares, otherwise share: Int32) -> HourRow {
        stored.shares[id].map { HourRow(from: stored.span.from, $0) } ?? HourRow(always: share)
    }

    private func sharesByFile(of id: String) -> HourRow {
        guard let row = file.profile.row(of: id) else { return HourRow(always: 0) }
        let hours = Int((file.span.until - file.span.from) / HourlyShares.hour)
        return HourRow(from: file.span.from, (0..<hours).map { Int32(file.profile.sharePPM(row: row, hour: $0)) })
    }

    /// Where two rows, both of which reach over a span, say different things.
    private static func differences(in span: TimeSpan, _ left: HourRow, _ right: HourRow) -> [TimeSpan] {
        var spans: [TimeSpan] = []
        var at = span.from
        while at < span.until {
            let (one, other) = (left.share(at: at), right.share(at: at))
            let next = min(one.until, other.until, span.until)
            if one.share != other.share {
                if spans.last?.until == at {
                    spans[spans.count - 1].until = next
                } else {
                    spans.append(TimeSpan(from: at, until: next))
                }
            }
            at = next
        }
        return spans
    }

    // MARK: For people

    private mutating func describe(_ stored: [HourlyShares]) {
        func subject(_ span: TimeSpan) -> String { "shares by the hour of \(community) \(span.summary ?? "")" }
        let hours = (file.span.until - file.span.from) / HourlyShares.hour
        let devices = file.profile.devices.count
        changes.append(
            RegistryChange(
                .add,
                subject(file.span),
                [
                    "\(hours) hour\(hours == 1 ? "" : "s") of \(devices) meter\(devices == 1 ? "" : "s"), by \(file.source)"
                ]
            )
        )
        for old in stored {
            guard let common = old.span.intersection(file.span) else { continue }
            changes.append(RegistryChange(.remove, subject(common), ["by \(old.source)"]))
        }
    }

    private mutating func warn() {
        if !rules.contains(where: { $0.sharing.key.usesShares && $0.span.overlaps(file.span) }) {
            warnings.append("no rule of \(community) uses shares in this time: they decide nothing")
        }
        let taking = Partakers([registry]).devices(in: CommunitySpan(community: community, span: file.span))
        let named = Set(file.profile.devices)
        for id in named.subtracting(taking).sorted() {
            warnings.append("device \(id) takes part in \(community) at other times only: its shares decide nothing")
        }
        let unnamed = taking.subtracting(named).sorted()
        if let first = unnamed.first {
            let others = unnamed.count - 1
            let who = others == 0 ? "takes" : "and \(others) other\(others == 1 ? "" : "s") take"
            let name = others == 0 ? "is not named: it has no share" : "are not named: they have no share"
            warnings.append("device \(first) \(who) part in \(community) in this time and \(name)")
        }
    }
}
