@testable import EnergySharing

/// Zones around the changes of their clocks that tests look at.
enum Zones {
    /// Berlin, 2026: forward on 29 March 01:00 UTC, back on 25 October 01:00 UTC.
    static let berlin = ZoneOffsets(offsets: [
        .init(from: at("2025-10-26T01:00Z"), seconds: 3_600), .init(from: at("2026-03-29T01:00Z"), seconds: 7_200),
        .init(from: at("2026-10-25T01:00Z"), seconds: 3_600),
    ])
    /// Kolkata: five and a half hours ahead all year.
    static let kolkata = ZoneOffsets(offsets: [.init(from: .min, seconds: 19_800)])
    /// Havana, 2026: forward at midnight, so that 8 March begins at 01:00, and back from 01:00 to midnight on
    /// 1 November.
    static let havana = ZoneOffsets(offsets: [
        .init(from: .min, seconds: -18_000), .init(from: at("2026-03-08T05:00Z"), seconds: -14_400),
        .init(from: at("2026-11-01T05:00Z"), seconds: -18_000),
    ])

    /// Microseconds since 1970 of an instant.
    static func at(_ text: String) -> Int64 { InstantText.microseconds(Array(text.utf8)) ?? .min }
}
