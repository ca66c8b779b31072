import ArgumentParser
import Foundation
import Observability
import PostgresStore
import ReadingImport

/// `wattsource readings import`: history from before the stream, and corrections, from a file.
struct ReadingsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Write readings from a file: history from before the stream, and corrections.",
        discussion: """
            A reading of a file takes the place of telemetry of the same device, time and quality, and a later import that of an
            earlier one; better quality (M, S, E, F, N) goes before worse. What loses its place is kept, see readings history.
            The registry's rules hold as for telemetry, but a reading may be old. What it touches is settled again by the running workers.

            The file is written whole, in one transaction, or not at all; ingest waits meanwhile. With --skip-bad what is faulty is
            listed and left out.

            Formats:
              csv    a header, then a line per reading; columns in any order:
                       device,time,import_wh,export_wh,quality
                       meter-0001,2026-03-29T01:15:00Z,2714128,1206,M
                     time has its offset; import_kwh and export_kwh are decimals; quality (M) and interval_s (registers; 900: the energy
                     of the 15 minutes from time on) may be left out; an empty energy: the meter has none.
              nem12  interval data of the Australian market: 200, 300 and 400 records, channels E (import) and B (export), UTC+10
              eda    consumption records of the Austrian energy data exchange: 1-1:1.9.0 (import) and 1-1:2.9.0 (export), G.01 or P.01

            See what would happen, then do it:
              wattsource readings import --dry-run --author Ada --reason "meter log of March" march.csv
              wattsource readings import --author Ada --reason "NMI history" --map NMI1234567=meter-0001 nem12.csv

            Ends with 0 if it is written, 65 if the file is faulty, 69 if the database is away or busy.
            """
    )

    @Argument(help: "The file; - is standard input.", completion: .file())
    var file: String

    @Option(
        name: .long,
        help: "csv, nem12 or eda; default: what the first bytes show.",
        transform: { text throws(ValidationError) in
            guard let format = ReadingFileFormat(rawValue: text) else {
                throw ValidationError("csv, nem12 or eda is expected")
            }
            return format
        }
    )
    var format: ReadingFileFormat?

    @Option(name: .long, help: "Who does it; it is kept in the books.")
    var author: String

    @Option(name: .long, help: "Why; it is kept in the books.")
    var reason: String

    @Option(name: .long, help: "The device of all readings that --map does not name, as the hub names it.")
    var device: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What the hub calls a meter of the file (its NMI or metering point); repeatable.",
            valueName: "file-name=device"
        )
    )
    var map: [String] = []

    @Flag(name: .long, help: "Only show what would happen.")
    var dryRun = false

    @Flag(name: .long, help: "Write the other readings if some are faulty or refused.")
    var skipBad = false

    @Option(name: .long, help: "How many faults, and how many readings of a dry run, to list.")
    var show = 20

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard (1...1_000_000).contains(show) else { throw ValidationError("--show is a number from 1 to 1000000") }
        _ = try names()
    }

    mutating func run() async throws {
        let bytes = try readBytes()
        let found = ReadingFile.read(bytes, as: format ?? .guess(bytes), names: try names())
        for line in ImportText.passedOver(found) { StandardErrorLines.write(line + "\n") }
        let configuration = try options.load()
        let request = ImportRequest(
            readings: found.readings,
            author: author,
            reason: reason,
            skipsRefused: skipBad,
            // A faulty file is tried, so that what the registry has against it is told too.
            isTrial: dryRun || (found.faultCount > 0 && !skipBad)
        )
        let result = try DatabaseSession.run(configuration, limit: nil) { connection in
            try ReadingImporter(connection, width: configuration.partitions.tableWidth).run(request)
        }
        let faults = (found.faults + result.refused).sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        let count = found.faultCount + result.refused.count
        let isRefused = count > 0 && !skipBad
        if dryRun, result.isWritten {
            try StandardOutput.write(ImportText.outcomes(found.readings, result, limit: show))
        }
        if isRefused {
            throw CommandFailure(
                .badData,
                "\(name) has \(EnergyText.count(Int64(count), "fault")), nothing was written (--skip-bad writes the rest):\n"
                    + ImportText.faults(faults, count: count, limit: show).joined(separator: "\n")
            )
        }
        for line in ImportText.faults(faults, count: count, limit: show) {
            StandardErrorLines.write("left out: \(line)\n")
        }
        try StandardOutput.write(
            ImportText.summary(result.counts, isTrial: dryRun) + ImportText.due(result.dueAgain, isTrial: dryRun)
        )
    }

    private var name: String { file == "-" ? "standard input" : file }

    private func names() throws -> DeviceNames {
        var names = DeviceNames(device: device)
        for pair in map {
            guard let sign = pair.firstIndex(of: "="), sign != pair.startIndex, pair.index(after: sign) != pair.endIndex
            else {
                throw ValidationError("--map NMI1234567=meter-0001: the name in the file, =, the device on the hub")
            }
            names.byFileName[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
        }
        return names
    }

    private func readBytes() throws -> [UInt8] {
        let contents =
            file == "-"
            ? try? FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: file)
        guard let contents else {
            throw CommandFailure(.badData, "cannot read \(name): is it there, and may this user read it?")
        }
        return Array(contents)
    }
}
