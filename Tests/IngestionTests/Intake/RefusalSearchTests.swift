import Testing

@testable import Ingestion

@Suite("Refusal search")
struct RefusalSearchTests {
    let a = TopicPartition(topic: "readings", partition: 0)
    let b = TopicPartition(topic: "readings", partition: 1)

    func part(_ partition: TopicPartition, records: Int64, next: Int64) -> PartitionProgress {
        var part = PartitionProgress(
            partition: partition,
            incarnation: 3,
            epoch: 1,
            firstOffset: next - records,
            watermark: nil
        )
        part.records = records
        part.nextOffset = next
        return part
    }

    @Test("A refused batch is halved until one record is left, over all its partitions")
    func halves() {
        var search = RefusalSearch()
        #expect(search.refused([part(a, records: 5, next: 10), part(b, records: 4, next: 4)]) == nil)
        #expect(search.recordLimit == 4)
        #expect(search.refused([part(a, records: 2, next: 7)]) == nil)
        #expect(search.recordLimit == 1)
        let culprit = RecordIntake.RefusedRecord(partition: a, incarnation: 3, offset: 6)
        #expect(search.refused([part(a, records: 1, next: 7)]) == culprit)
    }

    @Test("With every commit the next batch may be larger, up to the usual size")
    func grows() {
        var search = RefusalSearch()
        _ = search.refused([part(a, records: 4, next: 4)])
        search.committed(usually: 5)
        #expect(search.recordLimit == 4)
        search.committed(usually: 5)
        #expect(search.recordLimit == 8)
        search.committed(usually: 5)
        #expect(search.recordLimit == nil)
    }
}
