/// The name of something that keeps the worker from being ready.
public struct HealthCondition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name, as `/readyz` shows it.
    public let description: String

    /// Names a condition.
    ///
    /// Never the id of a device or a member.
    public init(_ name: String) { description = name }

    /// The worker has not begun yet.
    public static let starting = HealthCondition("starting")
    /// The worker is on its way out.
    public static let stopping = HealthCondition("stopping")
    /// PostgreSQL is away or refuses.
    public static let database = HealthCondition("database")
    /// Kafka is away or refuses.
    public static let kafka = HealthCondition("kafka")
    /// Settlement cannot go on.
    public static let settlement = HealthCondition("settlement")

    /// A partition is halted; `readings[3]` names it.
    public static func halted(_ partition: String) -> HealthCondition {
        HealthCondition("partition \(partition) halted")
    }

    /// By name.
    public static func < (left: HealthCondition, right: HealthCondition) -> Bool {
        left.description < right.description
    }
}
