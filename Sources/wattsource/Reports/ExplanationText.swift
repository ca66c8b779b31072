import EnergySharing
import MeterReadings
import PostgresStore
import Settlement

/// How a meter's numbers of one interval came about, for people: so that they can do it again with a pencil.
///
/// Numbers of a calculation are plain, without separators; times are UTC.
struct ExplanationText {
    /// What is explained.
    let explanation: IntervalExplanation
    /// Whether the lines of all members are shown, by name; else the meter's own, and how many others there are.
    let showsAll: Bool
    /// How it is shown.
    let style: TerminalStyle

    /// All lines.
    func lines() -> [String] {
        var subject = TerminalText.safe(explanation.hubDeviceID)
        if let member = explanation.member {
            subject += ", of member \(member.code) (\(TerminalText.safe(member.name))) of \(explanation.home ?? "")"
        }
        var lines = [style.paint(subject, .bold)]
        for community in explanation.communities { lines += [""] + self.lines(of: community) }
        for sentence in explanation.waiting { lines += ["", sentence] }
        return lines
    }

    private func lines(of community: CommunityExplanation) -> [String] {
        var lines = heading(community)
        if let computed = community.computed {
            lines += ["", section(1, "What the meter said")] + EvidenceText(community, computed.evidence).lines()
            lines += ["", section(2, "What of it takes part")] + part(community, computed)
            lines += ["", section(3, "How it was split")] + split(computed)
            lines += ["", section(4, "What came of it")] + result(community, computed)
        } else {
            lines += [
                "", section(4, "What came of it"),
                "the readings are gone by retention: the time before \(TimeText.utc(community.sealedUntil ?? 0)) is sealed, and what is",
                "stored of it stays as it is",
            ]
            lines += table([("stored", community.stored)])
        }
        return lines + ["", section(5, "Revisions")] + revisions(community)
    }

    private func section(_ number: Int, _ title: String) -> String { style.paint("\(number). \(title)", .bold) }

    // MARK: The interval

    private func heading(_ community: CommunityExplanation) -> [String] {
        let status = community.status
        var life = "\(status.state), revision \(status.revision), settled \(TimeText.seconds(status.settledAt))"
        life += status.cause.map { " again: \($0)" } ?? ""
        let finality = TimeText.utc(status.finalAt)
        life +=
            status.state == "provisional"
            ? "; final when the stream's watermark passes \(finality)"
            : "; final since the stream's watermark passed \(finality)"
        var lines = [
            style.paint("\(TerminalText.safe(community.name)) (\(community.community))", .bold)
                + ", \(community.startLabel) to \(community.endLabel), \(community.timeZone)",
            "\(TimeText.utc(community.start)) to \(TimeText.utc(community.end)) in UTC, as are all times from here on",
            life,
            "\(status.received) of \(EnergyText.count(status.expected, "meter")) that should have a value "
                + (status.received == 1 ? "has one" : "have one"),
        ]
        if !status.missing.isEmpty {
            let hasOwn = status.missing.contains(explanation.hubDeviceID)
            let names = showsAll ? status.missing : hasOwn ? [explanation.hubDeviceID] : []
            if !names.isEmpty { lines.append("missing: \(names.map(TerminalText.safe).joined(separator: ", "))") }
        }
        return lines
    }

    // MARK: The part

    private func part(_ community: CommunityExplanation, _ computed: CommunityExplanation.Computed) -> [String] {
        let meter = computed.inputs.meters[computed.place]
        let member = computed.inputs.members[computed.place]
        let ppm = meter.participationPPM
        var lines: [String] = []
        if !meter.isExpected {
            lines.append(
                "the meter has no reading at or before the beginning: it is not expected yet, and has no value"
            )
        }
        if let whole = meter.whole {
            if ppm == ParticipationPart.wholePPM {
                lines.append("all of it: \(whole.importWh) Wh imported, \(whole.exportWh) Wh exported")
            } else {
                lines.append(
                    "a factor of \(ppm) in 1000000: ⌊\(whole.importWh) × \(ppm) / 1000000⌋ = \(member.needWh) Wh imported, "
                        + "⌊\(whole.exportWh) × \(ppm) / 1000000⌋ = \(member.offerWh) Wh exported"
                )
                lines += elsewhere(whole, member, computed)
            }
        } else if meter.isExpected {
            lines.append("the meter has no value: it counts as 0 here, has no row, and is listed as missing")
        }
        switch computed.inputs.rule.sharing.key {
        case .static, .staticMultiRound, .hybrid: lines.append(share(member, computed))
        case .priority:
            lines.append(member.priority.map { "served with priority \($0)" } ?? "without a priority: served last")
        case .proportional, .equal, .pool: break
        }
        return lines
    }

    private func elsewhere(
        _ whole: IntervalEnergy,
        _ member: SharingMember,
        _ computed: CommunityExplanation.Computed
    ) -> [String] {
        var lines: [String] = []
        var rest = (imported: [whole.importWh, member.needWh], exported: [whole.exportWh, member.offerWh])
        for other in computed.elsewhere {
            let imported = ParticipationPart.of(whole.importWh, ppm: other.participationPPM)
            let exported = ParticipationPart.of(whole.exportWh, ppm: other.participationPPM)
            rest.imported.append(imported)
            rest.exported.append(exported)
            lines.append(
                "in \(other.community) a factor of \(other.participationPPM): \(imported) Wh imported, \(exported) Wh exported"
            )
        }
        func difference(_ parts: [Int64]) -> String {
            parts.map { "\($0)" }.joined(separator: " − ") + " = \(parts.dropFirst().reduce(parts[0], -)) Wh"
        }
        lines.append("in no community: \(difference(rest.imported)) imported, \(difference(rest.exported)) exported")
        return lines
    }

    private func share(_ member: SharingMember, _ computed: CommunityExplanation.Computed) -> String {
        let share = "\(member.sharePPM) in 1000000"
        guard let profile = computed.profile else { return "a fixed share of \(share)" }
        let span = "the profile from \(TimeText.utc(profile.from)) to \(TimeText.utc(profile.until))"
        guard let source = profile.source else { return "no share: \(span) does not name the meter" }
        return "a share of \(share): hour number \(profile.hour) (from 0) of \(span), by \(TerminalText.safe(source))"
    }

    // MARK: The split

    private func split(_ computed: CommunityExplanation.Computed) -> [String] {
        let rule = computed.inputs.rule
        let since = rule.validFrom == .min ? "from the beginning" : "since \(TimeText.utc(rule.validFrom))"
        let until = rule.validUntil == .max ? "" : ", until \(TimeText.utc(rule.validUntil))"
        var key = "by the rule that holds \(since)\(until)"
        if rule.sharing.key == .equal { key += ", applied \(rule.sharing.rounds == .one ? "once" : "again and again")" }
        let names = computed.names.map(TerminalText.safe)
        return [key] + computed.trace.text(names: names, member: showsAll ? nil : computed.place)
    }

    // MARK: The result

    private func result(_ community: CommunityExplanation, _ computed: CommunityExplanation.Computed) -> [String] {
        table([("computed now", computed.row), ("stored", community.stored)]) + Self.agreement(community)
    }

    /// How what is computed and what is stored go together, in words.
    static func agreement(_ community: CommunityExplanation) -> [String] {
        let again =
            "wattsource settle --community \(community.community) --from \(TimeText.utc(community.start)) "
            + "--until \(TimeText.utc(community.end))"
        var causes = community.due.causes
        if community.due.marks > 0 {
            causes.append(
                "\(EnergyText.count(community.due.marks, "reading")) touched it that no worker has looked at yet"
            )
        }
        let due = "due again (\(causes.joined(separator: "; "))): a running worker settles it"
        let closed =
            community.due.closedSince.map {
                "late readings touched it after its time for corrections (noted \(TimeText.seconds($0))): it stays as it is, "
                    + "unless somebody runs\n\(again)"
            } ?? ""
        let lines: [String] =
            switch community.agreement {
            case .same where community.due.isDue: ["they are the same, and the interval is \(due)"]
            case .same: ["they are the same"] + (closed.isEmpty ? [] : [closed])
            case .due: ["they differ, because the interval is \(due)"]
            case .closed: ["they differ, because \(closed)"]
            case .fault:
                [
                    "they differ, and nothing of the interval is due again: this is a fault of wattsource, please report it;",
                    "this settles the interval again: \(again)",
                ]
            case .sealed: []
            }
        return lines.flatMap { $0.split(separator: "\n").map(String.init) }
    }

    private func table(_ rows: [(String, AttributionRow?)]) -> [String] {
        let hasUnshared = rows.contains { $0.1?.unsharedImportWh != nil }
        var table = TextTable([.text("")] + Self.columns(hasUnshared))
        for (name, row) in rows { table.append([name] + Self.cells(row, hasUnshared)) }
        return table.lines()
    }

    private func revisions(_ community: CommunityExplanation) -> [String] {
        let hasUnshared = community.revisions.contains { $0.row?.unsharedImportWh != nil }
        var table = TextTable(
            [.number("revision"), .text("settled"), .text("cause")] + Self.columns(hasUnshared)
        )
        for revision in community.revisions {
            let cause = revision.isKnown ? revision.cause ?? (revision.number == 0 ? "first" : "-") : "not kept"
            table.append(
                ["\(revision.number)", TimeText.seconds(revision.settledAt), cause]
                    + Self.cells(revision.row, hasUnshared)
            )
        }
        var lines = table.lines()
        if community.status.state == "provisional" {
            lines.append("what changes before the interval is final takes the place of what was there")
        }
        return lines
    }

    private static func columns(_ hasUnshared: Bool) -> [TextTable.Column] {
        ["import", "community", "grid", "export", "shared", "surplus"].map { .number($0) } + [.text("quality")]
            + (hasUnshared ? [.number("unshared import"), .number("unshared export")] : [])
    }

    private static func cells(_ row: AttributionRow?, _ hasUnshared: Bool) -> [String] {
        guard let row else { return [String](repeating: "-", count: hasUnshared ? 9 : 7) }
        let amounts = [row.importWh, row.communityWh, row.gridWh, row.exportWh, row.sharedWh, row.surplusWh]
        let unshared = [row.unsharedImportWh, row.unsharedExportWh].map { $0.map { "\($0)" } ?? "-" }
        return amounts.map { "\($0)" } + [row.quality.text] + (hasUnshared ? unshared : [])
    }
}

extension EnergyQuality {
    /// The letter: M, S or E.
    var text: String { String(UnicodeScalar(letter)) }
}
