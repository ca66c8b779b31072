import FoundationEssentials
import Testing

@testable import wattsource

@Suite struct ExampleFileTests {
    /// The folder of the checkout.
    private let root = (#filePath.split(separator: "/Tests/WattsourceTests/").first.map { "\($0)/" }) ?? ""

    @Test func `The example that is shipped is valid and shows the defaults`() throws {
        let path = root + "deploy/examples/wattsource.yaml"
        #expect(FileManager.default.fileExists(atPath: path))
        let effective = try ConfigurationLoader(environment: [:], path: path).load()
        #expect(effective.configuration == Configuration())
    }

    /// A key that is added shall be added there too.
    @Test func `The example names every key`() throws {
        let text = try String(contentsOfFile: root + "deploy/examples/wattsource.yaml", encoding: .utf8)
        for key in ConfigurationCatalogue.keys {
            let name = key.name.drop { $0 != "." }.dropFirst()
            #expect(text.contains("\(name):") || text.contains("\(name)_file:"), "\(key.name)")
        }
    }
}
