internal import EnergySharing

extension RegistryValidator {
    /// A participation with its place.
    struct Part {
        var path: RegistryPath
        var participation: RegistryParticipation
    }

    /// Checks participations one by one, against each other per device, and their shares per community.
    func checkParticipations(_ document: RegistryDocument, _ faults: inout [RegistryFault]) {
        var communities: [String: RegistryCommunity] = [:]
        var gridded: [String: RegistryCommunity] = [:]
        for (path, community) in document.located where isReadable(path["code"]) {
            communities[community.code] = communities[community.code] ?? community
            if areRulesReadable(path) { gridded[community.code] = gridded[community.code] ?? community }
        }
        // With an unreadable code somewhere, a community that seems missing may be that one.
        let allCodesReadable = document.located.allSatisfy { isReadable($0.path["code"]) }
        var byCommunity: [String: [Part]] = [:]
        for (path, community) in document.located {
            for (path, member) in community.located(below: path) {
                for (path, device) in member.located(below: path) {
                    let parts = device.located(below: path)
                        .filter { isReadable($0.path) }
                        .map { Part(path: $0.path, participation: $0.participation) }
                    for part in parts {
                        let code = part.participation.community
                        if communities[code] != nil {
                            checkPart(part, in: gridded[code], &faults)
                            byCommunity[code, default: []].append(part)
                        } else if allCodesReadable {
                            faults.append(
                                .init(
                                    path: part.path["community"],
                                    "must be the code of a community of this file, is '\(code)'"
                                )
                            )
                        }
                    }
                    if checkOverlaps(parts, &faults) { checkTogether(parts, of: gridded, &faults) }
                }
            }
        }
        for (path, community) in document.located where areRulesReadable(path) {
            checkShares(byCommunity[community.code] ?? [], in: community, &faults)
        }
    }

    /// Checks one participation; without a community its bounds are not compared with a grid.
    private func checkPart(_ part: Part, in community: RegistryCommunity?, _ faults: inout [RegistryFault]) {
        let participation = part.participation
        if !(1...RegistryParticipation.wholePPM).contains(participation.participationPPM) {
            faults.append(
                .init(
                    path: part.path["participation_ppm"],
                    "must be from 1 to \(RegistryParticipation.wholePPM), is \(participation.participationPPM)"
                )
            )
        }
        if let community { checkRulesHold(for: part, in: community, &faults) }
        if let rule = community?.rule(at: participation.from) {
            checkGrid(participation.from, rule.intervalMinutes, at: part.path["from"], &faults)
        }
        guard let until = participation.until else { return }
        if participation.span.isEmpty {
            faults.append(.init(path: part.path["to"], "must be after `from`, is \(InstantText.format(until))"))
        } else if let rule = community?.rule(at: until - 1) {
            checkGrid(until, rule.intervalMinutes, at: part.path["to"], &faults)
        }
    }

    /// Where only a part of a meter takes part, what takes part in none stands beside one of its parts: each community has to settle its own.
    private func checkRulesHold(for part: Part, in community: RegistryCommunity, _ faults: inout [RegistryFault]) {
        guard part.participation.participationPPM < RegistryParticipation.wholePPM,
            let first = community.rules.first, let last = community.rules.last
        else { return }
        let rules = TimeSpan(from: first.from, until: last.until)
        let span = part.participation.span
        if span.from < rules.from {
            faults.append(
                .init(
                    path: part.path["from"],
                    "must not be before \(InstantText.format(rules.from)), where the rules of the community '\(community.code)' begin, "
                        + "as only a part of the meter takes part"
                )
            )
        }
        if span.until > rules.until {
            faults.append(
                .init(
                    path: part.path["to"],
                    "must not be after \(InstantText.format(rules.until)), where the rules of the community '\(community.code)' end, "
                        + "as only a part of the meter takes part"
                )
            )
        }
    }

    /// Notes what overlaps within one community; `true` if nothing does.
    private func checkOverlaps(_ parts: [Part], _ faults: inout [RegistryFault]) -> Bool {
        let before = faults.count
        for (index, part) in parts.enumerated() {
            let other = parts[..<index].first {
                $0.participation.community == part.participation.community
                    && $0.participation.span.overlaps(part.participation.span)
            }
            guard let other else { continue }
            let there = "\(other.path.description.split(separator: ".").last ?? "")"
            faults.append(.init(path: part.path, "overlaps \(there) of the same device in the same community"))
        }
        return faults.count == before
    }

    /// Sweeps over time: wherever a key uses shares, those that hold at an instant sum to 1,000,000 ppm at most.
    private func checkShares(_ parts: [Part], in community: RegistryCommunity, _ faults: inout [RegistryFault]) {
        let shares = parts.filter { ($0.participation.sharePPM ?? 0) > 0 }
        // The sum can only rise where a participation or a rule begins.
        let begins = Set(shares.map(\.participation.from) + community.rules.compactMap(\.from))
        var starts = shares.sorted { $0.participation.from < $1.participation.from }[...]
        var active: [Part] = []
        for instant in begins.sorted() {
            active.removeAll { !$0.participation.span.contains(instant) }
            while let next = starts.first, next.participation.from <= instant {
                starts.removeFirst()
                if next.participation.span.contains(instant) { active.append(next) }
            }
            guard let rule = community.rules.first(where: { $0.span.contains(instant) }), rule.sharing.key.usesShares
            else { continue }
            let sum = active.reduce(0) { $0 + ($1.participation.sharePPM ?? 0) }
            guard sum > RegistryParticipation.wholePPM, let last = active.last else { continue }
            faults.append(
                .init(
                    path: last.path["share_ppm"],
                    "the shares of the community '\(community.code)' must sum to 1000000 at most, "
                        + "sum to \(sum) from \(InstantText.format(instant)) on"
                )
            )
            return
        }
    }
}

extension RegistryCommunity {
    /// The rule that holds at an instant; before the first one and after the last one, that one.
    fileprivate func rule(at instant: Int64) -> RegistryRule? {
        rules.first { $0.span.contains(instant) } ?? rules.first { $0.span.from > instant } ?? rules.last
    }
}
