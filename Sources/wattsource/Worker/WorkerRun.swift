import Ingestion
import KafkaSource
import Logging
import Observability
import PostgresStore
import ServiceLifecycle
import Settlement
import Synchronization
import WorkerHTTP

/// One run of the worker: its loops, each on a thread of its own, and what surrounds them.
final class WorkerRun: Sendable {
    private let configuration: Configuration
    private let loops: RunCommand.Loop?
    private let drains: Bool
    private let owner: String
    private let telemetry: WorkerTelemetry
    /// Ends everything.
    private let stopping = StopFlag()
    private let deadline: StopDeadline
    private let httpFailure = Mutex<CommandFailure?>(nil)
    /// The loops have ended by themselves, not by order.
    private let isDone = StopFlag()
    /// Ends the attribute loop of a drain, which then settles the rest.
    private let ingestEnded = StopFlag()

    /// Checks what can be checked before anything starts.
    init(_ configuration: Configuration, loops: RunCommand.Loop?, drains: Bool, owner: String?) throws {
        self.configuration = configuration
        self.loops = loops
        self.drains = drains
        self.owner = owner ?? WorkerName.ofThisProcess
        telemetry = WorkerTelemetry(logger: WorkerLog.logger(configuration.log))
        // Whoever waits for a drain must not take a stopped one for a finished one.
        deadline = StopDeadline(stopping, telemetry.logger, unfinished: drains ? .unavailable : .success)
        _ = try configuration.requireDatabase()
        if loops != .attribute {
            let kafka = try configuration.requireKafka()
            do throws(KafkaConfigurationFailure) {
                try kafka.consumerConfiguration.check()
            } catch {
                throw CommandFailure(.configuration, error.description)
            }
        }
    }

    /// Runs until it is told to stop, is drained, or cannot go on.
    ///
    /// - Throws: ``CommandFailure`` with the exit code.
    func run() async throws {
        let signals = StopSignals(stopping)
        defer {
            deadline.lift()
            withExtendedLifetime(signals) {}
        }
        try await requireSchema()
        telemetry.record(
            WorkerStarted(
                worker: owner,
                version: WattsourceVersion.text,
                librdkafka: "\(LibraryVersion.running)",
                libpq: LibPQ.runningVersion
            )
        )
        for limitation in LibraryVersion.running.limitations where loops != .attribute {
            telemetry.logger.notice("librdkafka is old", metadata: ["limitation": "\(limitation)"])
        }
        let serving = serveHTTP()
        // A drain ends soon; what is kept is the worker's business.
        async let upkeep: Void = drains ? () : keepUp()
        async let returned: Void = drains || loops == .attribute ? () : returnDeadLetters()
        async let announced: Void = announceStop()
        async let attributed = attribute()
        let ingested = await ingest()
        ingestEnded.set()
        let settled = await attributed
        // A drain's upkeep has nothing to wait for; a worker's ends with its loops.
        if !stopping.isSet { isDone.set() }
        stopping.set()
        await upkeep
        await returned
        await announced
        let began = ContinuousClock.now
        serving?.cancel()
        await serving?.value
        telemetry.record(WorkerStopped(after: began.duration(to: .now)))
        if let failure = ingested ?? settled ?? httpFailure.withLock({ $0 }) { throw failure }
    }

    // MARK: - The loops

    private func ingest() async -> CommandFailure? {
        guard loops != .attribute else {
            while !stopping.isSet { try? await Task.sleep(for: .milliseconds(50)) }
            return nil
        }
        let telemetry = IngestTelemetry(telemetry)
        let progress = DrainProgress(isOn: drains)
        self.telemetry.health.expectProgress(of: IngestTelemetry.loop, within: .seconds(30))
        let (configuration, owner, drains, stopping, all) = (configuration, owner, drains, stopping, self.telemetry)
        let failure = await onOwnThread("ingest") { () -> CommandFailure? in
            do {
                let loop = try IngestAssembly.loop(configuration, owner: owner, drains: drains, stopping, all.logger) {
                    event in
                    telemetry.observe(event)
                    progress.observe(event)
                }
                let halted = try loop.run()
                guard drains else { return nil }
                // Before what is left is settled.
                try DeadLetterReturn(configuration, owner: owner, all).runOnce(until: stopping)
                if stopping.isSet {
                    return CommandFailure(.unavailable, "stopped before everything was read: run it again to go on")
                }
                guard !halted.isEmpty else { return nil }
                return CommandFailure(.unavailable, WorkerRun.haltedSentence(halted))
            } catch let failure as CommandFailure {
                return failure
            } catch {
                return CommandFailure(.unavailable, "\(error)")
            }
        }
        progress.end()
        if let failure { stop(with: failure) }
        return failure
    }

    private func attribute() async -> CommandFailure? {
        guard loops != .ingest else { return nil }
        let observer = SettlementTelemetry(telemetry)
        telemetry.health.expectProgress(of: SettlementTelemetry.loop, within: .seconds(60))
        let (configuration, drains, stopping, ingestEnded) = (configuration, drains, stopping, ingestEnded)
        let failure = await onOwnThread("attribute") { () -> CommandFailure? in
            do {
                let loop = try SettlementAssembly.loop(configuration) { observer.observe($0) }
                loop.run { stopping.isSet || (drains && ingestEnded.isSet) }
                guard drains else { return nil }
                if !stopping.isSet { try loop.settleThroughLastReading { stopping.isSet } }
                return stopping.isSet
                    ? CommandFailure(.unavailable, "stopped before everything was settled: run it again to go on") : nil
            } catch let failure as CommandFailure {
                return failure
            } catch {
                return CommandFailure(.unavailable, "settlement: \(error)")
            }
        }
        telemetry.health.finished(SettlementTelemetry.loop)
        if let failure { stop(with: failure) }
        return failure
    }

    /// Not ready from the moment on in which the order to stop is given: what has been begun is still finished.
    private func announceStop() async {
        while !stopping.isSet { try? await Task.sleep(for: .milliseconds(50)) }
        telemetry.record(WorkerStopping(reason: isDone.isSet ? "drained" : "stop"))
    }

    private func keepUp() async {
        let (configuration, stopping, telemetry) = (configuration, stopping, telemetry)
        await onOwnThread("upkeep") {
            Upkeep(configuration, telemetry).run(until: stopping)
        }
    }

    private func returnDeadLetters() async {
        let (configuration, owner, stopping, telemetry) = (configuration, owner, stopping, telemetry)
        await onOwnThread("dead-letters") {
            DeadLetterReturn(configuration, owner: owner, telemetry).run(until: stopping)
        }
    }

    private func stop(with failure: CommandFailure) {
        deadline.willFail(with: failure.code)
        stopping.set()
    }

    // MARK: - Around them

    /// The schema must be exactly this program's before anything is written.
    ///
    /// A database that is away is waited for, except by a drain: somebody waits for that.
    private func requireSchema() async throws {
        var wasAway = false
        while let failure = await schemaFailure() {
            guard failure.code == .unavailable, !drains, !stopping.isSet else { throw failure }
            telemetry.record(StoreAway(sqlState: "", reason: failure.message))
            wasAway = true
            for _ in 0..<20 where !stopping.isSet { try? await Task.sleep(for: .milliseconds(100)) }
        }
        if wasAway { telemetry.record(StoreBack()) }
    }

    private func schemaFailure() async -> CommandFailure? {
        let configuration = configuration
        return await onOwnThread("schema") {
            do {
                let connection = try DatabaseAccess.connect(configuration, as: "wattsource run")
                defer { connection.close() }
                try Migrator(connection).requireCurrentSchema()
                return nil
            } catch let failure as SchemaFailure {
                return DatabaseAccess.failure(failure)
            } catch let failure as CommandFailure {
                return failure
            } catch {
                return CommandFailure(.unavailable, "\(error)")
            }
        }
    }

    private func serveHTTP() -> Task<Void, Never>? {
        guard configuration.http.port > 0, !drains else { return nil }
        let server = WorkerHTTPServer(
            telemetry: telemetry,
            host: configuration.http.host,
            port: configuration.http.port,
            connections: configuration.http.connections
        )
        return Task {
            do {
                try await server.run()
            } catch {
                // Without its health endpoint a worker cannot be watched: it ends, and its manager shows why.
                let failure = CommandFailure(.unavailable, "http: \(error)")
                httpFailure.withLock { $0 = failure }
                stop(with: failure)
            }
        }
    }

    private static func haltedSentence(_ halted: [TopicPartition: String]) -> String {
        let lines = halted.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
        return "these partitions are halted; see wattsource positions list and accept-gap:\n"
            + lines.joined(separator: "\n")
    }
}
