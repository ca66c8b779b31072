internal import HTTPTypes
public import Hummingbird
public import Observability

/// Answers `/metrics`, `/livez` and `/readyz` to GET and HEAD, and nothing else.
///
/// - `/metrics`: Prometheus' text format.
/// - `/livez`: 200, or 503 when a restart would help.
/// - `/readyz`: 200, or 503 with one reason per line.
///
/// No answer holds a version of the server, a path, or anything of meters and members.
public struct WorkerHTTPResponder: HTTPResponder {
    /// What a request knows of itself.
    public typealias Context = BasicRequestContext

    private let telemetry: WorkerTelemetry

    /// Answers from this telemetry.
    public init(telemetry: WorkerTelemetry) { self.telemetry = telemetry }

    /// Answers one request; never throws.
    @Sendable
    public func respond(to request: Request, context: Context) async -> Response {
        let answer: Response
        switch (request.uri.path, request.method) {
        case ("/metrics", .get), ("/metrics", .head):
            answer = text(.ok, telemetry.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        case ("/livez", .get), ("/livez", .head):
            let isLive = telemetry.health.isLive
            answer = text(isLive ? .ok : .serviceUnavailable, isLive ? "live\n" : "not live\n")
        case ("/readyz", .get), ("/readyz", .head):
            let reasons = telemetry.health.reasons()
            let lines = reasons.map { SingleLine.text($0.description) + "\n" }.joined()
            answer = text(reasons.isEmpty ? .ok : .serviceUnavailable, reasons.isEmpty ? "ready\n" : lines)
        case ("/metrics", _), ("/livez", _), ("/readyz", _):
            var refusal = text(.methodNotAllowed, "only GET and HEAD\n")
            refusal.headers[.allow] = "GET, HEAD"
            answer = refusal
        default:
            answer = text(.notFound, "not found\n")
        }
        return request.method == .head ? answer.createHeadResponse() : answer
    }

    private func text(
        _ status: HTTPResponse.Status,
        _ text: String,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentLength] = String(text.utf8.count)
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
