import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Observability
import Testing

@testable import WorkerHTTP

@Suite struct WorkerHTTPResponderTests {
    private let telemetry = WorkerTelemetry(logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))

    /// The answer to one request.
    private func answer(_ path: String, _ method: HTTPRequest.Method = .get) async throws -> TestResponse {
        try await WorkerHTTPServer(telemetry: telemetry, port: 0).application.test(.router) { client in
            try await client.execute(uri: path, method: method)
        }
    }

    @Test func `Metrics are Prometheus' text`() async throws {
        telemetry.record(IntervalsFinalized(3))
        let answer = try await answer("/metrics")
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(buffer: answer.body)
        #expect(text.contains("\nwattsource_finalized_intervals_total 3\n"))
        #expect(text.hasSuffix("\n"))
        #expect(answer.headers[.contentLength] == String(text.utf8.count))
    }

    @Test func `Ready is 200, not ready 503 with one reason per line`() async throws {
        var answer = try await answer("/readyz")
        #expect(answer.status == .serviceUnavailable)
        #expect(String(buffer: answer.body) == "starting\n")
        telemetry.health.set(.database, "away\r\nfor long")
        answer = try await self.answer("/readyz")
        #expect(String(buffer: answer.body) == "database: away  for long\nstarting\n")
        telemetry.health.clear(.database)
        telemetry.health.clear(.starting)
        answer = try await self.answer("/readyz")
        #expect(answer.status == .ok)
        #expect(String(buffer: answer.body) == "ready\n")
    }

    @Test func `What is not ready is still live`() async throws {
        telemetry.health.set(.database)
        #expect(try await answer("/livez").status == .ok)
        // A limit below zero is over at once, whatever the clock says.
        telemetry.health.expectProgress(of: "ingest", within: .seconds(-1))
        #expect(try await answer("/livez").status == .serviceUnavailable)
    }

    @Test(arguments: ["/metrics", "/livez", "/readyz"])
    func `HEAD answers as GET, without the body`(path: String) async throws {
        telemetry.health.clear(.starting)
        let answer = try await answer(path, .head)
        #expect(answer.status == .ok)
        #expect(answer.body.readableBytes == 0)
        #expect(answer.headers[.contentType]?.hasPrefix("text/plain") == true)
    }

    @Test(arguments: ["/", "/metrics/", "/metrics/x", "/Metrics", "//metrics", "/favicon.ico", "/livez/../metrics"])
    func `Any other path is not found`(path: String) async throws {
        let answer = try await answer(path)
        #expect(answer.status == .notFound)
        #expect(!String(buffer: answer.body).contains(path) || path == "/")
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete, .patch, .options, .trace, .connect])
    func `Any other method is refused`(method: HTTPRequest.Method) async throws {
        for path in ["/metrics", "/livez", "/readyz"] {
            let answer = try await answer(path, method)
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.allow] == "GET, HEAD")
        }
    }

    @Test func `No answer tells what serves it, and none may be kept`() async throws {
        for path in ["/metrics", "/readyz", "/nothing"] {
            let answer = try await answer(path)
            #expect(answer.headers[.server] == nil)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        }
    }
}
