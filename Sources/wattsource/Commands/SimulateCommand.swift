import ArgumentParser
import CommunityRegistry
import FoundationEssentials
import Ingestion
import KafkaSource
import Logging
import MeterReadings

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

            Formats (--format), all with the same energy, so that the same attribution must come of each:
              v1, v1-kwh, v1-interval   telemetry v1 in Wh, in kWh, and the energy of intervals
              homewizard                no time: the hub's enqueued time is the reading's
              shelly, shelly-1phase     Wh with decimals, three phases or one
              tasmota-sml               local time of --time-zone without a word on summer or winter: readings of the second pass of \
            the hour that happens twice are refused (time_ambiguous), and that hour is interpolated
              dsmr, linky               the same time with that word; dsmr is a P1 telegram with its checksum
              oesterreichs-energie, sinapsi
              mixed                     each meter another of these, in turn
            The registry has to name each device's adapter: --print-registry writes it.

            Transports (--transport):
              headers    the hub's headers as text
              amqp       the hub's headers encoded by AMQP 1.0, as Event Hubs shows them
              envelope   no headers; the hub's routing envelope around the body (--envelope-body)
              plain      no headers; the key is the device id: run the worker with ingest.identity: record-key

            Faults (--inject, with commas; shares are of the records, and those that are added lose against the true ones):
              duplicates=1%           sent twice
              shuffle=30m             each is delayed by a random part of it
              late=1%+2d              come so much later
              drop=0.5%               are never sent
              conflicts=0.1%          followed by other values for the same times
              bad-json=1%             followed by a copy whose body breaks off
              unknown-device=0.5%     followed by a copy from a device that no registry knows
              future=0.1%             followed by a reading dated a day ahead (not with homewizard)
            and of single meters, from their first reading at or after a time:
              reset=DEVICE@TIME           both registers begin at 0 again
              rollover=DEVICE@TIME        the import register passes 1,000,000 kWh and begins at 0 again
              stuck=DEVICE@TIME+6h        both registers stand still for so long
              spike=DEVICE@TIME           one reading shows 5,000 kWh too much
            DEVICE is a home's name in the file, or a device id. The same --seed injects the same.

            Examples:
              wattsource simulate data/sierra-crest/hourly.csv
              wattsource simulate data/sierra-crest/hourly.csv --days 7 --speed 3600x
              wattsource simulate data/sierra-crest/hourly.csv --format mixed --print-registry > registry.yaml
              wattsource simulate data/sierra-crest/hourly.csv --format mixed --transport amqp --gzip
              wattsource simulate data/sierra-crest/hourly.csv --inject duplicates=1%,bad-json=1%,reset=home05@2016-12-24T18:00:00Z
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

    @Option(name: .long, help: "What the meters' readers send.")
    var format = FormatChoice.one(.v1)

    @Option(name: .long, help: "Readings in a record, 1 to 1000, for v1 and sinapsi; the others send one.")
    var batch = 1

    @Option(name: .long, help: "How a record reaches the topic.")
    var transport = SimulatedTransport.headers

    @Option(name: .long, help: "How an envelope holds JSON; anything else in it is base64.")
    var envelopeBody = EnvelopeBody.base64

    @Flag(name: .long, help: "Compress the bodies, and say so as content encoding.")
    var gzip = false

    @Option(name: .long, help: "The zone of the readers' clocks and of the printed registry's community.")
    var timeZone = "America/Los_Angeles"

    @Flag(name: .long, help: "Write the registry file that fits to standard output, and send nothing.")
    var printRegistry = false

    @Option(name: .long, help: "The code of the printed registry's community.")
    var community = "sierra-crest"

    @Option(name: .long, help: "What goes wrong on purpose; see above.")
    var inject: String?

    @Option(name: .long, help: "What the faults hit; the same seed gives the same records.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "What both registers show at the file's first edge, in Wh.")
    var registerStart: Int64 = 1_000_000

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let pace = try usage { () throws(ValueFault) in try SendingPace(speed: speed, rate: rate) }
        let faults = try usage { () throws(ValueFault) in
            try inject.map { text throws(ValueFault) in try InjectedFaults(text) } ?? InjectedFaults()
        }
        try checkNumbers()
        let data = try readData()
        let span = try readSpan(data)
        let simulation = try usage { () throws(ValueFault) in
            try Simulation(
                data,
                format: format,
                devicePrefix: devicePrefix,
                registerStart: registerStart,
                faults: faults,
                zone: timeZone,
                packaging: RecordPackaging(transport: transport, envelopeBody: envelopeBody, gzip: gzip)
            )
        }
        if printRegistry {
            let registry = SimulatedRegistry.document(simulation, community: community, zone: timeZone)
            return try StandardOutput.write(RegistryWriter.write(registry))
        }
        let configuration = try options.load()
        let stream = SimulatedStream(
            data,
            formats: simulation.devices.map(\.format),
            batch: batch,
            from: span.from,
            until: span.until,
            faults: faults,
            seed: seed
        )
        guard !stream.entries.isEmpty else {
            throw CommandFailure(
                .usage,
                "the file has no reading in that span; it goes from \(InstantText.render(data.start)) to "
                    + InstantText.render(data.time(ofEdge: data.intervals))
            )
        }
        let sender = try SimulationSender(
            configuration.kafka,
            topic: topic,
            partitions: partitions,
            level: configuration.log.level,
            simulation
        )
        defer { sender.close() }
        try await sender.send(stream, pace: pace)
        try StandardOutput.write(simulation.summary(of: stream, faults, topic: sender.topic))
    }

    private func checkNumbers() throws(CommandFailure) {
        guard (0...MeterReading.maximumWh).contains(registerStart) else {
            throw CommandFailure(.usage, "--register-start \(registerStart) is not between 0 and 1,000,000,000,000 Wh")
        }
        guard (1...1000).contains(batch) else {
            throw CommandFailure(.usage, "--batch \(batch) is not between 1 and 1,000")
        }
        if case .one(let format) = format, batch > 1, !format.isBatchable {
            throw CommandFailure(.usage, "--batch \(batch): a record of \(format.rawValue) holds one reading")
        }
        if let partitions, !(1...10_000).contains(partitions) {
            throw CommandFailure(.usage, "--partitions \(partitions) is not between 1 and 10,000")
        }
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
