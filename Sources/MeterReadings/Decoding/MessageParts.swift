/// What is known of a message while its members are being read.
struct MessageParts {
    /// Where it begins in the body.
    let begin: Int
    /// Whether `v` was there.
    var hasVersion = false
    /// Whether `readings` was there.
    var hasReadings = false
    /// Whether a member of a reading was there, so that the message is a reading itself.
    var isReading = false
    /// Whether `interval_s` was there.
    var hasInterval = false
    /// What it says that it reports.
    var kind: TelemetryKind? = .register

    /// Makes the parts of a message that begins at this byte.
    init(begin: Int) { self.begin = begin }

    /// What is wrong with the message as a whole, once all of it is known.
    ///
    /// - Parameter registered: what the registry says that the device reports.
    func fault(against registered: TelemetryKind) -> Refusal? {
        if !hasVersion {
            return Refusal(.badSchema, field: "v", at: begin, "the member is missing; a message says its version, 1")
        }
        if hasReadings, isReading {
            return Refusal(
                .badSchema,
                field: "readings",
                at: begin,
                "a message has readings, or is a reading, but not both"
            )
        }
        if !hasReadings, !isReading {
            return Refusal(.badSchema, field: "readings", at: begin, "the message has no reading")
        }
        guard let kind else { return nil }  // Has been refused already.
        if let fault = Self.fault(of: hasInterval && registered == .register ? .interval : kind, against: registered) {
            return Refusal(.wrongKind, field: "kind", at: begin, fault)
        }
        if registered == .interval, !hasInterval {
            return Refusal(.badSchema, field: "interval_s", at: begin, "the message does not say its intervals' length")
        }
        return nil
    }

    /// What is wrong with telemetry of this kind from a device that is registered for that kind; `nil`: nothing.
    static func fault(of kind: TelemetryKind, against registered: TelemetryKind) -> StaticString? {
        switch (kind, registered) {
        case (.register, .register), (.interval, .interval): nil
        case (.interval, .register):
            "this is energy of intervals, but the device is registered for cumulative registers"
        case (.register, .interval):
            "these are cumulative registers, but the device is registered for energy of intervals"
        }
    }
}
