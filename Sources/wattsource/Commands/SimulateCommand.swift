import ArgumentParser
import FoundationEssentials
import Ingestion
import KafkaSource
import Logging

/// `wattsource simulate`: sends a data file's meters to Kafka as a hub would.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Sends a data file's meters to Kafka as a hub would.",
        discussion: """
            FILE is CSV: a column interval_start (2016-08-01T07:00:00Z), and for each home NAME_load_wh and NAME_pv_wh, whole Wh.
            Each home gets a meter with cumulative registers: import counts what it consumes beyond its own production, export what \
            it produces beyond its own consumption. The meter sends one reading at every interval edge.

            The records look like those of an IoT hub: telemetry v1 as JSON, the device's identity and the enqueued time in headers, no \
            key, one partition per device. The enqueued time is the reading's time plus 5 s. That is long ago: give the topic \
            retention.ms=-1, or Kafka may soon drop the records.

            Examples:
              wattsource simulate data/sierra-crest/hourly.csv
              wattsource simulate data/sierra-crest/hourly.csv --days 7 --speed 3600x
              wattsource simulate data/sierra-crest/hourly.csv --inject duplicates=1%,shuffle=3h --seed 7
            """
    )

    @Argument(help: "The data file.", completion: .file())
    var file: String

    @Option(name: .long, help: "The topic to send to. (default: the first configured topic)")
    var topic: String?

    @Option(name: .long, help: "Create the topic with so many partitions, if it is not there.")
    var partitions: Int32?

    @Option(name: .long, help: "What device ids begin with; home01 becomes sierra-crest-home-01.")
    var devicePrefix = "sierra-crest-home-"

    @Option(name: .long, help: "The earliest reading, such as 2016-08-01T07:00:00Z. (default: the file's first)")
    var from: String?

    @Option(name: .long, help: "The latest reading, itself included. (default: the file's last)")
    var until: String?

    @Option(name: .long, help: "So many days from the earliest reading on, instead of --until.")
    var days: Int?

    @Option(
        name: .long,
        help: "How many times as fast as the meters' own time, such as 60x. (default: as fast as possible)"
    )
    var speed: String?

    @Option(name: .long, help: "Records a second, instead of --speed.")
    var rate: Int?

    @Option(
        name: .long,
        help:
            "Faults: duplicates=PERCENT (sent twice), shuffle=DURATION (each is delayed by a random part of it); with commas."
    )
    var inject: String?

    @Option(name: .long, help: "What the faults hit; the same seed gives the same records.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "What both registers show at the file's first edge, in Wh.")
    var registerStart: Int64 = 0

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let pace = try usage { () throws(ValueFault) in try SendingPace(speed: speed, rate: rate) }
        let faults = try usage { () throws(ValueFault) in
            try inject.map { text throws(ValueFault) in try InjectedFaults(text) }
        }
        guard (0...1_000_000_000_000).contains(registerStart) else {
            throw CommandFailure(.usage, "--register-start \(registerStart) is not between 0 and 1,000,000,000,000 Wh")
        }
        if let partitions, !(1...10_000).contains(partitions) {
            throw CommandFailure(.usage, "--partitions \(partitions) is not between 1 and 10,000")
        }
        let configuration = try options.load()
        let data = try readData()
        let span = try readSpan(data)
        let devices = try usage { () throws(ValueFault) in
            try data.homes.map { home throws(ValueFault) in try SimulatedDevice(home: home, prefix: devicePrefix) }
        }
        let stream = SimulatedStream(
            data,
            from: span.from,
            until: span.until,
            faults: faults ?? InjectedFaults(),
            seed: seed
        )
        guard !stream.entries.isEmpty else {
            throw CommandFailure(
                .usage,
                "the file has no reading in that span; it goes from \(InstantText.render(data.start)) to "
                    + InstantText.render(data.time(ofEdge: data.intervals))
            )
        }
        let registers = MeterRegisters(data, startingAt: registerStart)
        let sender = try SimulationSender(
            configuration.kafka,
            topic: topic,
            partitions: partitions,
            level: configuration.log.level,
            devices: devices,
            data: data,
            registers: registers
        )
        defer { sender.close() }
        try await sender.send(stream, pace: pace)
        let totals = stream.totals(registers, homes: devices.count)
        print(
            "sent \(stream.entries.count) records of \(devices.count) meters to \(sender.topic)",
            "readings \(InstantText.render(data.time(ofEdge: stream.edges.lowerBound)))"
                + " to \(InstantText.render(data.time(ofEdge: stream.edges.upperBound - 1)))",
            "import \(totals.imported) Wh",
            "export \(totals.exported) Wh",
            separator: ", "
        )
    }

    private func readData() throws(CommandFailure) -> MeterData {
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw CommandFailure(.badData, "cannot read \(file): it is not there, or not readable")
        }
        do throws(MeterDataFault) {
            return try MeterDataReader.read(Array(content))
        } catch {
            throw CommandFailure(.badData, "\(file): \(error)")
        }
    }

    private func readSpan(_ data: MeterData) throws(CommandFailure) -> (from: Int64?, until: Int64?) {
        let from = try instant(from, of: "--from")
        let until = try instant(until, of: "--until")
        guard let days else { return (from, until) }
        guard until == nil else { throw CommandFailure(.usage, "--days and --until exclude each other") }
        guard (1...100_000).contains(days) else {
            throw CommandFailure(.usage, "--days \(days) is not between 1 and 100,000")
        }
        return (from, max(from ?? data.start, data.start) + Int64(days) * 86_400_000_000)
    }

    private func instant(_ text: String?, of option: String) throws(CommandFailure) -> Int64? {
        guard let text else { return nil }
        guard let instant = InstantText.parse(text) else {
            throw CommandFailure(.usage, "\(option) \(text) is not a time such as 2016-08-01T07:00:00Z")
        }
        return instant
    }

    /// Makes a fault in an option the command's failure.
    private func usage<Value>(_ body: () throws(ValueFault) -> Value) throws(CommandFailure) -> Value {
        do throws(ValueFault) {
            return try body()
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }
}
