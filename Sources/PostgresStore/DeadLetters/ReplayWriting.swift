internal import Ingestion

/// Writes what became of locked letters, in the transaction that locked them.
struct ReplayWriting {
    let locked: LockedLetters
    let refusals: [[ReplayRefusal]]
    /// The version of the registry that it was decided by.
    let registryVersion: Int64
    let order: ReplayOrder

    /// The refusal that keeps a letter unresolved; `nil`: it is resolved.
    private func refusal(of letter: Int) -> ReplayRefusal? {
        let index = locked.letters[letter].index
        return refusals[locked.recordOfLetter[letter]].first { $0.readingIndex == -1 || $0.readingIndex == index }
    }

    /// What became of each record.
    func records(_ outcomes: [OutcomeCounts]) -> [ReplayedRecord] {
        var records = locked.records.enumerated().map { place, record in
            ReplayedRecord(
                id: DeadLetterID(partition: record.partition, offset: record.offset, index: nil),
                incarnation: record.incarnation,
                letters: 0,
                resolved: 0,
                outcomes: outcomes[place],
                refusals: refusals[place]
            )
        }
        for letter in locked.letters.indices {
            records[locked.recordOfLetter[letter]].letters += 1
            if refusal(of: letter) == nil { records[locked.recordOfLetter[letter]].resolved += 1 }
        }
        return records
    }

    /// Begins the event in the books, so that what loses its place can name it; `nil` if no letter is resolved.
    func beginEvent(_ relation: ReadingRelation, _ connection: PostgresConnection) throws(PostgresError) -> Int64? {
        guard locked.letters.indices.contains(where: { refusal(of: $0) == nil }) else { return nil }
        return try open(relation, connection).id
    }

    private func open(_ relation: ReadingRelation, _ connection: PostgresConnection) throws(PostgresError)
        -> ReadingEvent
    {
        try ReadingEvent.open(.replay, of: relation, actor: order.actor, reason: order.reason, connection)
    }

    /// Says in an event's row what became of the readings.
    func finishEvent(_ event: Int64, _ placed: Placed, _ connection: PostgresConnection) throws(PostgresError) {
        let resolved = locked.letters.indices.count { refusal(of: $0) == nil }
        let total = placed.total
        _ = try connection.query(
            """
            update energy.reading_event
            set readings = case relation when 'reading' then $2 else $3 end, letters = $4, duplicate = $5, replaced = $6, superseded = $7
            where event_id = $1
            """,
            [
                .int64(event), .int64(placed.accepted[.register] ?? 0), .int64(placed.accepted[.interval] ?? 0),
                .int64(Int64(resolved)), .int64(total.duplicate), .int64(total.replaced), .int64(total.superseded),
            ]
        )
    }

    /// Says in a row of its own how many readings the other table got in the same replay.
    func addEvent(_ relation: ReadingRelation, _ placed: Placed, _ connection: PostgresConnection) throws(PostgresError)
    {
        guard let accepted = placed.accepted[relation], accepted > 0 else { return }
        try open(relation, connection).close(readings: accepted, connection)
    }

    /// Resolves letters, gives the others their new reason, and makes letters of readings whose record was refused whole before.
    func writeLetters(_ connection: PostgresConnection) throws(PostgresError) {
        let resolved = locked.letters.indices.filter { refusal(of: $0) == nil }
        try resolve(resolved, connection)
        try refuse(locked.letters.indices.filter { refusal(of: $0) != nil }, connection)
        try addReadings(of: resolved, connection)
    }

    private func keys(_ letters: [Int]) -> [PostgresParameter] {
        let letters = letters.map { locked.letters[$0] }
        return [
            .textArray(letters.map(\.id.partition.topic)), .int32Array(letters.map(\.id.partition.partition)),
            .int32Array(letters.map(\.incarnation)), .int64Array(letters.map(\.id.offset)),
            .int32Array(letters.map(\.index)), .timestampArray(letters.map(\.receivedAt)),
        ]
    }

    private func resolve(_ letters: [Int], _ connection: PostgresConnection) throws(PostgresError) {
        if letters.isEmpty { return }
        let result = try connection.query(
            """
            update energy.dead_letter d
            set resolved_at = now(), resolution = 'replayed', resolved_by = coalesce($8, current_user), note = $9, tried_version = $7
            from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[], $5::integer[], $6::timestamptz[])
                as k (topic, partition, incarnation, record_offset, reading_index, received_at)
            where \(LockedLetters.key) and d.resolved_at is null
            """,
            keys(letters) + [.int64(registryVersion), .optional(order.actor), .text(order.reason)]
        )
        try Self.check(result, letters)
    }

    private func refuse(_ letters: [Int], _ connection: PostgresConnection) throws(PostgresError) {
        if letters.isEmpty { return }
        let refusals = letters.map { refusal(of: $0) }
        let result = try connection.query(
            """
            update energy.dead_letter d
            set reason = k.reason, detail = k.detail, attempts = d.attempts + 1, tried_version = $7
            from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[], $5::integer[], $6::timestamptz[], $8::text[], $9::text[])
                as k (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail)
            where \(LockedLetters.key) and d.resolved_at is null
            """,
            keys(letters) + [
                .int64(registryVersion), .textArray(refusals.map { $0?.reason }),
                .textArray(refusals.map { $0?.detail }),
            ]
        )
        try Self.check(result, letters)
    }

    private static func check(_ result: PostgresResult, _ letters: [Int]) throws(PostgresError) {
        guard result.affectedRows == letters.count else {
            throw PostgresError(
                .protocolViolation,
                "\(letters.count) dead letters are locked, but \(result.affectedRows) were changed: a fault of wattsource"
            )
        }
    }

    /// Of a record that was refused whole the readings that are refused now get letters of their own; the record's letter keeps the payload.
    private func addReadings(of resolved: [Int], _ connection: PostgresConnection) throws(PostgresError) {
        let added = resolved.filter { locked.letters[$0].index == -1 }.flatMap { letter in
            refusals[locked.recordOfLetter[letter]].map { (letter: letter, refusal: $0) }
        }
        if added.isEmpty { return }
        _ = try connection.query(
            """
            insert into energy.dead_letter (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail,
                                            hub_device_id, headers, origin, attempts, tried_version)
            select k.topic, k.partition, k.incarnation, k.record_offset, k.added_index, k.received_at, k.reason, k.detail,
                   d.hub_device_id, '[]', 'replay', 1, $7
            from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[], $5::integer[], $6::timestamptz[], $8::integer[],
                        $9::text[], $10::text[])
                as k (topic, partition, incarnation, record_offset, reading_index, received_at, added_index, reason, detail)
            join energy.dead_letter d on \(LockedLetters.key)
            """,
            keys(added.map(\.letter)) + [
                .int64(registryVersion),
                .int32Array(added.map(\.refusal.readingIndex)),
                .textArray(added.map(\.refusal.reason)), .textArray(added.map(\.refusal.detail)),
            ]
        )
    }
}
