internal import MeterReadings

/// Takes readings out by hand: they go to `reading_history`.
///
/// Their places are closed to telemetry from then on, however often the stream brings it again; an import may take them.
public struct ReadingDiscarder {
    private let connection: PostgresConnection

    /// Works over a connection that nobody else uses and that is in no transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Discards, or tries to; in one transaction behind the batch gate.
    ///
    /// - Throws: ``QueryFailure`` if there is no such device or reading, or if it is sealed; ``PostgresError``.
    public func run(_ request: DiscardRequest) throws -> DiscardResult {
        try HandRules.check(author: request.author, reason: request.reason)
        return try HandSession.run(connection, isTrial: request.isTrial) { session in
            guard let device = try session.devices([request.device])[request.device] else {
                throw QueryFailure(
                    "the registry has no device \(request.device): `wattsource registry export` lists them"
                )
            }
            guard request.from >= session.sealedUntil else {
                throw QueryFailure(
                    """
                    retention has dropped the readings up to \(UTCTime.format(session.sealedUntil)): what was settled there is sealed, \
                    and nothing of it can be discarded
                    """
                )
            }
            var result = DiscardResult()
            for relation in ReadingRelation.allCases {
                result.readings += try discard(relation, device.id, request, session)
            }
            guard !result.readings.isEmpty else {
                throw QueryFailure(
                    "there is no reading of \(request.device) there: `wattsource readings history` shows what there is"
                )
            }
            result.dueAgain = try session.dueAgain()
            return (result, true)
        }
    }

    private func discard(
        _ relation: ReadingRelation,
        _ device: Int32,
        _ request: DiscardRequest,
        _ session: HandSession
    ) throws(PostgresError) -> [HistoryEntry] {
        let key: [PostgresParameter] = [.int32(device), .timestamp(request.from), .timestamp(request.until)]
        let span = "device_id = $1 and \(relation.time) >= $2 and \(relation.time) < $3"
        let found = try connection.query("select count(*) from energy.\(relation.rawValue) where \(span)", key)
        guard let count = found.int64(0, 0), count > 0 else { return [] }
        let event = try ReadingEvent.open(
            .discard,
            of: relation,
            actor: request.author,
            reason: request.reason,
            at: session.now,
            connection
        )
        _ = try connection.query(Self.remove(relation, where: span), key + [.int64(event.id), .timestamp(session.now)])
        try event.close(readings: -count, connection)
        _ = try session.placement.markRemoved(
            relation,
            from: request.from,
            until: request.until,
            behind: session.horizon
        )
        return try ReadingHistoryQuery.discarded(by: event.id, connection)
    }

    /// Moves rows to the history, closes their places, and leaves verdicts by which due marks are made, received when they are discarded.
    private static func remove(_ relation: ReadingRelation, where span: String) -> String {
        let seconds = relation == .interval ? "seconds" : "null::integer"
        return """
            with gone as (
                delete from energy.\(relation.rawValue) where \(span)
                returning device_id, \(relation.time) as measured_at, received_at, import_wh, export_wh, flags, quality,
                          \(seconds) as seconds
            ), kept as (
                insert into energy.reading_history
                    (device_id, measured_at, received_at, import_wh, export_wh, flags, quality, seconds, cause, event_id)
                select device_id, measured_at, received_at, import_wh, export_wh, flags, quality, seconds, 'discarded', $4 from gone
            ), closed as (
                insert into energy.reading_discard (device_id, measured_at, event_id) select device_id, measured_at, $4 from gone
                on conflict (device_id, measured_at) do update set event_id = excluded.event_id
            )
            insert into pg_temp.placing_verdict
                (seq, device_id, seconds, measured_at, received_at, import_wh, export_wh, flags, quality, verdict)
            select row_number() over (), device_id, coalesce(seconds, 0), measured_at, $5, import_wh, export_wh, flags, quality,
                   'discarded'
            from gone
            """
    }
}
