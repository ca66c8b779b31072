import KafkaSource
import Testing

@testable import wattsource

@Suite struct SimulatedDeviceTests {
    @Test func makesTheHubsRecord() throws {
        let device = try SimulatedDevice(home: "home01", prefix: "sierra-crest-home-")
        let body = device.body(
            time: "2016-08-01T07:00:00Z",
            registers: MeterRegisters.Pair(imported: 123, exported: 0)
        )
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"v":1,"device":"sierra-crest-home-01","t":"2016-08-01T07:00:00Z","import_wh":123,"export_wh":0}"#
        )
        #expect(
            device.headers(enqueued: "2016-08-01T07:00:05Z") == [
                KafkaHeader("iothub-connection-device-id", "sierra-crest-home-01"),
                KafkaHeader("iothub-enqueuedtime", "2016-08-01T07:00:05Z"),
                KafkaHeader("iothub-message-source", "Telemetry"),
                KafkaHeader("content-type", "application/json"),
                KafkaHeader("content-encoding", "utf-8"),
            ]
        )
    }

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
