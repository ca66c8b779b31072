public import EnergySharing
public import Settlement

extension PostgresSettlementStore {
    /// How many readings are taken before and after the span.
    private static let neighbours = 4

    /// One COPY; per meter three walks along the index of `reading`, so rows arrive meter by meter, in order of time, without a sort.
    public func readings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [RegisterReading]) -> Void
    ) throws(SettlementFailure) {
        if meters.isEmpty { return }
        let list = Set(meters).sorted().map(String.init).joined(separator: ",")
        let from = PostgresTimestamp.literal(from)
        let until = PostgresTimestamp.literal(until)
        let columns = "select measured_at, import_wh, export_wh, quality from energy.reading"
        let ofMeter = "device_id = m.device_id and quality in ('M', 'S', 'E')"
        let sql = """
            copy (
                select m.device_id, r.* from unnest('{\(list)}'::integer[]) as m (device_id) cross join lateral (
                    select * from (\(columns) where \(ofMeter) and measured_at < \(from)
                                   order by measured_at desc limit \(Self.neighbours)) before
                    union all
                    select * from (\(columns) where \(ofMeter) and measured_at >= \(from) and measured_at <= \(until)
                                   order by measured_at) inside
                    union all
                    select * from (\(columns) where \(ofMeter) and measured_at > \(until)
                                   order by measured_at limit \(Self.neighbours)) after
                ) r
            ) to stdout (format binary)
            """
        var collector = Collector()
        try perform { connection throws(PostgresError) in
            // A plan in parallel would mix the meters.
            let isInTransaction = connection.isInTransaction
            if !isInTransaction { try connection.run("begin read only") }
            defer { if !isInTransaction { connection.rollback() } }
            try connection.run("set local max_parallel_workers_per_gather = 0")
            try connection.copyOut(sql) { row in collector.add(row, body) }
        }
        guard collector.finish(body) else {
            throw SettlementFailure(isRetriable: false, "readings did not arrive meter by meter: a fault of wattsource")
        }
    }

    /// Gathers the rows of one meter at a time.
    private struct Collector {
        private var meter: Int32?
        private var readings: [RegisterReading] = []
        private var isSound = true

        mutating func add(_ row: Span<UInt8>, _ body: (Int32, [RegisterReading]) -> Void) {
            var fields = CopyRowCursor()
            let device = fields.int32(row)
            let time = fields.timestamp(row)
            let importWh = fields.int64(row)
            let exportWh = fields.int64(row)
            let letter = fields.byte(row)
            guard isSound, let device, let time, let quality = letter.flatMap(EnergyQuality.init(letter:)) else {
                isSound = false
                return
            }
            if device != meter {
                if let meter, device < meter { isSound = false }
                flush(body)
                meter = device
            }
            readings.append(RegisterReading(time: time, importWh: importWh, exportWh: exportWh, quality: quality))
        }

        /// Hands the last meter on; false if the rows were not in order.
        mutating func finish(_ body: (Int32, [RegisterReading]) -> Void) -> Bool {
            flush(body)
            return isSound
        }

        private mutating func flush(_ body: (Int32, [RegisterReading]) -> Void) {
            guard isSound, let meter, !readings.isEmpty else { return }
            // Those before the span come newest first.
            if let first = readings.first, let second = readings.dropFirst().first, second.time < first.time {
                readings.sort { $0.time < $1.time }
            }
            body(meter, readings)
            readings.removeAll(keepingCapacity: true)
        }
    }
}
