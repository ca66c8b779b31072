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
        if isReadable(path["finality"]), isReadable(path["grace"]), rule.finality < rule.grace {
            let finality = DurationText.format(rule.finality)
            let grace = DurationText.format(rule.grace)
            faults.append(.init(path: path["finality"], "must not be shorter than `grace` (\(grace)), is \(finality)"))
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
