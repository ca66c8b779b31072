import Ingestion

@testable import struct Ingestion.PositionMachine

/// Keeps apart from the database what must be true of it, and says when it is not.
///
/// It knows the producers' journal (the lives of the logs), and sees every commit before it happens and every state after it.
final class SimulationBooks {
    private let context: SimulationContext
    let broker: SimulatedBroker
    /// What each incarnation of each partition is in the broker.
    private var lives: [[Int32: SimulatedLife]]
    /// The newest position of each partition that anybody can have read.
    private var seen: [(incarnation: Int32, nextOffset: Int64, epoch: Int64)?]
    /// The clients whose failed fetches may be a reason to halt.
    var clients: () -> [SimulatedSource] = { [] }
    /// Where the group may be told to be, at most.
    private var nextOffsets: [Int64]

    init(_ broker: SimulatedBroker, _ context: SimulationContext) {
        self.broker = broker
        self.context = context
        lives = Array(repeating: [:], count: broker.partitions.count)
        seen = Array(repeating: nil, count: broker.partitions.count)
        nextOffsets = Array(repeating: 0, count: broker.partitions.count)
    }

    /// A partition's position begins, with what the log is now.
    func begins(_ partition: Int, at incarnation: Int32) { lives[partition][incarnation] = broker.logs[partition].life }

    /// A person has accepted a new beginning.
    func begins(_ partition: Int, at incarnation: Int32, _ life: SimulatedLife) {
        lives[partition][incarnation] = life
    }

    /// All that ever was.
    var allLives: [SimulatedLife] { lives.flatMap(\.values) }

    /// What an incarnation is in the broker.
    func life(_ partition: Int, _ incarnation: Int32) -> SimulatedLife? { lives[partition][incarnation] }

    // MARK: While it runs

    /// A batch's part is about to be committed.
    func willCommit(
        _ part: PartitionProgress,
        _ counts: OutcomeCounts,
        _ session: Int,
        _ before: SimulatedDatabase.Position?
    ) {
        let name = "session \(session) commits \(part.inShort)"
        guard let before else { return context.violate("\(name), which has no position") }
        guard before.epoch == part.epoch, before.incarnation == part.incarnation else {
            return context.violate("\(name), but the partition was taken over with epoch \(before.epoch): not fenced")
        }
        guard before.haltReason == nil else { return context.violate("\(name), but the partition is halted") }
        guard before.nextOffset == part.firstOffset else {
            return context.violate("\(name), but the position is \(before.nextOffset): a hole or an overlap")
        }
        guard part.nextOffset > part.firstOffset else { return context.violate("\(name): nothing") }
        guard context.options.defect != nil || before.owner == session else {
            return context.violate("\(name), but session \(before.owner) is the owner: not fenced")
        }
        let settled = counts.accepted + counts.duplicate + counts.replaced + counts.superseded + part.duplicates
        guard part.readings == settled + part.rejected else {
            return context.violate("\(name): \(part.readings) readings, \(settled + part.rejected) outcomes")
        }
        compareWithJournal(part, before, name)
        let index = Int(part.partition.partition)
        for client in clients() { client.forgetFailures(index) }
    }

    private func compareWithJournal(_ part: PartitionProgress, _ before: SimulatedDatabase.Position, _ name: String) {
        let index = Int(part.partition.partition)
        guard let life = lives[index][part.incarnation] else { return context.violate("\(name) of an unknown life") }
        // What was cut off and replaced may have been read before or after.
        guard part.nextOffset <= min(life.firstCut, life.records.count) else { return }
        var expected = PartitionProgress(
            partition: part.partition,
            incarnation: part.incarnation,
            epoch: part.epoch,
            firstOffset: part.firstOffset,
            watermark: before.watermark
        )
        for offset in Int(part.firstOffset)..<Int(part.nextOffset) {
            guard let record = life.records[offset] else { continue }
            expected.records += 1
            expected.watermark = max(expected.watermark ?? record.enqueuedAt, record.enqueuedAt)
            switch record.fate {
            case .read: expected.readings += Int64(record.readings.count)
            case .refused, .poison: expected.refusedRecords += 1
            case .skipped: expected.skippedRecords += 1
            }
        }
        guard part.records == expected.records else {
            return context.violate("\(name): it has \(part.records) records, the journal \(expected.records)")
        }
        guard part.readings == expected.readings, part.refusedRecords == expected.refusedRecords,
            part.skippedRecords == expected.skippedRecords, part.rejected == 0
        else {
            return context.violate(
                """
                \(name): \(part.readings) readings, \(part.refusedRecords) refused, \(part.skippedRecords) skipped; by the journal \
                \(expected.readings), \(expected.refusedRecords), \(expected.skippedRecords)
                """
            )
        }
        guard part.watermark == expected.watermark else {
            return context.violate("\(name): the watermark is not the newest time")
        }
        guard part.anchorHash == life.records[Int(part.nextOffset) - 1]?.hash else {
            return context.violate("\(name): the anchor is not the last record's")
        }
    }

    /// The database has another state.
    func didChange(_ state: SimulatedDatabase.State) {
        for (index, position) in state.positions.enumerated() {
            guard let position else { continue }
            defer {
                seen[index] = (position.incarnation, position.nextOffset, position.epoch)
                nextOffsets[index] = position.nextOffset
            }
            guard let before = seen[index] else { continue }
            let goesBack =
                position.incarnation == before.incarnation
                ? position.nextOffset < before.nextOffset : position.incarnation < before.incarnation
            if goesBack || position.epoch < before.epoch {
                context.violate(
                    "the position of \(index) goes back, from \(before) to \(position.nextOffset), epoch \(position.epoch)"
                )
            }
        }
    }

    /// A crash has forgotten commits: positions may have gone back.
    func forget(_ state: SimulatedDatabase.State) {
        for (index, position) in state.positions.enumerated() {
            seen[index] = position.map { ($0.incarnation, $0.nextOffset, $0.epoch) }
            // A partition of which nothing is left begins anew, with what the log is by then.
            guard let position else {
                lives[index] = [:]
                continue
            }
            if position.anchorHash == nil { lives[index][position.incarnation] = broker.logs[index].life }
        }
    }

    /// A partition is about to be halted.
    func willHalt(_ partition: Int, _ reason: String, _ position: SimulatedDatabase.Position?) {
        guard let position, position.haltReason == nil, let life = lives[partition][position.incarnation] else {
            return
        }
        let log = broker.logs[partition]
        let failures = clients().map { $0.failures(partition) }.max() ?? 0
        let isJustified =
            log.life !== life || life.firstCut < Int.max || log.low > position.nextOffset
            || failures > PositionMachine.maximumFetchRetries
        if !isJustified { context.violate("partition \(partition) is halted without cause: \(reason)") }
    }

    /// The group was told a position.
    func groupWasTold(_ start: PartitionStart) {
        guard !context.options.losesAsynchronousCommits else { return }
        let index = Int(start.partition.partition)
        // Of another incarnation the offsets say nothing.
        guard let seen = seen[index], seen.incarnation == 0 else { return }
        if start.offset > nextOffsets[index] {
            context.violate("the group was told \(start.offset) of \(index), the database is at \(nextOffsets[index])")
        }
    }
}
