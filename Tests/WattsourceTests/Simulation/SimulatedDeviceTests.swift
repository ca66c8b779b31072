import Testing

@testable import wattsource

@Suite struct SimulatedDeviceTests {
    /// The published test vectors of FNV-1a, so that a device stays in its partition from release to release.
    @Test func hashesAsPublished() throws {
        #expect(try SimulatedDevice(home: "a", prefix: "").hash == 0xAF63_DC4C_8601_EC8C)
        #expect(try SimulatedDevice(home: "foobar", prefix: "").hash == 0x8594_4171_F739_67E8)
    }

    @Test func everyPartitionIsOneOfTheTopics() throws {
        for count in Int32(1)...40 {
            for home in 1...17 {
                let partition = try SimulatedDevice(home: "home\(home)", prefix: "x-").partition(of: count)
                #expect(partition >= 0 && partition < count)
            }
        }
    }

    @Test(arguments: ["a b", "é", #"""#, "a\\", "a/b", "a#", String(repeating: "a", count: 129)])
    func refusesWhatIsNoDeviceID(_ home: String) {
        #expect(throws: ValueFault.self) { try SimulatedDevice(home: home, prefix: "") }
    }
}
