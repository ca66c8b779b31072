/// Whether a record goes into the batch.
enum PositionAdmission: Sendable, Equatable {
    /// It is the next one.
    case take
    /// It is before the position, or its partition is not ours: passed over without a trace.
    case drop
    /// Its partition cannot go on: do these.
    case halt([PositionAction])
}
