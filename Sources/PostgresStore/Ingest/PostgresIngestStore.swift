internal import CommunityRegistry
internal import EnergySharing
public import Ingestion
internal import MeterReadings

/// The ingest loop's database: one connection, made when it is needed and made anew after it was lost.
///
/// One thread uses it, the one that writes: ``takeOver(_:owner:)`` records this very connection as the partitions' owner, so that another
/// worker can end it. Positions that were taken over by a connection that is lost have to be taken over again.
public final class PostgresIngestStore: IngestStore {
    private let settings: IngestStoreSettings
    private let writer: BatchWriter
    private var connection: PostgresConnection?
    /// How rows get their places, over the present connection.
    private var placement: ReadingPlacement?
    /// What the present connection has taken over.
    private var held = HeldPositions()
    private var partitions = KnownPartitions()

    /// Makes a store; it connects at the first call.
    public init(_ settings: IngestStoreSettings) {
        self.settings = settings
        writer = BatchWriter(settings)
    }

    /// Closes the connection; the next call would make a new one.
    public func close() { disconnect() }

    // MARK: The registry

    /// Reads the devices of the registry and its version, both of the same instant.
    public func loadDirectory() throws(StoreFailure) -> DirectorySnapshot {
        try Self.directory(
            try perform { connection throws(PostgresError) in try connection.runAll(Self.directoryQuery) }
        )
    }

    /// What reads the registry's devices and its version; its results are for ``directory(_:)``.
    static let directoryQuery = """
        begin isolation level repeatable read read only;
        select registry_version from energy.control;
        select device_id, hub_device_id, adapter, kind, connection_watts, inverter_watts, register_digits, status,
               generation_id, registers, interval_seconds, time_zone
        from energy.device order by device_id;
        commit
        """

    /// The devices of ``directoryQuery``.
    static func directory(_ results: [PostgresResult]) throws(StoreFailure) -> DirectorySnapshot {
        guard results.count == 4, results[1].rowCount == 1, let version = results[1].int64(0, 0) else {
            throw StoreFailure(.halt, "energy.control has no row: the schema is damaged")
        }
        var directory = DirectorySnapshot(registryVersion: version, devices: [])
        directory.devices.reserveCapacity(results[2].rowCount)
        var zones: [String: LocalZone] = [:]
        for row in 0..<results[2].rowCount { directory.devices.append(try device(results[2], row, &zones)) }
        return directory
    }

    private static func device(
        _ rows: PostgresResult,
        _ row: Int,
        _ zones: inout [String: LocalZone]
    ) throws(StoreFailure) -> DeviceEntry {
        let names = (adapter: rows.text(row, 2) ?? "", kind: rows.text(row, 3) ?? "")
        guard let adapter = TelemetryAdapter(rawValue: names.adapter), let kind = TelemetryKind(rawValue: names.kind),
            let registers = MeterRegisters(rawValue: rows.text(row, 9) ?? "")
        else {
            throw StoreFailure(
                .halt,
                """
                the registry has a device with adapter \(names.adapter) and kind \(names.kind), which this version does not know: run \
                the wattsource version that applied the registry
                """
            )
        }
        return DeviceEntry(
            deviceID: rows.int32(row, 0) ?? 0,
            hubDeviceID: Array((rows.text(row, 1) ?? "").utf8),
            profile: DeviceProfile(
                adapter: adapter,
                kind: kind,
                registers: registers,
                zone: try zone(named: rows.text(row, 11), &zones),
                intervalSeconds: rows.int32(row, 10)
            ),
            limits: ConnectionLimits(
                connectionWatts: rows.int64(row, 4) ?? ConnectionLimits().connectionWatts,
                inverterWatts: rows.int64(row, 5),
                registerDigits: rows.int32(row, 6).map { Int($0) }
            ),
            isEnabled: rows.text(row, 7) == "enabled",
            generationID: rows.text(row, 8).map { Array($0.utf8) }
        )
    }

    /// The table of a device's zone, made once per zone.
    private static func zone(named name: String?, _ zones: inout [String: LocalZone]) throws(StoreFailure) -> LocalZone?
    {
        guard let name else { return nil }
        if let zone = zones[name] { return zone }
        guard let zone = LocalZoneTable.zone(named: name) else {
            throw StoreFailure(
                .halt,
                "the registry has a device in the time zone \(name), which this machine does not know: install or update tzdata"
            )
        }
        zones[name] = zone
        return zone
    }

    // MARK: Positions

    /// All positions of these topics, in order.
    public func positions(ofTopics topics: [String]) throws(StoreFailure) -> [PositionState] {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                select topic, partition, next_offset, at_end_since is not null,
                       case when state = 'halted' then coalesce(halt_reason, '') end
                from energy.stream_position where topic = any ($1) order by topic collate "C", partition
                """,
                [.textArray(topics)]
            )
        }
        return (0..<rows.rowCount).map { row in
            PositionState(
                partition: TopicPartition(topic: rows.text(row, 0) ?? "", partition: rows.int32(row, 1) ?? 0),
                nextOffset: rows.int64(row, 2) ?? 0,
                isAtEnd: rows.bool(row, 3) ?? false,
                haltReason: rows.text(row, 4)
            )
        }
    }

    /// Says of partitions that their end is reached, or is not; those whose epoch is another are left alone.
    public func markAtEnd(
        _ partitions: [(partition: TopicPartition, epoch: Int64)],
        isAtEnd: Bool
    ) throws(StoreFailure) {
        if partitions.isEmpty { return }
        let rows = try perform { connection throws(PostgresError) in
            // Locked in the order in which batches lock.
            try connection.query(
                """
                with own as (
                    select p.topic, p.partition from energy.stream_position p
                    join unnest($1::text[], $2::integer[], $3::bigint[]) as b(topic, partition, epoch)
                        on p.topic = b.topic and p.partition = b.partition and p.epoch = b.epoch
                    order by p.topic collate "C", p.partition for update of p
                ), changed as (
                    update energy.stream_position p
                    set at_end_since = case when $4 then coalesce(p.at_end_since, now()) end
                    from own where p.topic = own.topic and p.partition = own.partition and (p.at_end_since is not null) <> $4
                )
                select topic, partition from own
                """,
                [
                    .textArray(partitions.map { $0.partition.topic }),
                    .int32Array(partitions.map { $0.partition.partition }),
                    .int64Array(partitions.map { $0.epoch }), .bool(isAtEnd),
                ]
            )
        }
        let own = Set(
            (0..<rows.rowCount).map {
                TopicPartition(topic: rows.text($0, 0) ?? "", partition: rows.int32($0, 1) ?? -1)
            }
        )
        let others = partitions.map(\.partition).filter { !own.contains($0) }
        if !others.isEmpty {
            throw StoreFailure(
                .fenced(others),
                "another worker took over \(others.map(\.description).joined(separator: ", "))"
            )
        }
    }

    /// Halts a partition; fenced if the epoch is not ours any more.
    public func halt(_ partition: TopicPartition, epoch: Int64, reason: String) throws(StoreFailure) {
        let result = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                update energy.stream_position set state = 'halted', halt_reason = $4, updated_at = now()
                where topic = $1 and partition = $2 and epoch = $3
                """,
                [.text(partition.topic), .int32(partition.partition), .int64(epoch), .text(reason)]
            )
        }
        if result.affectedRows == 0 {
            throw StoreFailure(.fenced([partition]), "another worker owns \(partition): it was not halted")
        }
    }

    // MARK: Taking over and writing

    /// Takes partitions over; see ``PartitionTakeOver``.
    public func takeOver(_ requests: [TakeOverRequest], owner: String) throws(StoreFailure) -> [TakenPosition] {
        var positions: [TopicPartition: TakenPosition] = [:]
        for request in requests.sorted(by: { $0.partition < $1.partition }) where positions[request.partition] == nil {
            let position = try perform { connection throws(PostgresError) in
                try PartitionTakeOver.take(request, owner: owner, connection)
            }
            guard let position else {
                throw StoreFailure(
                    .retryNow,
                    sqlState: "55P03",
                    "the position of \(request.partition) is locked by a session that is not its recorded owner: see pg_locks"
                )
            }
            positions[request.partition] = position
            held.tookOver(request.partition)
        }
        return requests.compactMap { positions[$0.partition] }
    }

    /// Writes a batch in one transaction.
    ///
    /// A straight row that meets another of its device and time sends the whole batch through staging; a table partition that is missing
    /// is made. Everything else is the loop's to decide, by the failure's action.
    public func write(_ batch: IngestBatch) throws(StoreFailure) -> CommitReceipt {
        if batch.isEmpty { return CommitReceipt() }
        guard let connection, let placement, connection.isUsable else {
            throw StoreFailure(.outcomeUnknown, "the connection that took the partitions over is lost")
        }
        if let failure = held.refusal(of: batch.partitions) { throw failure }
        var isAllStaged = false
        var attempt = 0
        while true {
            attempt += 1
            do throws(BatchFailure) {
                try makePartitions(for: batch, connection)
                var receipt = try writer.write(batch, isAllStaged: isAllStaged, placement)
                receipt.isRestaged = isAllStaged
                return receipt
            } catch {
                connection.rollback()
                switch error {
                case .refused(let failure):
                    if case .fenced(let others) = failure.action { held.fenced(others) }
                    throw failure
                case .database(let error, .straight) where error.sqlState == "23505" && !isAllStaged:
                    isAllStaged = true
                case .database(let error, _) where error.isMissingPartition && attempt < 5:
                    partitions.forgetAll()
                case .database(let error, let phase):
                    throw failed(error, isCommitting: phase == .commit)
                }
            }
        }
    }

    private func makePartitions(for batch: IngestBatch, _ connection: PostgresConnection) throws(BatchFailure) {
        do {
            try partitions.ensure(batch.readingDays, of: .reading, width: settings.partitionWidth, connection)
            try partitions.ensure(
                batch.intervalReadingDays,
                of: .intervalReading,
                width: settings.partitionWidth,
                connection
            )
            try partitions.ensure(batch.deadLetterDays, of: .deadLetter, width: settings.partitionWidth, connection)
        } catch {
            throw .database(error, .opening)
        }
    }

    // MARK: The connection

    /// Runs a call that is a transaction of its own, over the present connection or a new one.
    private func perform<Result>(
        _ call: (PostgresConnection) throws(PostgresError) -> Result
    ) throws(StoreFailure) -> Result {
        do throws(PostgresError) {
            return try call(try connected())
        } catch {
            connection?.rollback()
            throw failed(error, isCommitting: false)
        }
    }

    private func connected() throws(PostgresError) -> PostgresConnection {
        if let connection, connection.isUsable { return connection }
        disconnect()
        let connection = try PostgresConnection(settings.conninfo, applicationName: settings.applicationName)
        connection.transactionTimeout = settings.transactionTimeout
        try connection.run(
            """
            set lock_timeout = \(SQLText.milliseconds(settings.lockTimeout));
            set idle_in_transaction_session_timeout = \(SQLText.milliseconds(settings.transactionTimeout))
            """
        )
        placement = try ReadingPlacement(connection)
        self.connection = connection
        return connection
    }

    private func disconnect() {
        connection?.close()
        connection = nil
        placement = nil
        held.connectionLost()
    }

    /// What an error means for the loop; a lost connection takes with it what it had taken over.
    private func failed(_ error: PostgresError, isCommitting: Bool) -> StoreFailure {
        if connection?.isUsable != true { disconnect() }
        return StoreFailureMapping.failure(for: error, isCommitting: isCommitting)
    }
}
