import Ingestion

/// A source that only lends records: for tests of what becomes of one.
final class RecordList: RecordSource {
    struct Record {
        var value: [UInt8]?
        var key: [UInt8]?
        var headers: [(name: String, value: [UInt8])] = []
    }

    var current = Record()

    func withValue<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        guard let value = current.value else { return body(nil) }
        return body(value.span)
    }

    func withKey<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        guard let key = current.key else { return body(nil) }
        return body(key.span)
    }

    func forEachHeader(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        for (name, value) in current.headers {
            let name = Array(name.utf8)
            body(name.span, value.span)
        }
    }

    func poll(waitingUpTo timeout: Duration) throws(SourceFailure) -> SourceEvent { .idle }
    func assign(_ starts: [PartitionStart]) throws(SourceFailure) {}
    func unassign() throws(SourceFailure) {}
    func pause() throws(SourceFailure) {}
    func resume() throws(SourceFailure) {}
    func offsetRange(of partition: TopicPartition) throws(SourceFailure) -> (low: Int64, high: Int64) { (0, 0) }
    func firstOffset(of partition: TopicPartition, atOrAfter time: Int64) throws(SourceFailure) -> Int64 { 0 }
    func knownEnd(of partition: TopicPartition) -> Int64? { nil }
    func allPartitions() throws(SourceFailure) -> [TopicPartition] { [] }
    func commitToGroup(_ nextOffsets: [PartitionStart]) {}
    func close() {}
}
