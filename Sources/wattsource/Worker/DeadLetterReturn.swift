import Ingestion
import Logging
import Observability
import PostgresStore

/// Brings back by itself what was refused because the registry did not know the device, once it does.
///
/// Any number of workers may do it at a time: each skips what another works on. It blocks its thread.
struct DeadLetterReturn {
    /// How often it looks whether the registry has changed.
    private static let every = Duration.seconds(1)
    /// After how long it looks at the letters all the same.
    private static let atLeastEvery = Duration.seconds(60)
    /// How many times as long as a transaction took ingest has the database for itself afterwards.
    private static let share = 4

    private let configuration: Configuration
    private let owner: String
    private let telemetry: WorkerTelemetry

    /// As configured, in the name of this worker.
    init(_ configuration: Configuration, owner: String, _ telemetry: WorkerTelemetry) {
        self.configuration = configuration
        self.owner = owner
        self.telemetry = telemetry
    }

    /// Runs until it is told to stop; a failure is logged and tried again.
    func run(until stopping: StopFlag) {
        var version: Int64?
        var nextLook = ContinuousClock.now
        var replay: DeadLetterReplay?
        while !stopping.isSet {
            do {
                let current = try replay ?? IngestAssembly.replay(configuration, owner: owner)
                replay = current
                let found = try current.registryVersion()
                if found != version || ContinuousClock.now >= nextLook {
                    try bringBack(current, until: stopping, pausing: true)
                    version = found
                    nextLook = .now + Self.atLeastEvery
                }
                stopping.wait(Self.every)
            } catch {
                telemetry.logger.warning(
                    "dead letters could not be replayed; it is tried again",
                    metadata: ["reason": "\(error)"]
                )
                replay?.close()
                stopping.wait(Self.every * 5)
            }
        }
        replay?.close()
    }

    /// Brings back all that there is, without pauses.
    ///
    /// - Throws: what is still so after some attempts.
    func runOnce(until stopping: StopFlag) throws {
        let replay = try IngestAssembly.replay(configuration, owner: owner)
        defer { replay.close() }
        var attempt = 0
        while !stopping.isSet {
            attempt += 1
            do {
                return try bringBack(replay, until: stopping, pausing: false)
            } catch {
                guard attempt < 5 else { throw error }
                replay.close()
                stopping.wait(Self.every)
            }
        }
    }

    private func bringBack(_ replay: DeadLetterReplay, until stopping: StopFlag, pausing: Bool) throws {
        try replay.returnUnknownDevices(
            actor: owner,
            until: { stopping.isSet },
            tell: { summary, duration in
                telemetry.record(
                    DeadLettersReplayed(
                        resolved: summary.resolved,
                        refusedAgain: summary.unresolved,
                        stored: summary.outcomes.accepted
                    )
                )
                if pausing { stopping.wait(min(duration * Self.share, .seconds(2))) }
            }
        )
    }
}
