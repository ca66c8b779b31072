import Testing

@testable import KafkaSource

@Suite struct KafkaConsumerConfigurationTests {
    private func failure(_ properties: [String: String]) -> KafkaConfigurationFailure? {
        let configuration = KafkaConsumerConfiguration(
            bootstrapServers: "127.0.0.1:9092",
            topics: ["readings"],
            groupID: "group",
            properties: properties
        )
        do throws(KafkaConfigurationFailure) {
            try configuration.check()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("enable.auto.commit", "true"), ("enable.auto.offset.store", "TRUE"), ("auto.offset.reset", "earliest"),
        ("check.crcs", "false"), ("partition.assignment.strategy", "cooperative-sticky"),
        ("enable.partition.eof", "f"), ("isolation.level", "read_uncommitted"), ("allow.auto.create.topics", "1"),
        ("group.protocol", "consumer"), ("bootstrap.servers", "h:1"), ("group.id", "g"), ("client.id", "c"),
    ])
    func namesThePropertyThatContradicts(_ property: String, _ value: String) {
        let failure = failure([property: value])
        #expect(failure?.property == property)
        #expect(failure?.description.contains(property) == true)
    }

    @Test func acceptsWhatAgreesAndWhatIsFree() {
        #expect(failure(["check.crcs": "True", "enable.auto.commit": "0", "auto.offset.reset": "error"]) == nil)
        #expect(failure(["session.timeout.ms": "2000", "security.protocol": "plaintext", "debug": "cgrp"]) == nil)
        #expect(failure(["queued.max.messages.kbytes": "1000", "max.partition.fetch.bytes": "2000000"]) == nil)
    }

    @Test func namesAnUnknownProperty() {
        let failure = failure(["sesion.timeout.ms": "6000"])
        #expect(failure?.property == "sesion.timeout.ms")
        #expect(failure?.description.contains("\(LibraryVersion.running)") == true)
    }

    @Test func namesABadValueWithoutShowingIt() {
        let failure = failure(["security.protocol": "hunter2"])
        #expect(failure?.property == "security.protocol")
        #expect(failure?.description.contains("hunter2") == false)
    }

    @Test func refusesWhatCannotBeConsumed() {
        func check(_ servers: String, _ topics: [String], _ group: String, _ kilobytes: Int = 1000) -> Bool {
            let configuration = KafkaConsumerConfiguration(
                bootstrapServers: servers,
                topics: topics,
                groupID: group,
                queueKilobytes: kilobytes
            )
            return (try? configuration.check()) != nil
        }
        #expect(check("h:1", ["t"], "g"))
        #expect(!check(" , ", ["t"], "g"))
        #expect(!check("h:1", [], "g"))
        #expect(!check("h:1", [""], "g"))
        #expect(!check("h:1", ["^t.*"], "g"))
        #expect(!check("h:1", ["t"], ""))
        #expect(!check("h:1", ["t"], "g", 1))
        #expect(!check("h:1", ["t"], "g", 3_000_000))
    }

    @Test func aStallIsPossibleOnlyAfterHalfAFullQueue() throws {
        let properties = try ClientProperties(
            defaults: ["queued.min.messages": "10", "queued.max.messages.kbytes": "4"],
            user: [:],
            rules: [],
            own: [:]
        )
        var stall = FetchStall(properties)
        for _ in 0..<4 { stall.count(bytes: 10) }
        #expect(!stall.isPossible)
        stall.count(bytes: 10)
        #expect(stall.isPossible)
        stall.reset()
        #expect(!stall.isPossible)
        stall.count(bytes: 2048)
        #expect(stall.isPossible)
    }

    @Test func theHeartbeatFollowsAShorterSession() throws {
        func heartbeat(_ properties: [String: String]) throws -> String? {
            let configuration = KafkaConsumerConfiguration(
                bootstrapServers: "h:1",
                topics: ["t"],
                groupID: "g",
                properties: properties
            )
            return try configuration.clientProperties().settings.first { $0.name == "heartbeat.interval.ms" }?.value
        }
        #expect(try heartbeat([:]) == "3000")
        #expect(try heartbeat(["session.timeout.ms": "6000"]) == "2000")
        #expect(try heartbeat(["session.timeout.ms": "6000", "heartbeat.interval.ms": "500"]) == "500")
    }

    @Test(arguments: [64, 1024, 16_384, 2_097_151])
    func everyMemoryBudgetIsPossible(_ kilobytes: Int) throws {
        try KafkaConsumerConfiguration(
            bootstrapServers: "127.0.0.1:9092",
            topics: ["readings"],
            groupID: "group",
            queueKilobytes: kilobytes
        ).check()
    }
}
