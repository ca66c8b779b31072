/// A decision that can be taken on an anomaly, and what it would do to the energy.
public struct DecisionChoice: Sendable, Equatable {
    /// The decision as the command line takes it: `--as set-aside --reading before`.
    public var arguments: String
    /// Its effect; `nil`: none, or it needs values that only a person knows.
    public var effect: DecisionEffect?

    /// The choices for an open anomaly.
    static func all(for context: AnomalyContext) -> [DecisionChoice] {
        let candidates: [(String, AnomalyDecision)] = [
            ("--as meter-swap", .meterSwap(at: nil, imported: nil, exported: nil)), ("--as set-aside", .setAside(nil)),
            ("--as set-aside --reading before", .setAside(.before)),
            ("--as set-aside --reading after", .setAside(.after)),
            ("--as accept", .accept),
        ]
        let isOne = context.anomaly.fromAt == context.anomaly.toAt
        return candidates.compactMap { arguments, decision in
            if case .setAside(.some) = decision, isOne { return nil }
            guard let outcome = try? DecisionRules.outcome(of: decision, context) else { return nil }
            return DecisionChoice(arguments: arguments, effect: context.effect(of: outcome))
        }
    }
}
