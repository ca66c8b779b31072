import Testing

@testable import Ingestion

@Suite("Position machine")
struct PositionMachineTests {
    let a = TopicPartition(topic: "readings", partition: 0)
    let b = TopicPartition(topic: "readings", partition: 1)

    func taken(
        _ partition: TopicPartition,
        next: Int64 = 100,
        epoch: Int64 = 1,
        anchor: Int64? = nil,
        halted: String? = nil
    ) -> TakenPosition {
        TakenPosition(
            partition: partition,
            incarnation: 0,
            epoch: epoch,
            nextOffset: next,
            watermark: nil,
            anchorHash: anchor,
            haltReason: halted
        )
    }

    /// A machine that reads both partitions.
    func running(anchor: Int64? = nil) -> PositionMachine {
        var machine = PositionMachine()
        _ = machine.assigned([b, a])
        _ = machine.tookOver([taken(a, anchor: anchor), taken(b)], lows: [0, 0])
        return machine
    }

    @Test("An assignment is taken over in order before anything is read")
    func assignment() {
        var machine = PositionMachine()
        #expect(machine.assigned([b, a]) == [.dropWork, .unassign, .takeOver([a, b], attempt: 0)])
        #expect(machine.admit(0, offset: 100) { 0 } == .drop)
        #expect(
            machine.tookOver([taken(a), taken(b, next: 7)], lows: [0, 0])
                == [.assign([PartitionStart(a, offset: 100), PartitionStart(b, offset: 7)])]
        )
        #expect(machine.partitions.map(\.nextOffset) == [100, 7])
    }

    @Test("Records before the position are passed over, those from it on are taken")
    func admission() {
        var machine = running()
        #expect(machine.admit(0, offset: 99) { 0 } == .drop)
        #expect(machine.admit(0, offset: 100) { 0 } == .take)
        machine.took(0, offset: 100, enqueuedAt: 5)
        #expect(machine.admit(0, offset: 100) { 0 } == .drop)
        // An offset without a record (compacted away) is no fault.
        #expect(machine.admit(0, offset: 104) { 0 } == .take)
        #expect(machine.admit(7, offset: 1) { 0 } == .drop)
    }

    @Test("The watermark is a running maximum")
    func watermark() {
        var machine = running()
        machine.took(0, offset: 100, enqueuedAt: 50)
        machine.took(0, offset: 101, enqueuedAt: 20)
        machine.took(0, offset: 102, enqueuedAt: nil)
        #expect(machine.partitions[0].watermark == 50)
    }

    @Test("The record before the position is compared, not taken")
    func anchor() {
        var machine = PositionMachine()
        _ = machine.assigned([a])
        #expect(
            machine.tookOver([taken(a, anchor: 42)], lows: [0]) == [.assign([PartitionStart(a, offset: 99)])]
        )
        #expect(machine.admit(0, offset: 99) { 42 } == .drop)
        #expect(machine.admit(0, offset: 100) { 0 } == .take)
    }

    @Test("Another record in its place halts the partition")
    func anchorMismatch() {
        var machine = running(anchor: 42)
        guard case .halt(let actions) = machine.admit(0, offset: 99, hash: { 43 }) else {
            Issue.record("a foreign log was accepted")
            return
        }
        #expect(actions.contains { if case .halt(a, epoch: 1, reason: _) = $0 { true } else { false } })
        #expect(actions.last == .takeOver([a, b], attempt: 0))
    }

    @Test("Without a record to compare with the log is believed", arguments: [Int64(100), 105])
    func anchorGone(offset: Int64) {
        var machine = running(anchor: 42)
        #expect(machine.admit(0, offset: offset) { 0 } == .take)
    }

    @Test("The anchor is not asked for where the broker has it no more")
    func anchorBeyondRetention() {
        var machine = PositionMachine()
        _ = machine.assigned([a])
        #expect(
            machine.tookOver([taken(a, anchor: 42)], lows: [100]) == [.assign([PartitionStart(a, offset: 100)])]
        )
    }

    @Test("Retention that passed the position halts that partition alone, with the range")
    func retention() {
        var machine = PositionMachine()
        _ = machine.assigned([a, b])
        let actions = machine.tookOver([taken(a), taken(b)], lows: [130, 0])
        #expect(machine.halted[a]?.contains("100 to 129") == true)
        #expect(machine.partitions.map(\.partition) == [b])
        #expect(actions.last == .assign([PartitionStart(b, offset: 100)]))
        #expect(actions.contains { if case .halt(a, _, _) = $0 { true } else { false } })
    }

    @Test("A log that ends before the position halts the partition")
    func truncation() {
        var machine = running()
        let actions = machine.reachedEnd(0, endOffset: 60)
        #expect(actions.contains { if case .halt(a, _, _) = $0 { true } else { false } })
        #expect(machine.reachedEnd(1, endOffset: 100) == [])
    }

    @Test("A record before the position that never comes halts the partition, if the broker's log ends before it")
    func missingAnchor() {
        var machine = running(anchor: 42)
        // The end alone proves nothing, nor does a record that may still come.
        #expect(machine.anchorsAreMissing([1: 1]) == [])
        #expect(machine.anchorsAreMissing([0: 100, 1: 1]) == [])
        let actions = machine.anchorsAreMissing([0: 1, 1: 1])
        #expect(actions.contains { if case .halt(a, _, _) = $0 { true } else { false } })
        #expect(!actions.contains { if case .halt(b, _, _) = $0 { true } else { false } })
        #expect(actions.last == .takeOver([a, b], attempt: 0))
    }

    @Test("What the database halted is not read")
    func haltedInDatabase() {
        var machine = PositionMachine()
        _ = machine.assigned([a, b])
        let actions = machine.tookOver([taken(a, halted: "why"), taken(b)], lows: [0, 0])
        #expect(actions == [.assign([PartitionStart(b, offset: 100)])])
        #expect(machine.halted == [a: "why"])
        #expect(machine.found([state(a, "why"), state(b)]) == [])
        #expect(machine.found([state(a), state(b)]).last == .takeOver([a, b], attempt: 0))
    }

    func state(_ partition: TopicPartition, _ haltReason: String? = nil) -> PositionState {
        PositionState(partition: partition, nextOffset: 100, isAtEnd: false, haltReason: haltReason)
    }

    @Test("A halted partition whose position the database has forgotten is taken over anew")
    func forgottenHalt() {
        var machine = PositionMachine()
        _ = machine.assigned([a, b])
        _ = machine.tookOver([taken(a, halted: "why"), taken(b)], lows: [0, 0])
        #expect(machine.found([state(b)]).last == .takeOver([a, b], attempt: 0))
    }

    @Test(
        "Whatever fails: drop the work, read nothing, take over again",
        arguments: [
            StoreFailure.Action.retryLater, .outcomeUnknown, .positionMoved, .dataRefused, .halt, .registryChanged,
        ]
    )
    func storeFailure(action: StoreFailure.Action) {
        var machine = running()
        let actions = machine.storeFailed(action)
        #expect(actions.first == .dropWork)
        #expect(actions.contains(.unassign))
        #expect(actions.contains(.reloadDirectory) == (action == .registryChanged))
        guard case .takeOver(let partitions, _) = actions.last else {
            Issue.record("no take-over")
            return
        }
        #expect(partitions == [a, b])
        #expect(machine.admit(0, offset: 100) { 0 } == .drop)
    }

    @Test("A partition that another worker took is left alone, the others go on")
    func fenced() {
        var machine = running()
        #expect(machine.storeFailed(.fenced([a])).last == .takeOver([b], attempt: 0))
        #expect(machine.retryFenced().last == .takeOver([a, b], attempt: 0))
    }

    @Test("A spurious out-of-range is tried again at the same place, and only then halts")
    func outOfRange() {
        var machine = running()
        for attempt in 1...PositionMachine.maximumFetchRetries {
            #expect(machine.fetchFailed(0, .offsetOutOfRange).last == .takeOver([a, b], attempt: attempt))
            _ = machine.tookOver([taken(a), taken(b)], lows: [0, 0])
        }
        let actions = machine.fetchFailed(0, .offsetOutOfRange)
        #expect(actions.contains { if case .halt(a, _, _) = $0 { true } else { false } })
    }

    @Test("A commit clears the count of attempts")
    func commitClears() {
        var machine = running()
        _ = machine.fetchFailed(0, .offsetOutOfRange)
        _ = machine.tookOver([taken(a), taken(b)], lows: [0, 0])
        var part = PartitionProgress(partition: a, incarnation: 0, epoch: 1, firstOffset: 100, watermark: nil)
        part.nextOffset = 105
        machine.committed([part])
        #expect(machine.attempt == 0)
        #expect(machine.partitions[0].committedOffset == 105)
    }

    @Test("Nothing of a former take-over is believed")
    func staleAnswers() {
        var machine = running()
        #expect(machine.tookOver([taken(a, next: 5)], lows: [0]) == [])
        #expect(machine.unassigned() == [.dropWork, .unassign])
        #expect(machine.takeOverFailed() == [])
        #expect(machine.fetchFailed(0, .offsetOutOfRange) == [])
        #expect(machine.reachedEnd(0, endOffset: 0) == [])
    }

    /// A machine whose first partition was called out of range as often as it may be.
    func doubted() -> PositionMachine {
        var machine = running()
        for _ in 1...PositionMachine.maximumFetchRetries {
            _ = machine.fetchFailed(0, .offsetOutOfRange)
            _ = machine.tookOver([taken(a), taken(b)], lows: [0, 0])
        }
        return machine
    }

    /// Whether a failed fetch halts its partition.
    func halts(_ machine: inout PositionMachine, _ failure: PartitionFailure) -> Bool {
        machine.fetchFailed(0, failure).contains { if case .halt = $0 { true } else { false } }
    }

    @Test("A partition that was let go on may be called out of range as often as ever")
    func outOfRangeAfterHalt() {
        var machine = doubted()
        #expect(halts(&machine, .offsetOutOfRange))
        _ = machine.tookOver([taken(a, halted: "why"), taken(b)], lows: [0, 0])
        _ = machine.found([state(a), state(b)])
        _ = machine.tookOver([taken(a), taken(b)], lows: [0, 0])
        #expect(!halts(&machine, .offsetOutOfRange))
    }

    @Test("The end of an idle partition ends the count of its failed fetches, as a commit would")
    func outOfRangeOfIdlePartition() {
        var machine = doubted()
        #expect(machine.reachedEnd(0, endOffset: 100) == [])
        #expect(!halts(&machine, .offsetOutOfRange))
    }

    @Test("A batch that is committed while its partitions are being dropped ends the count of failed fetches")
    func outOfRangeWhileCommitting() {
        var machine = doubted()
        var part = PartitionProgress(partition: a, incarnation: 0, epoch: 1, firstOffset: 100, watermark: nil)
        part.nextOffset = 105
        _ = machine.storeFailed(.retryLater)
        machine.committed([part])
        _ = machine.tookOver([taken(a, next: 105), taken(b)], lows: [0, 0])
        #expect(!halts(&machine, .offsetOutOfRange))
    }

    @Test("Missing rights are no doubt of an offset")
    func unauthorized() {
        var machine = running()
        for _ in 0...PositionMachine.maximumFetchRetries {
            #expect(!halts(&machine, .unauthorized("for a while")))
            _ = machine.tookOver([taken(a), taken(b)], lows: [0, 0])
        }
        #expect(!halts(&machine, .offsetOutOfRange))
    }
}
