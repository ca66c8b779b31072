import Testing

@testable import Ingestion

@Suite("End watch")
struct EndWatchTests {
    let began = ContinuousClock.now
    let idle = Duration.seconds(2)

    func partition(_ number: Int32, committed: Int64 = 5, isAtEnd: Bool = true) -> AssignedPartition {
        var partition = AssignedPartition(
            partition: TopicPartition(topic: "readings", partition: number),
            incarnation: 0,
            epoch: 1,
            nextOffset: 5,
            committedOffset: committed
        )
        partition.isAtEnd = isAtEnd
        return partition
    }

    @Test("A partition is due once it has been at its end, with everything committed, for long enough")
    func due() {
        var watch = EndWatch()
        let partitions = [partition(0), partition(1, committed: 4), partition(2, isAtEnd: false)]
        #expect(watch.due(partitions, now: began, after: idle) == [])
        #expect(watch.due(partitions, now: began + .seconds(1), after: idle) == [])
        #expect(watch.due(partitions, now: began + .seconds(2), after: idle) == [0])
    }

    @Test("A record in between, or a new assignment, begins the wait anew")
    func beginsAnew() {
        var watch = EndWatch()
        _ = watch.due([partition(0)], now: began, after: idle)
        _ = watch.due([partition(0, isAtEnd: false)], now: began + .seconds(1), after: idle)
        #expect(watch.due([partition(0)], now: began + .seconds(2), after: idle) == [])
        watch.forget()
        #expect(watch.due([partition(0)], now: began + .seconds(9), after: idle) == [])
    }

    @Test("What is marked is not due again")
    func marked() {
        var watch = EndWatch()
        var marked = partition(0)
        marked.isMarkedAtEnd = true
        #expect(watch.due([marked], now: began, after: .zero) == [])
        #expect(watch.due([partition(0)], now: began, after: .zero) == [0])
    }
}
