/// Finds the record whose rows the database refuses: a batch that holds it is halved, by reading again, until one record is left.
///
/// A pure value. Every refusal drops the batch and reads it again from the database's position; this only says how much the next may hold.
struct RefusalSearch: Sendable, Equatable {
    /// The most records that a batch may cover while it searches; `nil`: it does not.
    private(set) var recordLimit: Int?

    /// The database refused rows of the batch with these parts.
    ///
    /// - Returns: The culprit, if the batch covered one record only.
    mutating func refused(_ parts: [PartitionProgress]) -> RecordIntake.RefusedRecord? {
        let records = parts.reduce(0) { $0 + $1.records }
        guard records <= 1, let part = parts.first else {
            recordLimit = max(1, Int(records) / 2)
            return nil
        }
        return RecordIntake.RefusedRecord(
            partition: part.partition,
            incarnation: part.incarnation,
            offset: part.nextOffset - 1
        )
    }

    /// A batch was committed: the next may be twice as large, until it has its usual size again.
    mutating func committed(usually records: Int) {
        guard let limit = recordLimit else { return }
        recordLimit = limit >= records ? nil : limit * 2
    }
}
