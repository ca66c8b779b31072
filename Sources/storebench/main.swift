import Ingestion
import PostgresStore
let clock = ContinuousClock()
var buffer = CopyBuffer(capacity: 1 << 20)
var total = 0
let t = clock.measure {
    for _ in 0..<100 {
        buffer.removeAll()
        for i in 0..<50_000 {
            buffer.reading(measuredAt: 1_470_009_600_000_000 + Int64(i), receivedAt: 1_470_009_601_000_000, importWh: Int64(i), exportWh: i & 1 == 0 ? -1 : 7, deviceID: Int32(i), flags: 0, quality: 0x4D)
        }
        buffer.finish(); total += buffer.count
    }
}
print("encode ns/row:", Double(t.components.attoseconds) / 1e9 / 5_000_000 + Double(t.components.seconds) * 1e9 / 5_000_000, total)
let url = CommandLine.arguments[1]
let store = PostgresIngestStore(IngestStoreSettings(conninfo: url))
var pos = try store.takeOver([TakeOverRequest(partition: TopicPartition(topic: "bench", partition: 0), low: 0, firstStart: 0)], owner: "b")[0]
let base: Int64 = 1_470_009_600_000_000
@MainActor func go(_ name: String, batches: Int, size: Int, staged: Bool, start: Int) throws {
    var rows = 0
    let t = try clock.measure {
        for b in 0..<batches {
            var batch = IngestBatch(registryVersion: 0)
            var p = PartitionProgress(partition: pos.partition, incarnation: 0, epoch: pos.epoch, firstOffset: pos.nextOffset, watermark: nil)
            p.nextOffset += Int64(size); p.records = Int64(size); p.readings = Int64(size)
            var r: [ReadingRow] = []; r.reserveCapacity(size)
            for i in 0..<size {
                let n = start + b * size + i
                let at = base + Int64(n / 1000) * 60_000_000
                r.append(ReadingRow(deviceID: Int32(n % 1000), measuredAt: at, importWh: Int64(n), exportWh: 5, quality: 0x4D, flags: 0, receivedAt: at, previousAt: at - 60_000_000, partitionIndex: 0))
                batch.readingDays.insert(Int32(at / 86_400_000_000))
            }
            if staged { batch.staged = r } else { batch.straight = r }
            batch.partitions = [p]
            _ = try store.write(batch)
            pos.nextOffset = p.nextOffset
            rows += size
        }
    }
    let s = Double(t.components.seconds) + Double(t.components.attoseconds) / 1e18
    print(name, rows, "rows", s, "s", Int(Double(rows) / s), "rows/s")
}
try go("straight 10k", batches: 50, size: 10_000, staged: false, start: 0)
try go("straight 1k", batches: 200, size: 1000, staged: false, start: 1_000_000)
try go("staged new 10k", batches: 20, size: 10_000, staged: true, start: 2_000_000)
try go("staged dup 10k", batches: 20, size: 10_000, staged: true, start: 2_000_000)
try go("staged 10", batches: 300, size: 10, staged: true, start: 3_000_000)
let c = try PostgresConnection(url, applicationName: "b")
try c.run("update energy.control set horizon='infinity'; analyze energy.reading")
try go("staged new 10k marks", batches: 10, size: 10_000, staged: true, start: 4_000_000)
try go("staged 10 marks", batches: 300, size: 10, staged: true, start: 5_000_000)
try go("straight 10k marks", batches: 20, size: 10_000, staged: false, start: 6_000_000)
