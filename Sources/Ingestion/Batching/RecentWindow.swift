import EnergySharing

/// What the loop remembers of each device's newest reading, to decide a reading's way without asking the database.
///
/// It compares values, never fingerprints. What it holds is committed, or belongs to a batch that is on its way: batches commit in
/// order, and the failure of one drops every later one and empties the window (``forgetAll()``), so that nothing uncommitted
/// outlives its batch. After that it is filled again by the receipts of batches.
struct RecentWindow: Sendable {
    /// The way of a reading.
    enum Way: Equatable {
        /// Newer than the device's last reading, which was at this time: straight into the table.
        case straight(previousAt: Int64)
        /// The very values that are stored: nothing to write.
        case duplicate
        /// The database decides.
        case staged
    }

    private struct Entry: Sendable {
        var last: LastReading
        /// The number of the newest batch that holds a staged reading of the device; 0: none.
        var stagedIn: UInt32
        var isKnown: Bool
    }

    private var entries: [Entry]

    private static let unknown = Entry(
        last: LastReading(measuredAt: 0, receivedAt: 0, importWh: 0, exportWh: 0, quality: 0),
        stagedIn: 0,
        isKnown: false
    )

    /// Makes a window that knows nothing, for this many devices.
    init(deviceCount: Int) {
        entries = [Entry](repeating: Self.unknown, count: deviceCount)
    }

    /// Forgets everything: after a revocation, a reconnect, an unknown commit, or any batch that failed.
    mutating func forgetAll() {
        for index in entries.indices { entries[index] = Self.unknown }
    }

    /// Forgets everything while batches are under way that may hold readings of any device: nothing is learned before the receipt of the
    /// batch with this number, or a later one.
    mutating func forgetAll(until batch: UInt32) {
        for index in entries.indices {
            entries[index] = Self.unknown
            entries[index].stagedIn = batch
        }
    }

    /// Decides a reading's way, and remembers it as stored by the batch with this number.
    mutating func judge(
        _ row: ReadingRow,
        ofDevice index: Int,
        limits: ConnectionLimits,
        takesPart: Bool,
        batch: UInt32
    ) -> Way {
        guard entries[index].isKnown, takesPart else {
            return stage(index, batch, keep: entries[index].isKnown)
        }
        let last = entries[index].last
        if row.measuredAt > last.measuredAt {
            guard !RegisterSeries.isBreak(from: last.registers, to: Self.registers(row), limits: limits) else {
                return stage(index, batch, keep: false)
            }
            entries[index].last = LastReading(
                measuredAt: row.measuredAt,
                receivedAt: row.receivedAt,
                importWh: row.importWh,
                exportWh: row.exportWh,
                quality: row.quality
            )
            return .straight(previousAt: last.measuredAt)
        }
        if row.measuredAt == last.measuredAt, row.importWh == last.importWh, row.exportWh == last.exportWh,
            row.quality == last.quality, row.receivedAt >= last.receivedAt
        {
            return .duplicate
        }
        return stage(index, batch, keep: false)
    }

    /// Takes over what the database said about a device when this batch was committed, unless a later batch staged more of it.
    mutating func learn(_ newest: NewestReadings, ofDevice index: Int, limits: ConnectionLimits, batch: UInt32) {
        guard !entries[index].isKnown, entries[index].stagedIn <= batch, newest.isSettled(limits) else { return }
        entries[index].last = newest.last
        entries[index].isKnown = true
    }

    /// Whether the device's last reading is known.
    func isKnown(_ index: Int) -> Bool { entries[index].isKnown }

    private mutating func stage(_ index: Int, _ batch: UInt32, keep: Bool) -> Way {
        if !keep {
            entries[index].isKnown = false
            entries[index].stagedIn = batch
        }
        return .staged
    }

    private static func registers(_ row: ReadingRow) -> RegisterReading {
        RegisterReading(
            time: row.measuredAt,
            importWh: row.importWh < 0 ? nil : row.importWh,
            exportWh: row.exportWh < 0 ? nil : row.exportWh
        )
    }
}
