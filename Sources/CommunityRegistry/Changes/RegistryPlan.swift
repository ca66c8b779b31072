internal import EnergySharing
public import MeterReadings

/// What applying a registry file to what the database holds would do: pure, computed before anything changes.
///
/// What the file does not name stays as it is. Of what it names, it is the whole truth: a community's rules, and the
/// participations of a device in a community once it gives one, are replaced by the file's.
public struct RegistryPlan: Sendable {
    /// What the database holds afterwards.
    public private(set) var merged: RegistryDocument
    /// The differences, communities first, then members, devices, participations; empty: nothing to do.
    public private(set) var changes: [RegistryChange] = []
    /// What the database holds and the file does not name, one line each.
    public private(set) var notNamed: [String] = []
    /// Communities whose rules differ.
    public private(set) var changedRules: [String] = []
    /// Devices and communities between which participations differ.
    public private(set) var changedPairs: [DevicePair] = []
    /// The spans of communities that were there before in which something that decides settlement differs, merged.
    public private(set) var touched: [CommunitySpan] = []
    /// The spans of communities in which the intervals have another length, or in which there is no rule any more.
    public private(set) var resized: [CommunitySpan] = []

    /// What about devices differs that cannot change once they have readings: the device, and the file's key.
    public private(set) var fixedByReadings: [(hubDeviceID: String, key: String)] = []
    /// Devices that were not there before, by hub device id.
    public private(set) var newDevices: Set<String> = []
    /// The meter swaps that are new, different, or taken back, of devices that were there before.
    public private(set) var changedSwaps: [ChangedSwap] = []
    /// What a person should know before applying it, though it may be applied.
    public private(set) var warnings: [String] = []
    /// What is settled already and becomes due again; filled in by the store, which knows what is.
    public private(set) var dueAgain: [DueAgain] = []

    private let current: RegistryTables
    private let desired: RegistryTables
    private var result: RegistryTables
    private var allTouched = TouchedSpans()
    private let decidedSwaps: [String: Set<Int64>]
    private let prune: Bool
    private var keptSwaps: [String] = []

    /// Compares.
    ///
    /// - Parameters:
    ///   - current: what the database holds.
    ///   - unassigned: devices of the database that no member has.
    ///   - decidedSwaps: the instants of meter swaps, by hub device id, that were decided on an anomaly: these stay until that
    ///     decision is taken back, whatever the file does not name.
    ///   - desired: what the file says.
    ///   - prune: whether participations that the file does not name get an end.
    ///   - now: where that end is, moved to the next edge of the community's intervals; microseconds since
    ///     1970-01-01T00:00:00Z.
    public init(
        current: RegistryDocument,
        unassigned: [RegistryDevice] = [],
        decidedSwaps: [String: Set<Int64>] = [:],
        desired: RegistryDocument,
        prune: Bool,
        now: Int64
    ) {
        self.current = RegistryTables(current, unassigned: unassigned)
        self.desired = RegistryTables(desired)
        self.decidedSwaps = decidedSwaps
        self.prune = prune
        result = self.current
        merged = current
        for code in self.desired.communityOrder { compareCommunity(code) }
        for key in self.desired.memberOrder { compareMember(key) }
        for id in self.desired.deviceOrder { compareDevice(id) }
        comparePairs(prune: prune, now: now)
        touchElsewhere()
        listNotNamed()
        merged = result.document
        touched = allTouched.merged(in: result.communityOrder)
        warnAboutZones()
    }

    /// Adds spans that are touched because of readings, which only the store knows.
    public mutating func touch(_ spans: [CommunitySpan]) {
        for span in spans { allTouched.add([span.span], of: span.community) }
        touched = allTouched.merged(in: result.communityOrder)
    }

    /// Says what becomes due again of what is settled; adds who takes part there, and whose participation is the cause.
    public mutating func noteDue(_ due: [DueAgain]) {
        let partakers = Partakers([current, result])
        dueAgain = due.map { due in
            var due = due
            let (community, devices) = (due.span.community, partakers.devices(in: due.span))
            due.meters = devices.count
            due.members = partakers.members(of: devices, seenFrom: community)
            due.causes = partakers.members(of: allTouched.devices(touching: due.span), seenFrom: community)
            return due
        }
    }

    /// The kinds of the meters that take part in a community afterwards, at any time.
    public func kinds(in community: String) -> Set<TelemetryKind> { result.kinds(in: community) }

    /// Adds something that a person should know.
    public mutating func warn(_ sentence: String) { warnings.append(sentence) }

    /// A device's meter swaps afterwards, by time.
    public func meterSwaps(of hubDeviceID: String) -> [RegistryMeterSwap] {
        result.devices[hubDeviceID]?.meterSwaps ?? []
    }

    /// A device's participations in a community afterwards, by time.
    public func participations(of pair: DevicePair) -> [RegistryParticipation] { result.participations(of: pair) }

    // MARK: Communities, members, devices

    private mutating func compareCommunity(_ code: String) {
        guard let new = desired.communities[code] else { return }
        result.set(new)
        guard let old = current.communities[code] else {
            changes.append(
                RegistryChange(.add, "community \(code)", ["\(new.name), \(new.timeZone)"] + new.rules.map(\.summary))
            )
            changedRules.append(code)
            return
        }
        var details: [String] = []
        Self.note("name", old.name, new.name, &details)
        Self.note("time_zone", old.timeZone, new.timeZone, &details)
        if old.rules != new.rules {
            changedRules.append(code)
            let texts = [old.rules, new.rules].map { $0.map(\.summary).joined(separator: " | ") }
            details.append("rules \(texts[0]) -> \(texts[1])")
            compareRules(code, old.rules, new.rules)
        }
        if old.timeZone != new.timeZone { touchFinality(code, old.rules, new.rules) }
        if !details.isEmpty { changes.append(RegistryChange(.change, "community \(code)", details)) }
    }

    /// Grace and corrections are left out: they decide when an interval is settled, and again, never what comes out.
    private mutating func compareRules(_ code: String, _ old: [RegistryRule], _ new: [RegistryRule]) {
        func timeline<Value: Equatable>(_ rules: [RegistryRule], _ value: (RegistryRule) -> Value) -> Timeline<Value> {
            Timeline(rules.map { (span: $0.span, value: value($0)) })
        }
        func deciding(_ rule: RegistryRule) -> RegistryRule {
            var rule = rule
            (rule.from, rule.until, rule.grace, rule.corrections) = (nil, nil, 0, nil)
            return rule
        }
        let spans = timeline(old, deciding).differences(from: timeline(new, deciding))
        allTouched.add(spans, of: code)
        let lengths = timeline(old, \.intervalMinutes).differences(from: timeline(new, \.intervalMinutes))
        resized += lengths.map { CommunitySpan(community: code, span: $0) }
    }

    /// In another zone the months end at other instants, and so the intervals become final at others where the calendar decides.
    private mutating func touchFinality(_ code: String, _ old: [RegistryRule], _ new: [RegistryRule]) {
        let byCalendar = (old + new).filter { if case .monthly = $0.finality { true } else { false } }
        allTouched.add(byCalendar.map(\.span), of: code)
    }

    private mutating func compareMember(_ key: RegistryTables.MemberKey) {
        guard let new = desired.members[key] else { return }
        result.set(new, key)
        guard let old = current.members[key] else {
            changes.append(RegistryChange(.add, "member \(key.community)/\(key.member)", [new.kind.rawValue]))
            return
        }
        var details: [String] = []
        Self.note("name", old.name, new.name, &details)
        Self.note("kind", old.kind.rawValue, new.kind.rawValue, &details)
        if !details.isEmpty {
            changes.append(RegistryChange(.change, "member \(key.community)/\(key.member)", details))
        }
    }

    private mutating func compareDevice(_ id: String) {
        guard var new = desired.devices[id] else { return }
        new.participations = current.devices[id]?.participations ?? []
        new.meterSwaps = mergedSwaps(of: new, old: current.devices[id]?.meterSwaps ?? [])
        result.set(new, owner: desired.owners[id])
        guard let old = current.devices[id] else {
            changes.append(RegistryChange(.add, "device \(id)"))
            newDevices.insert(id)
            compareSwaps(of: id, [], new.meterSwaps)
            return
        }
        var details: [String] = []
        Self.note("member", Self.name(current.owners[id]), Self.name(desired.owners[id]), &details)
        Self.note("adapter", old.adapter.rawValue, new.adapter.rawValue, &details)
        Self.note("kind", old.kind.rawValue, new.kind.rawValue, &details)
        Self.note("time_zone", old.timeZone, new.timeZone, &details)
        Self.note("registers", old.registers.rawValue, new.registers.rawValue, &details)
        Self.note("interval_seconds", old.intervalSeconds, new.intervalSeconds, &details)
        if old.kind != new.kind { fixedByReadings.append((id, "kind")) }
        if old.registers != new.registers { fixedByReadings.append((id, "registers")) }
        if old.kind == new.kind, old.intervalSeconds != new.intervalSeconds {
            fixedByReadings.append((id, "interval_seconds"))
        }
        Self.note("status", old.status.rawValue, new.status.rawValue, &details)
        Self.note("generation_id", old.generationID, new.generationID, &details)
        let others = details.count
        Self.note("connection_watts", old.connectionWatts, new.connectionWatts, &details)
        Self.note("inverter_watts", old.inverterWatts, new.inverterWatts, &details)
        Self.note("register_digits", old.registerDigits, new.registerDigits, &details)
        if details.count > others {
            // The limits decide which register steps are plausible, in all of the past.
            for part in old.participations { allTouched.add([part.span], of: part.community) }
        }
        if !details.isEmpty { changes.append(RegistryChange(.change, "device \(id)", details)) }
        compareSwaps(of: id, old.meterSwaps, new.meterSwaps)
    }

    private static func name(_ key: RegistryTables.MemberKey?) -> String? { key.map { "\($0.community)/\($0.member)" } }

    private static func note<Value: Equatable>(_ key: String, _ old: Value, _ new: Value, _ details: inout [String]) {
        if old != new { details.append("\(key) \(old) -> \(new)") }
    }

    private static func note<Value: Equatable>(_ key: String, _ old: Value?, _ new: Value?, _ details: inout [String]) {
        guard old != new else { return }
        details.append("\(key) \(old.map { "\($0)" } ?? "none") -> \(new.map { "\($0)" } ?? "none")")
    }

    // MARK: Meter swaps

    /// What the file names, and what it leaves alone: all swaps where it names none of the device, unless pruned; and those that were
    /// decided on an anomaly.
    private mutating func mergedSwaps(of device: RegistryDevice, old: [RegistryMeterSwap]) -> [RegistryMeterSwap] {
        let named = Set(device.meterSwaps.map(\.at))
        let decided = decidedSwaps[device.hubDeviceID] ?? []
        let kept = old.filter { swap in
            !named.contains(swap.at) && (decided.contains(swap.at) || device.meterSwaps.isEmpty && !prune)
        }
        for swap in kept {
            let origin = decided.contains(swap.at) ? ", decided on an anomaly" : ""
            keptSwaps.append("meter swap of \(device.hubDeviceID) at \(InstantText.format(swap.at))\(origin)")
        }
        return (device.meterSwaps + kept).sorted { $0.at < $1.at }
    }

    private mutating func compareSwaps(of id: String, _ old: [RegistryMeterSwap], _ new: [RegistryMeterSwap]) {
        let before = Dictionary(old.map { ($0.at, $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.at, $0) }) { first, _ in first }
        for at in Set(before.keys).union(after.keys).sorted() where before[at] != after[at] {
            if current.devices[id] != nil { changedSwaps.append(ChangedSwap(hubDeviceID: id, at: at, swap: after[at])) }
            let subject = "meter swap of \(id) at \(InstantText.format(at))"
            switch (before[at]?.summary, after[at]?.summary) {
            case (nil, let swap?): changes.append(RegistryChange(.add, subject, [swap]))
            case (let swap?, nil): changes.append(RegistryChange(.remove, subject, [swap]))
            case (let old?, let new?): changes.append(RegistryChange(.change, subject, ["\(old) -> \(new)"]))
            case (nil, nil): break
            }
        }
    }

    // MARK: Warnings

    private mutating func warnAboutZones() {
        for id in desired.deviceOrder {
            guard let device = desired.devices[id], device.adapter.readsLocalTime, device.timeZone == nil else {
                continue
            }
            warnings.append(
                "device \(id): the adapter '\(device.adapter.rawValue)' reads local times, and without time_zone they are refused"
            )
        }
    }

    // MARK: Participations

    private mutating func comparePairs(prune: Bool, now: Int64) {
        let named = desired.pairs
        for pair in named.sorted() { replace(pair, by: desired.participations(of: pair)) }
        for pair in current.pairs.subtracting(named).sorted() {
            let old = current.participations(of: pair)
            guard prune else { continue }
            let end = edge(atOrAfter: now, of: pair.community)
            let kept = old.compactMap { part -> RegistryParticipation? in
                var part = part
                if part.span.until > end { part.until = end }
                return part.span.isEmpty ? nil : part
            }
            replace(pair, by: kept)
        }
    }

    private mutating func replace(_ pair: DevicePair, by new: [RegistryParticipation]) {
        let old = current.participations(of: pair)
        guard old != new else { return }
        changedPairs.append(pair)
        let others = (result.devices[pair.hubDeviceID]?.participations ?? []).filter { $0.community != pair.community }
        result.set(others + new, of: pair.hubDeviceID)
        if current.communities[pair.community] != nil {
            func timeline(_ parts: [RegistryParticipation]) -> Timeline<[Int?]> {
                Timeline(parts.map { (span: $0.span, value: [$0.participationPPM, $0.sharePPM, $0.priority]) })
            }
            allTouched.add(timeline(old).differences(from: timeline(new)), of: pair.community, by: pair.hubDeviceID)
        }
        let subject = "participation of \(pair.hubDeviceID) in \(pair.community)"
        let texts = [old, new].map { $0.map(\.summary).joined(separator: ", ") }
        if old.isEmpty {
            changes.append(RegistryChange(.add, subject, [texts[1]]))
        } else if new.isEmpty {
            changes.append(RegistryChange(.remove, subject, [texts[0]]))
        } else {
            let isEnd = old.dropLast() == new.dropLast() && (old.last?.span.until ?? 0) > (new.last?.span.until ?? 0)
            changes.append(RegistryChange(isEnd ? .end : .change, subject, ["\(texts[0]) -> \(texts[1])"]))
        }
    }

    /// What of a meter takes part in no community stands beside its part in one of them: another factor in one, or another span, may
    /// change that, or move it, wherever the meter takes part in another one too.
    private mutating func touchElsewhere() {
        func factors(_ parts: [RegistryParticipation]) -> Timeline<Int> {
            Timeline(parts.map { (span: $0.span, value: $0.participationPPM) })
        }
        for pair in changedPairs {
            let (old, new) = (current.participations(of: pair), result.participations(of: pair))
            let spans = factors(old).differences(from: factors(new))
            let id = pair.hubDeviceID
            for other in [current, result].flatMap({ $0.devices[id]?.participations ?? [] })
            where other.community != pair.community && current.communities[other.community] != nil {
                allTouched.add(spans.compactMap { $0.intersection(other.span) }, of: other.community, by: id)
            }
        }
    }

    /// The first edge of a community's intervals that is not before an instant.
    private func edge(atOrAfter instant: Int64, of code: String) -> Int64 {
        let rules = result.communities[code]?.rules ?? []
        let interval = (rules.first { $0.span.contains(instant) } ?? rules.last)?.interval ?? 3_600_000_000
        let rest = instant % interval
        return rest > 0 ? instant - rest + interval : instant - rest
    }

    // MARK: What the file does not name

    private mutating func listNotNamed() {
        var unnamedDevices: [RegistryTables.MemberKey: Int] = [:]
        for id in current.deviceOrder where desired.devices[id] == nil {
            if let owner = current.owners[id] { unnamedDevices[owner, default: 0] += 1 }
        }
        for code in current.communityOrder where desired.communities[code] == nil {
            let members = current.memberOrder.count { $0.community == code }
            let devices = unnamedDevices.filter { $0.key.community == code }.values.reduce(0, +)
            notNamed.append(
                "community \(code), with \(Self.counted(members, "member")) and \(Self.counted(devices, "device"))"
            )
        }
        for key in current.memberOrder where desired.members[key] == nil && desired.communities[key.community] != nil {
            notNamed.append(
                "member \(key.community)/\(key.member), with \(Self.counted(unnamedDevices[key] ?? 0, "device"))"
            )
        }
        for id in current.deviceOrder where desired.devices[id] == nil {
            guard let owner = current.owners[id] else {
                notNamed.append("device \(id), which no member has")
                continue
            }
            if desired.members[owner] != nil { notNamed.append("device \(id)") }
        }
        notNamed += keptSwaps
        for pair in current.pairs.subtracting(desired.pairs).sorted() where desired.devices[pair.hubDeviceID] != nil {
            notNamed.append("participation of \(pair.hubDeviceID) in \(pair.community)")
        }
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
