/// Why a record or a reading was refused: a closed list, stable, used as the `reason` of dead letters and as a metric label.
public enum RefusalReason: String, Sendable, CaseIterable {
    /// The body is not one complete JSON value by RFC 8259.
    case badJSON = "bad_json"
    /// The JSON is sound, but is not telemetry as the device's adapter knows it; or a packed body cannot be unpacked.
    case badSchema = "bad_schema"
    /// A value comes in a unit that is not understood.
    case badUnit = "bad_unit"
    /// A hub header that decides identity, time or coding cannot be understood.
    case badHeader = "bad_header"
    /// The body, or its number of readings, is over the limit.
    case tooLarge = "too_large"
    /// Nothing in the record says which device sent it.
    case noIdentity = "no_identity"
    /// The registry does not know the device.
    case unknownDevice = "unknown_device"
    /// The registry has disabled the device.
    case disabledDevice = "disabled_device"
    /// The device was deleted and made anew on the hub: this record is from its former life.
    case staleGeneration = "stale_generation"
    /// The body names another device than the hub does.
    case deviceMismatch = "device_mismatch"
    /// Local time without a zone, and the registry names none for the device.
    case timeNoZone = "time_no_zone"
    /// Local time in the hour that daylight saving repeats, with nothing that tells which of the two it is.
    case timeAmbiguous = "time_ambiguous"
    /// The reading's time is later than the hub's enqueued time by more than the tolerance.
    case timeFuture = "time_future"
    /// The reading is older than the hub's enqueued time by more than the window.
    case timeTooOld = "time_too_old"
    /// Interval energy whose start is not on the interval grid.
    case timeUnaligned = "time_unaligned"
    /// A register or an energy below zero.
    case negativeValue = "negative_value"
    /// A value over the limit of 10^12 Wh, or one whose exact decimal does not fit.
    case outOfRange = "out_of_range"
    /// The device reports the other kind of telemetry than the registry says.
    case wrongKind = "wrong_kind"
    /// The checksum of a telegram or of a packed body does not match.
    case badChecksum = "bad_checksum"
    /// The database refused the row for a reason that validation does not know.
    case databaseRefused = "database_refused"
}
