import ArgumentParser
import Testing

@testable import wattsource

@Suite struct RegistrySharesCommandTests {
    @Test(arguments: [
        ["shares.csv"], [], ["--community", "c"], ["--list", "shares.csv"], ["--list", "--dry-run"],
    ])
    func `a file and its community, or a list`(arguments: [String]) {
        #expect(throws: (any Error).self) { try RegistrySharesCommand.parse(arguments) }
    }

    @Test(arguments: [
        ["--community", "c", "shares.csv"], ["--dry-run", "--community", "c", "-"], ["--list"],
        ["--list", "--community", "c"],
    ])
    func `what makes sense is taken`(arguments: [String]) throws {
        _ = try RegistrySharesCommand.parse(arguments)
    }
}
