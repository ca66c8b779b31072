internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings
public import Settlement

/// Explains a meter's numbers of one interval.
///
/// Terms and readings are loaded by what settlement loads them with, and computed by what it computes with, all in one read-only
/// snapshot: nothing is locked, nothing changes.
public struct ExplanationQuery {
    let store: PostgresSettlementStore

    /// Asks over a settlement store of its own, of which no claim is open.
    public init(_ store: PostgresSettlementStore) { self.store = store }

    /// A device, as the registry knows it.
    struct Device {
        var id: Int32
        var hubDeviceID: String
        var kind: TelemetryKind
        var member: EnergyReport.Member?
        var home: String?
    }

    /// A community, as the registry knows it.
    struct Community {
        var id: Int32
        var code: String
        var name: String
        var timeZone: String
    }

    /// Explains.
    ///
    /// - Parameters:
    ///   - device: the meter's name on the hub.
    ///   - instant: any within the interval: microseconds since 1970-01-01T00:00:00Z.
    ///   - code: of the community; `nil`: all that the meter takes part in.
    ///   - idleAfter: from when on a partition at its end does not hold the watermark, as settlement has it.
    /// - Throws: ``QueryFailure`` if there is nothing to explain, with the reason; ``SettlementFailure`` if the database does not answer.
    public func explain(
        device: String,
        at instant: Int64,
        community code: String? = nil,
        idleAfter: Duration = SettlementSettings().idleAfter
    ) throws -> IntervalExplanation {
        let connection = try store.perform { connection throws(PostgresError) in
            try connection.run("begin isolation level repeatable read read only; set local jit = off")
            return connection
        }
        defer { connection.rollback() }
        let found = try findDevice(device, connection)
        let communities = try communities(of: found, named: code, connection)
        var explanation = IntervalExplanation(
            hubDeviceID: found.hubDeviceID,
            kind: found.kind,
            member: found.member,
            home: found.home,
            communities: [],
            waiting: []
        )
        for community in communities {
            let terms = try PostgresSettlementStore.terms(of: community.id, connection)
            guard let rule = terms.rules.first(where: { $0.validFrom <= instant && instant < $0.validUntil }) else {
                continue
            }
            let start = rule.intervalStart(at: instant)
            let taking = terms.participations.first {
                $0.deviceID == found.id && $0.from <= start && start < $0.until
            }
            guard let participation = taking else { continue }
            let interval = SettledQuery(
                connection,
                community,
                device: found.id,
                start: start,
                end: start + rule.interval
            )
            guard let status = try interval.status() else {
                let watermark = try store.streamWatermark(idleAfter: idleAfter)
                explanation.waiting.append(try interval.waitsFor(watermark: watermark, grace: rule.grace))
                continue
            }
            explanation.communities.append(try explain(found, interval, status, terms, participation))
        }
        // A connection that broke was made anew meanwhile, and what it read was of another snapshot.
        guard connection.isInTransaction else {
            throw SettlementFailure(isRetriable: true, "the connection to PostgreSQL broke: ask again")
        }
        if explanation.communities.isEmpty {
            throw try nothing(found, instant, communities, explanation.waiting, connection)
        }
        return explanation
    }

    private func explain(
        _ device: Device,
        _ interval: SettledQuery,
        _ status: CommunityExplanation.Status,
        _ terms: CommunityTerms,
        _ participation: Participation
    ) throws -> CommunityExplanation {
        let labels = try interval.labels()
        let sealedUntil = try interval.sealedUntil()
        let isSealed = sealedUntil.map { interval.start < $0 } ?? false
        let revisions = try interval.revisions(newest: status)
        return CommunityExplanation(
            community: interval.community.code,
            name: interval.community.name,
            timeZone: interval.community.timeZone,
            start: interval.start,
            end: interval.end,
            startLabel: labels.start,
            endLabel: labels.end,
            status: status,
            computed: isSealed ? nil : try compute(device, interval, terms, participation),
            sealedUntil: isSealed ? sealedUntil : nil,
            stored: revisions.first?.row,
            due: try interval.due(),
            revisions: revisions
        )
    }

    private func compute(
        _ device: Device,
        _ interval: SettledQuery,
        _ terms: CommunityTerms,
        _ participation: Participation
    ) throws -> CommunityExplanation.Computed? {
        guard let inputs = try IntervalInputs.read(at: interval.start, terms, from: store),
            let place = inputs.meters.firstIndex(where: { $0.deviceID == device.id }),
            let meter = terms.meters[device.id]
        else {
            throw StoredContradiction(
                "community \(interval.community.code): settlement does not see the interval that is stored: a fault of wattsource, "
                    + "please report it"
            )
        }
        return CommunityExplanation.Computed(
            evidence: try EvidenceQuery(store, interval, meter).evidence(),
            participation: participation,
            elsewhere: try interval.elsewhere(),
            profile: try interval.profile(),
            inputs: inputs,
            trace: EnergySplit.explain(inputs.members, by: inputs.rule.sharing),
            names: inputs.meters.map { terms.meters[$0.deviceID]?.hubDeviceID ?? "" },
            place: place
        )
    }
}
