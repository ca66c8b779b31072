extension RegistryValidator {
    /// Whether all that decides a community's grid and shares was read.
    func areRulesReadable(_ path: RegistryPath) -> Bool {
        isReadable(path["rules"]) && isReadable(path["interval_minutes"]) && isReadable(path["sharing_key"])
    }

    /// Checks that a community's rules lie on the grid, in order, without overlaps or holes.
    func checkRules(_ community: RegistryCommunity, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        let path = path["rules"]
        if community.rules.isEmpty, isReadable(path) {
            faults.append(.init(path: path, "must have at least one entry"))
        }
        for (index, rule) in community.rules.enumerated() where isReadable(path[index]) {
            checkRule(rule, at: community.rules.count == 1 ? place(of: rule, at: path, index) : path[index], &faults)
            guard index > 0, isReadable(path[index - 1]) else { continue }
            checkSuccession(from: community.rules[index - 1], to: rule, at: path[index], &faults)
        }
    }

    /// A single rule without bounds stands in the community itself.
    private func place(of rule: RegistryRule, at path: RegistryPath, _ index: Int) -> RegistryPath {
        rule.from == nil && rule.until == nil ? RegistryPath(Array(path.steps.dropLast())) : path[index]
    }

    private func checkRule(_ rule: RegistryRule, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        if let from = rule.from { checkGrid(from, rule.intervalMinutes, at: path["from"], &faults) }
        if let until = rule.until {
            checkGrid(until, rule.intervalMinutes, at: path["to"], &faults)
            if rule.span.isEmpty {
                faults.append(.init(path: path["to"], "must be after `from`, is \(InstantText.format(until))"))
            }
        }
        checkFinality(of: rule, at: path, &faults)
    }

    /// Checks that an interval is settled before it is final, and final before it is closed.
    private func checkFinality(of rule: RegistryRule, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        guard isReadable(path["finality"]) else { return }
        if isReadable(path["grace"]), rule.finality.shortest < rule.grace {
            let grace = "`grace` (\(DurationText.format(rule.grace)))"
            let message =
                switch rule.finality {
                case .after(let time): "must not be shorter than \(grace), is \(DurationText.format(time))"
                case .monthly:
                    "must be later: only \(DurationText.format(rule.finality.shortest)) after a month's last interval it would be "
                        + "final, before its \(grace) is over"
                }
            faults.append(.init(path: path["finality"], message))
        }
        if let corrections = rule.corrections, isReadable(path["corrections"]), corrections < rule.finality.longest {
            let longest = DurationText.format(rule.finality.longest)
            let finality =
                switch rule.finality {
                case .after: "`finality` (\(longest))"
                case .monthly(let day, _): "31 days and the \(day) of `finality` (\(longest))"
                }
            faults.append(
                .init(
                    path: path["corrections"],
                    "must not be shorter than \(finality), is \(DurationText.format(corrections))"
                )
            )
        }
    }

    private func checkSuccession(
        from previous: RegistryRule,
        to rule: RegistryRule,
        at path: RegistryPath,
        _ faults: inout [RegistryFault]
    ) {
        guard let from = rule.from else {
            faults.append(.init(path: path["from"], "is missing: only the first rule may begin at no given time"))
            return
        }
        guard let until = previous.until else {
            faults.append(
                .init(path: path["from"], "overlaps the rule before it, which has no end (`to` is missing there)")
            )
            return
        }
        if from != until {
            let what = from < until ? "overlaps the rule before it" : "leaves a hole after the rule before it"
            faults.append(
                .init(
                    path: path["from"],
                    "\(what): must be \(InstantText.format(until)), where that one ends, is \(InstantText.format(from))"
                )
            )
        }
    }

    /// Notes a fault if an instant is not an interval's edge.
    func checkGrid(_ instant: Int64, _ minutes: Int, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        guard minutes > 0, instant % (Int64(minutes) * 60_000_000) != 0 else { return }
        faults.append(
            .init(
                path: path,
                "must lie on the interval grid of \(minutes) minutes (UTC), is \(InstantText.format(instant))"
            )
        )
    }
}
