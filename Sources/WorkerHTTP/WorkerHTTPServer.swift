internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
public import Observability
public import ServiceLifecycle

/// Serves ``WorkerHTTPResponder`` over HTTP/1.1 until it is asked to stop.
///
/// There is no login: the address is loopback unless configured otherwise. Headers, connections and idle time are bounded,
/// so that a slow or hostile client costs a connection for a moment and nothing else.
public struct WorkerHTTPServer: Service {
    /// The most bytes of all headers of a request.
    public static let maximumHeaderBytes = 8_192
    /// How long a connection may stay without a whole request.
    public static let idleSeconds = 10

    private let telemetry: WorkerTelemetry
    private let host: String
    private let port: Int
    private let connections: Int
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// Makes a server; it listens from ``run()`` on.
    ///
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port to listen on; 0: a free one.
    ///   - connections: The most connections at a time; more have to wait.
    ///   - onListening: Called with the port once it listens.
    public init(
        telemetry: WorkerTelemetry,
        host: String = "127.0.0.1",
        port: Int = 9464,
        connections: Int = 64,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.telemetry = telemetry
        self.host = host
        self.port = port
        self.connections = connections
        self.onListening = onListening
    }

    /// Serves until graceful shutdown or cancellation; both let requests that have begun be answered, for a second at most.
    ///
    /// - Throws: ``WorkerHTTPFailure`` if it cannot listen or fails later.
    public func run() async throws {
        let application = application
        var configuration = ServiceGroupConfiguration(services: [application], logger: application.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(1)
        let group = ServiceGroup(configuration: configuration)
        // A task of its own: cancelling this one shall end the group gracefully, not tear its connections.
        let serving = Task { try await group.run() }
        @Sendable func stop() { Task { await group.triggerGracefulShutdown() } }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler(operation: { try await serving.value }, onGracefulShutdown: stop)
            } onCancel: {
                stop()
            }
        } catch is CancellationError {
            return
        } catch {
            throw WorkerHTTPFailure(
                "\(host):\(port) cannot be served: \(error); choose another http.port, or 0 for none"
            )
        }
    }

    /// The application, for tests without a socket.
    var application: Application<WorkerHTTPResponder> {
        var logger = telemetry.logger
        // Its own lines for each connection are no news; the worker says itself what matters.
        logger.logLevel = max(logger.logLevel, .notice)
        return Application(
            responder: WorkerHTTPResponder(telemetry: telemetry),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(Int64(WorkerHTTPServer.idleSeconds)),
                    httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                        maxHeaderFieldSize: WorkerHTTPServer.maximumHeaderBytes,
                        maxHeaderListSize: WorkerHTTPServer.maximumHeaderBytes,
                        maxHeaderFieldCount: 64
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)
            ),
            onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
    }
}
