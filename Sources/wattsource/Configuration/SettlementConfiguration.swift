/// When and in what portions intervals are settled.
struct SettlementConfiguration: Sendable, Equatable {
    /// How often the attribute loop looks for what is due.
    var every = Duration.seconds(1)
    /// A partition that is at its end for so long does not hold the watermark any more.
    var idleAfter = Duration.seconds(30)
    /// The most attribution rows (meters x intervals) that one transaction writes.
    var chunkRows = 50_000
    /// How far back settled intervals may be corrected; readings are kept at least so long.
    var correctionHorizon = Duration.seconds(60 * 86_400)
}
