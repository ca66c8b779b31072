import ArgumentParser
import CommunityRegistry
import Foundation
import Observability
import PostgresStore

/// `wattsource registry apply`: brings the registry to what a file says.
struct RegistryApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring the registry to what a file says.",
        discussion: """
            The whole file is checked before anything changes: all its faults are listed,
            each with line, column and field. Then it is compared with the database, and
            the differences are applied in one transaction, between two batches of a
            running worker. Applied again, it changes nothing. Intervals that a change
            touches are settled again by themselves: a share that was wrong since March
            corrects March. Both this and --dry-run say how many these are, whose, and by
            whose participation; what retention has sealed does not change.

            What the file names, it states in full: a community's rules, and the
            participations of a device in a community once it gives one. What it does not
            name stays as it is, and is listed on standard error; with --prune,
            participations that it does not name end at the next interval. Nothing is
            deleted, but for meter swaps: of a device that it gives `meter_swaps` of, or
            with --prune, those that it does not name were never there (one that was
            decided with wattsource anomalies resolve stays until it is reopened).

            Example of a file:
              communities:
                - code: sierra-crest
                  name: Sierra Crest
                  time_zone: America/Los_Angeles
                  interval_minutes: 60
                  sharing_key: proportional
                  grace: 2h
                  members:
                    - code: home-01
                      name: Home 01
                      devices:
                        - hub_device_id: sierra-crest-home-01
                          connection_watts: 17250
                          participation:
                            - { from: 2016-08-01T07:00:00Z }

            deploy/examples/registry.yaml shows every field. See what a file would change,
            then apply it:
              wattsource registry apply --dry-run registry.yaml
              wattsource registry apply registry.yaml

            Ends with 0 if the registry is what the file says, 65 if the file is faulty or
            cannot be applied, 69 if the database is away or busy.
            """
    )

    @Argument(help: "The registry file (YAML); - is standard input.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(name: .long, help: "Only show what would change.")
    var dryRun = false

    @Flag(name: .long, help: "End participations, and take back meter swaps, that the file does not name.")
    var prune = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let document = try readDocument()
        let configuration = try options.load()
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000_000)
        let plan = try RegistryCommand.withStore(configuration) { store throws(RegistryStoreFailure) in
            dryRun
                ? try store.plan(document, prune: prune, now: now)
                : try store.apply(document, prune: prune, now: now)
        }
        for line in plan.warnings { StandardErrorLines.write("warning: \(line)\n") }
        for line in plan.notNamed {
            StandardErrorLines.write(
                "not in the file, \(prune ? "only its participations end" : "left as it is"): \(line)\n"
            )
        }
        let count = plan.changes.count
        let summary =
            switch (count, dryRun) {
            case (0, _): "nothing to change"
            case (_, true): EnergyText.count(Int64(count), "change") + " would be made"
            case (_, false): EnergyText.count(Int64(count), "change") + " made"
            }
        let due = plan.dueAgain.map { "\(dryRun ? "would be due" : "due") again: \($0)" }
        try StandardOutput.write(plan.changes.map(\.description) + due + [summary])
    }

    private func readDocument() throws -> RegistryDocument {
        let (name, bytes) = try RegistryCommand.contents(of: file)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badData, "\(name) is not UTF-8 text")
        }
        do throws(RegistryFaults) {
            return try RegistryReader(file: name).read(text)
        } catch {
            let count = error.faults.count
            throw CommandFailure(
                .badData,
                "\(name) has \(count == 1 ? "a fault" : "\(count) faults"), nothing was changed:\n\(error)"
            )
        }
    }
}
