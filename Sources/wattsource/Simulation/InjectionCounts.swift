/// What a stream holds, what of it was injected, and what a worker makes of it.
struct InjectionCounts: Sendable, Equatable {
    /// How many records, with how many readings.
    struct Count: Sendable, Equatable {
        var records = 0
        var readings = 0

        /// Counts one record.
        mutating func add(_ readings: Int) {
            records += 1
            self.readings += readings
        }
    }

    /// The readings as the meters took them.
    var sent = Count()
    /// Sent once more.
    var duplicates = Count()
    /// Sent once more with other values.
    var conflicts = Count()
    /// Sent once more with a body that breaks off.
    var badJSON = Count()
    /// Sent once more from a device that no registry knows.
    var unknownDevice = Count()
    /// Sent with a time that lies ahead.
    var future = Count()
    /// Not sent; not in ``sent``.
    var dropped = Count()
    /// Sent later than usual; in ``sent`` as well.
    var late = Count()

    /// Readings that take a free place.
    var accepted = 0
    /// Readings that are known already.
    var duplicate = 0
    /// Readings whose place another one has.
    var superseded = 0
    /// Readings that are refused.
    var rejected = 0

    /// Everything that is sent.
    var records: Int {
        [sent, duplicates, conflicts, badJSON, unknownDevice, future].reduce(0) { $0 + $1.records }
    }

    /// The lines that say what was injected and what the ledger shows for it after a first run; none without faults.
    func lines(_ faults: InjectedFaults) -> [String] {
        var table = TextTable([.text("injected"), .number("records"), .number("readings"), .text("what becomes of it")])
        for (name, count, what, isGiven) in [
            ("duplicates", duplicates, "duplicate", faults.duplicatesPerMillion > 0),
            ("conflicts", conflicts, "superseded, kept in reading_history", faults.conflictsPerMillion > 0),
            ("bad-json", badJSON, "the record is refused, a dead letter", faults.badJSONPerMillion > 0),
            (
                "unknown-device", unknownDevice, "the record is refused, a dead letter",
                faults.unknownDevicePerMillion > 0
            ),
            ("future", future, "rejected, a dead letter: time_future", faults.futurePerMillion > 0),
            ("late", late, "accepted; rejected if over 60 d: time_too_old", faults.latePerMillion > 0),
            ("drop", dropped, "never sent", faults.dropPerMillion > 0),
        ] where isGiven {
            table.append([name, String(count.records), String(count.readings), what])
        }
        guard faults != InjectedFaults() else { return [] }
        return (table.rows.isEmpty ? [] : table.lines()) + [
            "the ledger of an empty database will say: records \(records), "
                + "refused_records \(badJSON.records + unknownDevice.records), accepted \(accepted), "
                + "duplicate \(duplicate), superseded \(superseded), rejected \(rejected)"
        ]
    }
}
