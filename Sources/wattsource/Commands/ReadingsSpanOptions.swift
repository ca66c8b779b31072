import ArgumentParser

/// Which readings of a device: those of one time, or of a span.
struct ReadingsSpanOptions: ParsableArguments {
    @Option(name: .long, help: "The device, as the hub names it.")
    var device: String

    @Option(name: .long, help: ArgumentHelp("The reading's very time: RFC 3339.", valueName: "time"))
    var time: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("From then on: a UTC date or RFC 3339.", valueName: "time"))
    var from: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Up to then, exclusive: a UTC date or RFC 3339.", valueName: "time"))
    var until: TimeArgument?

    func validate() throws {
        if time == nil, from == nil, until == nil {
            throw ValidationError("say which readings: --time, or --from and --until")
        }
        if time != nil, from != nil || until != nil {
            throw ValidationError("--time names one reading, --from and --until a span: not both")
        }
        if span.from >= span.until { throw ValidationError("--from must be before --until") }
    }

    /// The first instant, and the one from which on it is no more; microseconds since 1970-01-01T00:00:00Z.
    var span: (from: Int64, until: Int64) {
        if let time { return (time.instantInUTC, time.instantInUTC + 1) }
        return (from?.instantInUTC ?? .min, until?.instantInUTC ?? .max)
    }
}
