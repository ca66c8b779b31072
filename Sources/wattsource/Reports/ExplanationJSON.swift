import EnergySharing
import PostgresStore
import Settlement

/// How a meter's numbers of one interval came about as one JSON object: energy as integers in Wh, times as RFC 3339 in UTC.
///
/// Members: `hub_device_id`, `member`, `home` (the member's community), `communities`, `waiting` (sentences). A community has `community`,
/// `name`, `time_zone`, `interval_start`, `interval_end`, `state`, `revision`, `cause`, `settled_at`, `final_at`, `expected`, `received`,
/// `missing`, `sealed_until`, `meter` (``EvidenceJSON``), `participation`, `rule`, `split`, `computed` and `stored` (rows), `agreement`
/// (`same`, `due`, `closed`, `fault`, `sealed`), `due`, `revisions`. Of other members there are sums only, unless all are wanted.
struct ExplanationJSON {
    private let explanation: IntervalExplanation
    private let showsAll: Bool

    /// Makes the object of an explanation; `showsAll`: with the lines of all members.
    init(_ explanation: IntervalExplanation, showsAll: Bool) {
        self.explanation = explanation
        self.showsAll = showsAll
    }

    /// The object.
    var value: JSONValue {
        .object([
            .init("hub_device_id", .string(explanation.hubDeviceID)),
            .init("member", .optional(explanation.member?.code)),
            .init("home", .optional(explanation.home)),
            .init("communities", .array(explanation.communities.map(community))),
            .init("waiting", .array(explanation.waiting.map(JSONValue.string))),
        ])
    }

    private func community(_ community: CommunityExplanation) -> JSONValue {
        let status = community.status
        let missing = showsAll ? status.missing : status.missing.filter { $0 == explanation.hubDeviceID }
        return .object([
            .init("community", .string(community.community)), .init("name", .string(community.name)),
            .init("time_zone", .string(community.timeZone)),
            .init("interval_start", .string(TimeText.utc(community.start))),
            .init("interval_end", .string(TimeText.utc(community.end))),
            .init("local_start", .string(community.startLabel)), .init("local_end", .string(community.endLabel)),
            .init("state", .string(status.state)), .init("revision", .integer(status.revision)),
            .init("cause", .optional(status.cause)), .init("settled_at", .string(TimeText.utc(status.settledAt))),
            .init("final_at", .string(TimeText.utc(status.finalAt))), .init("expected", .integer(status.expected)),
            .init("received", .integer(status.received)), .init("missing", .array(missing.map(JSONValue.string))),
            .init("sealed_until", .optional(community.sealedUntil.map(TimeText.utc))),
            .init("meter", community.computed.map { EvidenceJSON.value($0.evidence) } ?? .null),
            .init("participation", community.computed.map(participation) ?? .null),
            .init("rule", community.computed.map { rule($0.inputs.rule) } ?? .null),
            .init("split", community.computed.map(split) ?? .null),
            .init("computed", Self.row(community.computed?.row)), .init("stored", Self.row(community.stored)),
            .init("agreement", .string(community.agreement.rawValue)),
            .init(
                "due",
                .object([
                    .init("marks", .integer(community.due.marks)),
                    .init("causes", .array(community.due.causes.map(JSONValue.string))),
                    .init("closed_since", .optional(community.due.closedSince.map(TimeText.utc))),
                ])
            ),
            .init("revisions", .array(community.revisions.map(revision))),
        ])
    }

    // MARK: Participation and rule

    private func participation(_ computed: CommunityExplanation.Computed) -> JSONValue {
        let meter = computed.inputs.meters[computed.place]
        let member = computed.inputs.members[computed.place]
        let elsewhere = computed.elsewhere.map { other in
            JSONValue.object([
                .init("community", .string(other.community)),
                .init("participation_ppm", .integer(other.participationPPM)),
                .init("import_wh", part(meter.whole?.importWh, other)),
                .init("export_wh", part(meter.whole?.exportWh, other)),
            ])
        }
        let profile = computed.profile.map { profile in
            JSONValue.object([
                .init("from", .string(TimeText.utc(profile.from))),
                .init("until", .string(TimeText.utc(profile.until))),
                .init("hour", .integer(profile.hour)), .init("source", .optional(profile.source)),
            ])
        }
        return .object([
            .init("is_expected", .boolean(meter.isExpected)),
            .init("participation_ppm", .integer(meter.participationPPM)),
            .init("import_wh", meter.whole == nil ? .null : .integer(member.needWh)),
            .init("export_wh", meter.whole == nil ? .null : .integer(member.offerWh)),
            .init("elsewhere", .array(elsewhere)), .init("share_ppm", .integer(member.sharePPM)),
            .init("share_profile", profile ?? .null), .init("priority", .optional(member.priority.map { Int64($0) })),
        ])
    }

    private func part(_ wh: Int64?, _ other: CommunityExplanation.Elsewhere) -> JSONValue {
        .optional(wh.map { ParticipationPart.of($0, ppm: other.participationPPM) })
    }

    private func rule(_ rule: SettlementRule) -> JSONValue {
        .object([
            .init("sharing_key", .string(rule.sharing.key.rawValue)),
            .init("rounds", .string(rule.sharing.rounds.rawValue)),
            .init("remainder", .string(rule.sharing.remainder.rawValue)),
            .init("valid_from", .optional(rule.validFrom == .min ? nil : TimeText.utc(rule.validFrom))),
            .init("valid_until", .optional(rule.validUntil == .max ? nil : TimeText.utc(rule.validUntil))),
        ])
    }

    // MARK: The split

    private func split(_ computed: CommunityExplanation.Computed) -> JSONValue {
        let trace = computed.trace
        let steps = trace.steps.map { step in
            switch step {
            case .division(let division): self.division(division, computed)
            case .queue(let queue): self.queue(queue, computed)
            }
        }
        return .object([
            .init("members", .integer(Int64(trace.members.count))), .init("offered_wh", .integer(trace.offeredWh)),
            .init("needed_wh", .integer(trace.neededWh)), .init("shared_wh", .integer(trace.sharedWh)),
            .init("steps", .array(steps)), .init("producers", division(trace.producers, computed)),
        ])
    }

    private func division(_ step: DivisionStep, _ computed: CommunityExplanation.Computed) -> JSONValue {
        let (kind, round): (String, Int64?) =
            switch step.purpose {
            case .fixedShares: ("fixed-shares", nil)
            case .round(let number): ("round", Int64(number))
            case .inProportion: ("in-proportion", nil)
            case .producers: ("producers", nil)
            }
        let lines = step.lines.filter { isShown($0.member, computed) }.map { line in
            JSONValue.object([
                .init("meter", .string(computed.names[line.member])), .init("weight", .integer(line.weight)),
                .init("quota_wh", .integer(line.quotaWh)), .init("remainder", .integer(line.remainder)),
                .init("extra_place", .optional(line.extraPlace.map { Int64($0) })),
                .init("part_wh", .integer(line.partWh)), .init("limit_wh", .integer(line.limitWh)),
                .init("taken_wh", .integer(line.takenWh)),
            ])
        }
        return .object([
            .init("kind", .string(kind)), .init("round", .optional(round)),
            .init("available_wh", .integer(step.availableWh)), .init("divided_wh", .integer(step.dividedWh)),
            .init("divisor", .integer(step.divisor)), .init("meters", .integer(Int64(step.lines.count))),
            .init("lines", .array(lines)),
        ])
    }

    private func queue(_ step: QueueStep, _ computed: CommunityExplanation.Computed) -> JSONValue {
        let lines = step.lines.enumerated().filter { isShown($0.element.member, computed) }.map { number, line in
            JSONValue.object([
                .init("meter", .string(computed.names[line.member])), .init("number", .integer(Int64(number + 1))),
                .init("priority", .optional(line.priority.map { Int64($0) })),
                .init("left_wh", .integer(line.leftBeforeWh)), .init("limit_wh", .integer(line.limitWh)),
                .init("taken_wh", .integer(line.takenWh)),
            ])
        }
        return .object([
            .init("kind", "priority"), .init("meters", .integer(Int64(step.lines.count))),
            .init("lines", .array(lines)),
        ])
    }

    private func isShown(_ member: Int, _ computed: CommunityExplanation.Computed) -> Bool {
        showsAll || member == computed.place
    }

    // MARK: Rows

    private func revision(_ revision: CommunityExplanation.Revision) -> JSONValue {
        .object([
            .init("revision", .integer(revision.number)), .init("is_known", .boolean(revision.isKnown)),
            .init("cause", .optional(revision.cause)),
            .init("settled_at", .optional(revision.settledAt.map(TimeText.utc))), .init("row", Self.row(revision.row)),
        ])
    }

    private static func row(_ row: AttributionRow?) -> JSONValue {
        guard let row else { return .null }
        return .object([
            .init("import_wh", .integer(row.importWh)), .init("community_wh", .integer(row.communityWh)),
            .init("grid_wh", .integer(row.gridWh)), .init("export_wh", .integer(row.exportWh)),
            .init("shared_wh", .integer(row.sharedWh)), .init("surplus_wh", .integer(row.surplusWh)),
            .init("quality", .string(row.quality.text)), .init("unshared_import_wh", .optional(row.unsharedImportWh)),
            .init("unshared_export_wh", .optional(row.unsharedExportWh)),
        ])
    }
}
