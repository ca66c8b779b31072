public import EnergySharing
public import Settlement

extension PostgresSettlementStore {
    /// One COPY; per meter three walks along the index of `reading`, so rows arrive meter by meter, in order of time, without a sort.
    ///
    /// Readings that somebody set aside are left out where so many neighbours are counted; inside, ``RegisterSeries`` leaves them out.
    public func readings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [RegisterReading]) -> Void
    ) throws(SettlementFailure) {
        let from = PostgresTimestamp.literal(from)
        let until = PostgresTimestamp.literal(until)
        let columns = "select r.measured_at, r.import_wh, r.export_wh, r.quality from energy.reading r"
        let isBeside = "r.device_id = m.device_id and \(CountedReadingSQL.condition())"
        let perMeter = """
            select * from (\(columns) where \(isBeside) and r.measured_at < \(from)
                           order by r.measured_at desc limit \(RegisterSeries.context)) before
            union all
            select * from (\(columns) where r.device_id = m.device_id and r.quality in ('M', 'S', 'E')
                             and r.measured_at >= \(from) and r.measured_at <= \(until)
                           order by r.measured_at) inside
            union all
            select * from (\(columns) where \(isBeside) and r.measured_at > \(until)
                           order by r.measured_at limit \(RegisterSeries.context)) after
            """
        try collect(perMeter, ofMeters: meters, time: \.time, body) { fields, row in
            guard let time = fields.timestamp(row) else { return nil }
            let importWh = fields.int64(row)
            let exportWh = fields.int64(row)
            guard let quality = fields.byte(row).flatMap(EnergyQuality.init(letter:)) else { return nil }
            return RegisterReading(time: time, importWh: importWh, exportWh: exportWh, quality: quality)
        }
    }

    /// As ``readings(ofMeters:from:until:_:)``, with two walks along the index of `interval_reading`.
    public func intervalReadings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [IntervalReading]) -> Void
    ) throws(SettlementFailure) {
        let (first, isTooEarly) = from.subtractingReportingOverflow(2 * IntervalSeries.reach)
        let (last, isTooLate) = until.addingReportingOverflow(IntervalSeries.reach)
        let after = PostgresTimestamp.literal(isTooEarly ? .min : first)
        let before = PostgresTimestamp.literal(isTooLate ? .max : last)
        let columns = """
            select r.interval_start, r.seconds, r.import_wh, r.export_wh, r.quality from energy.interval_reading r
            where r.device_id = m.device_id
            """
        let perMeter = """
            select * from (\(columns) and \(CountedReadingSQL.condition(.interval)) and r.interval_start <= \(after)
                           order by r.interval_start desc limit 1) earlier
            union all
            select * from (\(columns) and r.quality in ('M', 'S', 'E')
                             and r.interval_start > \(after) and r.interval_start < \(before)
                           order by r.interval_start) inside
            """
        try collect(perMeter, ofMeters: meters, time: \.start, body) { fields, row in
            guard let start = fields.timestamp(row), let seconds = fields.int32(row) else { return nil }
            let importWh = fields.int64(row)
            let exportWh = fields.int64(row)
            guard let quality = fields.byte(row).flatMap(EnergyQuality.init(letter:)) else { return nil }
            return IntervalReading(
                start: start,
                seconds: seconds,
                importWh: importWh,
                exportWh: exportWh,
                quality: quality
            )
        }
    }

    /// Runs a query per meter `m` and gives the rows meter by meter.
    private func collect<Reading>(
        _ perMeter: String,
        ofMeters meters: [Int32],
        time: KeyPath<Reading, Int64>,
        _ body: (_ meter: Int32, _ readings: [Reading]) -> Void,
        decode: @escaping (inout CopyRowCursor, Span<UInt8>) -> Reading?
    ) throws(SettlementFailure) {
        if meters.isEmpty { return }
        let list = Set(meters).sorted().map(String.init).joined(separator: ",")
        let sql = """
            copy (
                select m.device_id, r.* from unnest('{\(list)}'::integer[]) as m (device_id) cross join lateral (\(perMeter)) r
            ) to stdout (format binary)
            """
        var collector = Collector(time: time, decode: decode)
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
    private struct Collector<Reading> {
        private let time: KeyPath<Reading, Int64>
        private let decode: (inout CopyRowCursor, Span<UInt8>) -> Reading?
        private var meter: Int32?
        private var readings: [Reading] = []
        private var isSound = true

        init(
            time: KeyPath<Reading, Int64>,
            decode: @escaping (inout CopyRowCursor, Span<UInt8>) -> Reading?
        ) {
            self.time = time
            self.decode = decode
        }

        mutating func add(_ row: Span<UInt8>, _ body: (Int32, [Reading]) -> Void) {
            var fields = CopyRowCursor()
            guard isSound, let device = fields.int32(row), let reading = decode(&fields, row) else {
                isSound = false
                return
            }
            if device != meter {
                if let meter, device < meter { isSound = false }
                flush(body)
                meter = device
            }
            readings.append(reading)
        }

        /// Hands the last meter on; false if the rows were not in order.
        mutating func finish(_ body: (Int32, [Reading]) -> Void) -> Bool {
            flush(body)
            return isSound
        }

        private mutating func flush(_ body: (Int32, [Reading]) -> Void) {
            guard isSound, let meter, !readings.isEmpty else { return }
            // Those before the span come newest first.
            if let first = readings.first, let second = readings.dropFirst().first,
                second[keyPath: time] < first[keyPath: time]
            {
                readings.sort { $0[keyPath: time] < $1[keyPath: time] }
            }
            body(meter, readings)
            readings.removeAll(keepingCapacity: true)
        }
    }
}
