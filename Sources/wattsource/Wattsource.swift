import ArgumentParser

/// The program: one command per thing that an operator does.
@main
struct Wattsource: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wattsource",
        abstract: "Keeps every meter reading of an energy community exactly once, and says where each kWh came from.",
        subcommands: [
            MigrateCommand.self, RegistryCommand.self, RunCommand.self, SimulateCommand.self, StatusCommand.self,
            ReportCommand.self, VerifyCommand.self, DeadLettersCommand.self, PositionsCommand.self, SettleCommand.self,
            CheckCommand.self,
        ]
    )
}
