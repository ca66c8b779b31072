import Testing

@testable import Ingestion

@Suite("Position fence")
struct PositionFenceTests {
    let a = TopicPartition(topic: "readings", partition: 0)
    let b = TopicPartition(topic: "readings", partition: 1)

    func part(_ partition: TopicPartition) -> PartitionProgress {
        PartitionProgress(partition: partition, incarnation: 2, epoch: 7, firstOffset: 100, watermark: nil)
    }

    let right = LockedPosition(incarnation: 2, epoch: 7, nextOffset: 100, isRunning: true)

    func with(_ change: (inout LockedPosition) -> Void) -> LockedPosition {
        var position = right
        change(&position)
        return position
    }

    @Test("A batch passes only where every row is as it believes")
    func passes() {
        #expect(PositionFence.refusal(of: [part(a), part(b)], at: [a: right, b: right]) == nil)
    }

    @Test("Another epoch, another life, a halt or a missing row fences")
    func fences() {
        let others = [
            with { $0.epoch = 8 }, with { $0.epoch = 6 }, with { $0.incarnation = 3 }, with { $0.isRunning = false },
            nil,
        ]
        for other in others {
            var rows = [a: right]
            rows[b] = other
            #expect(PositionFence.refusal(of: [part(a), part(b)], at: rows)?.action == .fenced([b]))
        }
    }

    @Test("Another offset means that the position moved; a fence counts more")
    func moves() {
        let moved = with { $0.nextOffset = 101 }
        #expect(PositionFence.refusal(of: [part(a), part(b)], at: [a: right, b: moved])?.action == .positionMoved)
        let fenced = with { $0.epoch = 8 }
        #expect(PositionFence.refusal(of: [part(a), part(b)], at: [a: moved, b: fenced])?.action == .fenced([b]))
    }

    @Test("A connection writes only what it has taken over itself, and only while it lasts")
    func held() {
        var held = HeldPositions()
        #expect(held.refusal(of: [part(a)])?.action == .outcomeUnknown)
        held.tookOver(a)
        held.tookOver(b)
        #expect(held.refusal(of: [part(a), part(b)]) == nil)
        held.fenced([b])
        #expect(held.refusal(of: [part(a)]) == nil)
        #expect(held.refusal(of: [part(a), part(b)])?.action == .outcomeUnknown)
        held.connectionLost()
        #expect(held.refusal(of: [part(a)])?.action == .outcomeUnknown)
    }
}
