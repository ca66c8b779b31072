import ArgumentParser
import Observability

/// The program: one command per thing that an operator does.
@main
struct Wattsource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wattsource",
        abstract: "Keeps every meter reading of an energy community exactly once, and says where each kWh came from.",
        version: WattsourceVersion.text,
        subcommands: [
            MigrateCommand.self, RegistryCommand.self, RunCommand.self, SimulateCommand.self, StatusCommand.self,
            ReportCommand.self, ExplainCommand.self, VerifyCommand.self, ReadingsCommand.self, AnomaliesCommand.self,
            DeadLettersCommand.self,
            PositionsCommand.self, SettleCommand.self,
            CheckCommand.self,
        ]
    )

    /// Runs the command that the arguments name, and turns its failure into a message and an exit code.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            end(with: failure)
        } catch let failure as ConfigurationFailure {
            end(with: CommandFailure(failure))
        } catch {
            // Help, usage faults and `ExitCode` are the argument parser's.
            exit(withError: error)
        }
    }

    /// Prints the message to standard error and exits.
    private static func end(with failure: CommandFailure) -> Never {
        StandardErrorLines.write("wattsource: \(failure.message)\n")
        exit(withError: ExitCode(failure.code.rawValue))
    }
}
