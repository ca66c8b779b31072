internal import EnergySharing

/// What must hold for a device that takes part in several communities, at every instant.
extension RegistryValidator {
    /// Sweeps over the time of one device: of those of its participations that hold at an instant there are five at most, their
    /// factors sum to 1,000,000 at most, and their communities have intervals of one length and one limit for corrections: else a late
    /// reading would change one part of the meter and not the other.
    ///
    /// Of each of these the first instant is told. A community without a rule at an instant settles nothing there, and has no
    /// length.
    ///
    /// - Parameters:
    ///   - parts: the device's participations; within one community they do not overlap.
    ///   - communities: those whose rules are known, by code.
    func checkTogether(
        _ parts: [Part],
        of communities: [String: RegistryCommunity],
        _ faults: inout [RegistryFault]
    ) {
        guard parts.count > 1 else { return }
        let rules = Set(parts.map(\.participation.community)).flatMap { communities[$0]?.rules ?? [] }
        // Only there can a sum or a number rise, or a length become another one.
        let begins = Set(parts.map(\.participation.from) + rules.compactMap(\.from))
        var open: Set<Together> = Set(Together.allCases)
        for instant in begins.sorted() where !open.isEmpty {
            let active = parts.filter { $0.participation.span.contains(instant) }
            guard active.count > 1 else { continue }
            for fault in open.sorted() {
                guard let found = fault.check(active, communities, at: instant) else { continue }
                faults.append(found)
                open.remove(fault)
            }
        }
    }

    /// One of the things that must hold.
    private enum Together: Int, Comparable, CaseIterable {
        case factors
        case number
        case lengths
        case corrections

        static func < (left: Together, right: Together) -> Bool { left.rawValue < right.rawValue }

        /// The fault of what holds at an instant, at the participation that began last.
        func check(
            _ active: [Part],
            _ communities: [String: RegistryCommunity],
            at instant: Int64
        ) -> RegistryFault? {
            guard let newest = active.enumerated().max(by: Self.beganBefore)?.element else { return nil }
            let time = InstantText.format(instant)
            switch self {
            case .factors:
                let sum = active.reduce(0) { $0 + $1.participation.participationPPM }
                guard sum > RegistryParticipation.wholePPM else { return nil }
                let parts = active.map { "\($0.participation.community) \($0.participation.participationPPM)" }
                return RegistryFault(
                    path: newest.path["participation_ppm"],
                    "the parts of a device must sum to \(RegistryParticipation.wholePPM) at most, sum to \(sum) from \(time) on: "
                        + parts.joined(separator: ", ")
                )
            case .number:
                guard active.count > RegistryParticipation.mostCommunities else { return nil }
                return RegistryFault(
                    path: newest.path,
                    "a device may be in \(RegistryParticipation.mostCommunities) communities at a time, "
                        + "is in \(active.count) from \(time) on"
                )
            case .lengths:
                let lengths = Self.values(active, communities, at: instant) { "\($0.intervalMinutes) min" }
                guard Set(lengths.map(\.value)).count > 1 else { return nil }
                return RegistryFault(
                    path: newest.path,
                    "the communities of a device must have intervals of one length, have several from \(time) on: "
                        + lengths.map { "\($0.code) \($0.value)" }.joined(separator: ", ")
                )
            case .corrections:
                let limits = Self.values(active, communities, at: instant) { rule in
                    rule.corrections.map { DurationText.format($0) } ?? "none"
                }
                guard Set(limits.map(\.value)).count > 1 else { return nil }
                return RegistryFault(
                    path: newest.path,
                    "the communities of a device must have one limit for `corrections`, have several from \(time) on: "
                        + limits.map { "\($0.code) \($0.value)" }.joined(separator: ", ")
                )
            }
        }

        /// What the rules of the communities that have one at an instant say.
        private static func values(
            _ active: [Part],
            _ communities: [String: RegistryCommunity],
            at instant: Int64,
            _ value: (RegistryRule) -> String
        ) -> [(code: String, value: String)] {
            active.compactMap { part in
                communities[part.participation.community]?.rules.first { $0.span.contains(instant) }
                    .map { (code: part.participation.community, value: value($0)) }
            }
        }

        /// By the beginning, then by the place in the file.
        private static func beganBefore(_ left: (offset: Int, element: Part), _ right: (offset: Int, element: Part))
            -> Bool
        {
            (left.element.participation.from, left.offset) < (right.element.participation.from, right.offset)
        }
    }
}
