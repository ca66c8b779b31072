import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Observability
import Testing

@testable import WorkerHTTP

/// Over a real socket on loopback.
@Suite struct WorkerHTTPServerTests {
    private let telemetry = WorkerTelemetry(logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))

    @Test func `It serves on a free port of loopback`() async throws {
        let server = WorkerHTTPServer(telemetry: telemetry, port: 0)
        try await server.application.test(.live) { client in
            let answer = try await client.execute(uri: "/livez", method: .get)
            #expect(answer.status == .ok)
            #expect(String(buffer: answer.body) == "live\n")
        }
    }

    @Test func `Headers beyond the limit are refused`() async throws {
        let server = WorkerHTTPServer(telemetry: telemetry, port: 0)
        try await server.application.test(.live) { client in
            var headers = HTTPFields()
            headers[.cookie] = String(repeating: "x", count: WorkerHTTPServer.maximumHeaderBytes + 1)
            let status = try? await client.execute(uri: "/livez", method: .get, headers: headers).status
            #expect(status != .ok)
        }
        // The same path with a small header works: it is the size that was refused.
        try await server.application.test(.live) { client in
            var headers = HTTPFields()
            headers[.cookie] = "x"
            let answer = try await client.execute(uri: "/livez", method: .get, headers: headers)
            #expect(answer.status == .ok)
        }
    }

    @Test func `A port that is taken is a failure that says so`() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let first = WorkerHTTPServer(telemetry: telemetry, port: 0) { continuation.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run() }
            let port = try #require(await ports.first { _ in true })
            let second = WorkerHTTPServer(telemetry: telemetry, port: port)
            let failure = await #expect(throws: WorkerHTTPFailure.self) { try await second.run() }
            #expect(failure?.description.hasPrefix("127.0.0.1:\(port) cannot be served: ") == true)
            group.cancelAll()
        }
    }

    @Test func `Cancelling it, before or while it serves, ends it without a failure`() async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = WorkerHTTPServer(telemetry: telemetry, port: 0) { continuation.yield($0) }
        let serving = Task { try await server.run() }
        _ = try #require(await ports.first { _ in true })
        serving.cancel()
        try await serving.value

        let early = Task { try await server.run() }
        early.cancel()
        try await early.value
    }
}
