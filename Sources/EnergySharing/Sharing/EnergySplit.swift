/// Splits a community's energy of one interval into what came from neighbours and what did not.
///
/// With C_i what member i needs, G_i what it offers, and G the sum of all offers, the key names a_i, what each member
/// gets from the community. On the producers' side the sum of a is divided pro rata of the offers, whatever the key.
/// Always, to the watt-hour:
///
/// * 0 ≤ a_i ≤ C_i, and the a_i sum to at most G; what they leave of G is the community's surplus;
/// * 0 ≤ shared_j ≤ G_j, and the shared_j sum to what the a_i sum to.
///
/// A home's own export may return to it: no key asks which offer reaches which member. A pure function: the same
/// members in the same order always give the same result.
public enum EnergySplit {
    /// Splits one interval among `members`, which come in the order that decides ties: ascending bytes of the hub
    /// device id.
    ///
    /// Needs, offers and shares below 0, or needs, offers or shares that sum to 2⁶³ or more, are a bug of the caller
    /// and trap.
    public static func split(_ members: [SharingMember], by rule: SharingRule) -> SharingResult {
        var recorder = NoRecorder()
        return split(members, by: rule, recorder: &recorder)
    }

    /// Splits one interval as ``split(_:by:)`` does, by the same code, and says how every number came about.
    public static func explain(_ members: [SharingMember], by rule: SharingRule) -> SplitTrace {
        var recorder = StepRecorder()
        let result = split(members, by: rule, recorder: &recorder)
        let given = result.communityWh.reduce(0, +)
        let offers = members.map(\.offerWh)
        let producers = DivisionStep(
            .producers,
            available: given,
            divided: given,
            on: offers,
            divisor: offers.reduce(0, +),
            parts: result.sharedWh,
            limits: offers
        )
        return SplitTrace(rule: rule, members: members, steps: recorder.steps, producers: producers, result: result)
    }

    private static func split(
        _ members: [SharingMember],
        by rule: SharingRule,
        recorder: inout some SplitRecorder
    ) -> SharingResult {
        var offers: [Int64] = []
        offers.reserveCapacity(members.count)
        var offered: Int64 = 0
        for member in members {
            precondition(
                member.needWh >= 0 && member.offerWh >= 0 && member.sharePPM >= 0,
                "a need, an offer or a share is below 0"
            )
            offers.append(member.offerWh)
            offered += member.offerWh
        }
        let community = divide(offered, among: members, by: rule, recorder: &recorder)
        return SharingResult(
            communityWh: community,
            sharedWh: WholeDivision.divide(community.reduce(0, +), on: offers)
        )
    }

    /// The consumers' side: what each member gets of the `offered` Wh.
    private static func divide(
        _ offered: Int64,
        among members: [SharingMember],
        by rule: SharingRule,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        let remainder = rule.remainder
        return switch rule.key {
        case .proportional:
            ProportionalKey.divide(offered, on: members.map(\.needWh), remainder: remainder, recorder: &recorder)
        case .static:
            StaticKey.divide(offered, among: members, remainder: remainder, recorder: &recorder).takenWh
        case .staticMultiRound:
            StaticMultiRoundKey.divide(offered, among: members, remainder: remainder, recorder: &recorder)
        case .hybrid:
            HybridKey.divide(offered, among: members, remainder: remainder, recorder: &recorder)
        case .equal:
            EqualKey.divide(
                offered,
                on: members.map(\.needWh),
                rounds: rule.rounds,
                remainder: remainder,
                recorder: &recorder
            )
        case .priority:
            PriorityKey.divide(offered, among: members, recorder: &recorder)
        case .pool:
            PoolKey.divide(offered, on: members.map(\.needWh), remainder: remainder, recorder: &recorder)
        }
    }
}
