import MeterReadings

/// Takes records into the batch that is being filled: decode, validate, deduplicate, and choose each reading's way.
///
/// All on the polling thread. An accepted record of a known device allocates nothing beyond the batch's own growth.
struct RecordIntake: Sendable {
    /// The batch that is being filled.
    private(set) var batch: IngestBatch
    /// Its number, counting from 1; later batches have larger ones.
    private(set) var batchNumber: UInt32 = 1
    /// When its first record was taken.
    private(set) var openedAt: ContinuousClock.Instant?
    /// How many records it covers.
    private(set) var recordCount = 0
    /// The records that the database refused, until they are covered: they become dead letters instead of rows.
    var refusedByDatabase: [RefusedRecord: String] = [:]
    /// Of the next record only the readings at these places are taken; `nil`: all.
    ///
    /// For a replay: the others were taken when the record came.
    var wantedReadings: Set<Int32>?

    private let settings: IngestSettings
    private var directory: DeviceDirectory
    private var window: RecentWindow
    private var headers = HubHeaders()
    private var unpacker: RecordUnpacker
    private var decoder: RecordDecoder
    /// Whether the decoder knows what the current record's body calls its device.
    private var isBodyDecoded = false
    /// Times beyond it do not move the watermark, see ``IngestSettings/latestWatermark``; asked for once per batch.
    private var latestWatermark: Int64
    /// The place of an assigned partition in ``IngestBatch/partitions``, or -1.
    private var partIndex: [Int32] = []

    /// A record's place; in another life of its topic the same offset is another record.
    struct RefusedRecord: Hashable, Sendable {
        var partition: TopicPartition
        var incarnation: Int32
        var offset: Int64
    }

    /// Makes an intake with an empty batch.
    init(settings: IngestSettings, directory: DeviceDirectory) {
        self.settings = settings
        self.directory = directory
        window = RecentWindow(deviceCount: directory.devices.count)
        unpacker = RecordUnpacker(limits: settings.limits)
        decoder = RecordDecoder(limits: settings.limits)
        latestWatermark = settings.latestWatermark()
        batch = IngestBatch(registryVersion: directory.registryVersion)
    }

    /// Drops the batch and forgets the window.
    mutating func dropWork() {
        window.forgetAll()
        batch.readingVersion = nil
        beginBatch()
    }

    /// These parts are committed: what the database refused of them is a dead letter by now.
    mutating func covered(_ parts: [PartitionProgress]) {
        guard !refusedByDatabase.isEmpty else { return }
        refusedByDatabase = refusedByDatabase.filter { record, _ in
            !parts.contains { $0.partition == record.partition && record.offset < $0.nextOffset }
        }
    }

    /// Goes on with another version of the registry.
    mutating func use(_ directory: DeviceDirectory) {
        self.directory = directory
        window = RecentWindow(deviceCount: directory.devices.count)
        batch.readingVersion = nil
        beginBatch()
    }

    /// Gives the filled batch away and begins the next.
    mutating func takeBatch() -> IngestBatch {
        let filled = batch
        batchNumber += 1
        beginBatch()
        return filled
    }

    /// Learns what the database said when the batch with this number was committed.
    mutating func learn(_ receipt: CommitReceipt, devices: Set<Int32>, batch number: UInt32) {
        if receipt.isRestaged || batch.readingVersion.map({ $0 != receipt.readingVersion }) ?? false {
            batch.readingVersion = receipt.readingVersion
            return distrustWindow()
        }
        batch.readingVersion = receipt.readingVersion
        guard !receipt.newestReadings.isEmpty else { return }
        for id in devices {
            guard let newest = receipt.newestReadings[id], let index = directory.index(ofDeviceID: id) else { continue }
            window.learn(newest, ofDevice: index, limits: directory.devices[index].limits, batch: number)
        }
    }

    /// Somebody changed stored readings outside of the stream: what the window knows of them, and what the batch being filled was decided
    /// by, may be old.
    ///
    /// Only the ways are doubtful: a reading that was called a duplicate has the very values of one that was stored.
    private mutating func distrustWindow() {
        window.forgetAll(until: batchNumber)
        batch.unknownDevices.formUnion(batch.straight.lazy.map(\.deviceID))
        batch.staged = batch.straight + batch.staged
        batch.straight = []
    }

    /// Takes one record, which the machine admitted; `now` is asked for once per batch.
    ///
    /// Returns its enqueued time, if it has one that may move the watermark.
    mutating func take(
        _ origin: RecordOrigin,
        of assigned: AssignedPartition,
        from source: some RecordContent,
        anchorHash: Int64,
        now: @autoclosure () -> ContinuousClock.Instant = .now
    ) -> Int64? {
        if openedAt == nil { openedAt = now() }
        recordCount += 1
        let part = part(at: origin.assignmentIndex, assigned)
        headers.removeAll()
        isBodyDecoded = false
        source.forEachHeader { name, value in headers.read(name: name, value: value) }
        let timestamp = Self.plausible(origin.timestamp)
        let fault = openEnvelope(source) ?? headerFault(timestamp)
        // What is no time to judge a reading by is none to move the watermark by either.
        let enqueuedAt = fault == nil ? headers.enqueuedTime ?? timestamp : timestamp
        source.withValue { value in
            guard let value else {
                batch.partitions[Int(part)].skippedRecords += 1
                return
            }
            takeValue(value, origin, assigned, part, fault, enqueuedAt, source)
        }
        batch.partitions[Int(part)].records += 1
        batch.partitions[Int(part)].nextOffset = origin.offset + 1
        batch.partitions[Int(part)].anchorHash = anchorHash
        guard fault == nil, let enqueuedAt, enqueuedAt <= latestWatermark else { return nil }
        let mark = batch.partitions[Int(part)].watermark ?? enqueuedAt
        batch.partitions[Int(part)].watermark = max(mark, enqueuedAt)
        return enqueuedAt
    }

    // MARK: - One record

    private mutating func takeValue(
        _ value: Span<UInt8>,
        _ origin: RecordOrigin,
        _ assigned: AssignedPartition,
        _ part: Int32,
        _ fault: Refusal?,
        _ enqueuedAt: Int64?,
        _ source: some RecordContent
    ) {
        if !refusedByDatabase.isEmpty, let state = refusal(ofRecordAt: origin.offset, in: assigned) {
            let detail = "the database refused a row of this record (SQLSTATE \(state))"
            refuse(.databaseRefused, detail, value, origin, part, enqueuedAt, source)
            return
        }
        if headers.messageSource == .other {
            batch.partitions[Int(part)].skippedRecords += 1
            return
        }
        if let refusal = fault {
            refuse(refusal.reason, refusal.sentence, value, origin, part, enqueuedAt, source)
            return
        }
        switch identify(value, source) {
        case .failure(let refusal):
            refuse(refusal.reason, refusal.sentence, value, origin, part, enqueuedAt, source)
        case .success(let device):
            if let refusal = decode(value, device, enqueuedAt) {
                refuse(refusal.reason, refusal.sentence, value, origin, part, enqueuedAt, source)
            } else if decoder.count == 0 {
                // A reader's message about something else, such as the power of the moment.
                batch.partitions[Int(part)].skippedRecords += 1
            } else {
                appendReadings(device, value, origin, part, enqueuedAt ?? 0, source)
            }
        }
    }

    /// The SQLSTATE with which the database refused a record; `nil`: it did not.
    private func refusal(ofRecordAt offset: Int64, in assigned: AssignedPartition) -> String? {
        let record = RefusedRecord(
            partition: assigned.partition,
            incarnation: assigned.incarnation,
            offset: offset
        )
        return refusedByDatabase[record]
    }

    /// Takes a routing envelope off, where the configuration says that there is one and no hub's header contradicts.
    private mutating func openEnvelope(_ source: some RecordContent) -> Refusal? {
        unpacker.removeAll()
        guard settings.identity == .envelope, !headers.hasHubHeader else { return nil }
        return source.withValue { value in
            guard let value else { return nil }
            return unpacker.openEnvelope(value, into: &headers)
        }
    }

    /// The transport's time, if it is one that a hub's may be: anything else counts as none.
    private static func plausible(_ timestamp: Int64?) -> Int64? {
        guard let timestamp, timestamp >= HubHeaders.earliestEnqueuedTime, timestamp < HubHeaders.endOfEnqueuedTime
        else {
            return nil
        }
        return timestamp
    }

    /// Faults of the headers that leave nothing to judge a reading by.
    ///
    /// An enqueued time far beyond the broker's own would pull the watermark of all communities with it: refused.
    private func headerFault(_ timestamp: Int64?) -> Refusal? {
        if let refusal = headers.refusal { return refusal }
        guard let enqueuedAt = headers.enqueuedTime ?? timestamp else {
            return Refusal(.badHeader, field: "iothub-enqueuedtime", "neither the hub nor the broker says when it came")
        }
        if let timestamp, enqueuedAt - timestamp > Self.day {
            return Refusal(
                .badHeader,
                field: "iothub-enqueuedtime",
                "the hub's time is more than a day later than the broker's"
            )
        }
        return nil
    }

    private mutating func identify(_ value: Span<UInt8>, _ source: some RecordContent) -> Result<Int, Refusal> {
        var found = headers.withDeviceID { directory.index(of: $0) ?? -1 }
        if found == nil {
            switch settings.identity {
            case .hubHeader, .envelope: break
            case .recordKey:
                found = source.withKey { key in
                    guard let key, key.count > 0 else { return nil }
                    return directory.index(of: key) ?? -1
                }
            case .body:
                if let refusal = unpacker.unpack(value, headers.contentCoding) { return .failure(refusal) }
                // Only telemetry v1 names its device. Whatever else is wrong is found when it is read as the device's profile says.
                let refusal = decode(value, as: DeviceProfile(), nil, nil)
                // Nothing is believed that stands in broken JSON.
                isBodyDecoded = refusal?.reason != .badJSON
                found = decoder.withBodyDeviceID { directory.index(of: $0) ?? -1 }
                if found == nil, let refusal { return .failure(refusal) }
            }
        }
        guard let found else {
            return .failure(Refusal(.noIdentity, noIdentityFault))
        }
        guard found >= 0 else {
            return .failure(
                Refusal(.unknownDevice, "the registry does not know the device; add it with registry apply")
            )
        }
        let device = directory.devices[found]
        guard device.isEnabled else {
            return .failure(Refusal(.disabledDevice, "the registry has disabled the device"))
        }
        if let generation = device.generationID, isStale(generation) {
            return .failure(
                Refusal(
                    .staleGeneration,
                    field: "iothub-connection-auth-generation-id",
                    "the record is from a former life of the device"
                )
            )
        }
        return .success(found)
    }

    /// A record without a generation is not stale: plain Kafka has none.
    private func isStale(_ generation: [UInt8]) -> Bool {
        headers.withGenerationID { given in
            guard given.count == generation.count else { return true }
            for index in given.indices where given[index] != generation[index] { return true }
            return false
        } ?? false
    }

    /// Where the device was looked for in vain.
    private var noIdentityFault: StaticString {
        switch settings.identity {
        case .hubHeader: "no header iothub-connection-device-id says which device sent it"
        case .recordKey: "neither a header iothub-connection-device-id nor a record key says which device sent it"
        case .body: "neither a header iothub-connection-device-id nor the body's device says which device sent it"
        case .envelope:
            "neither a header iothub-connection-device-id nor an envelope's connectionDeviceId says which device sent it"
        }
    }

    private mutating func decode(_ value: Span<UInt8>, _ device: Int, _ enqueuedAt: Int64?) -> Refusal? {
        let entry = directory.devices[device]
        let name = entry.hubDeviceID
        return decode(value, as: entry.profile, name.span, enqueuedAt)
    }

    /// Unpacks the value's payload and decodes it.
    private mutating func decode(
        _ value: Span<UInt8>,
        as profile: DeviceProfile,
        _ deviceID: Span<UInt8>?,
        _ enqueuedAt: Int64?
    ) -> Refusal? {
        if let refusal = unpacker.unpack(value, headers.contentCoding) { return refusal }
        let refusal = unpacker.withPayload(of: value) { payload in
            decoder.decode(payload, as: profile, deviceID: deviceID, enqueuedAt: enqueuedAt)
        }
        return refusal.map(unpacker.placed)
    }

    private mutating func appendReadings(
        _ device: Int,
        _ value: Span<UInt8>,
        _ origin: RecordOrigin,
        _ part: Int32,
        _ enqueuedAt: Int64,
        _ source: some RecordContent
    ) {
        let entry = directory.devices[device]
        var payloadIsKept = false
        for index in 0..<decoder.count {
            if let wantedReadings, !wantedReadings.contains(Int32(index)) { continue }
            batch.partitions[Int(part)].readings += 1
            var decoded = decoder[index]
            if decoded.refusal == nil { decoded.refusal = entry.profile.registers.apply(to: &decoded.reading) }
            if decoded.refusal == nil {
                decoded.refusal = settings.rules.judge(&decoded.reading, enqueuedAt: enqueuedAt)
            }
            if let refusal = decoded.refusal.map(unpacker.placed) {
                batch.partitions[Int(part)].rejected += 1
                appendDeadLetter(
                    refusal.reason,
                    refusal.sentence,
                    payloadIsKept ? nil : value,
                    origin,
                    Int32(index),
                    part,
                    enqueuedAt,
                    source
                )
                payloadIsKept = true
            } else {
                append(decoded.reading, of: entry, device, part, enqueuedAt)
            }
        }
    }

    private mutating func append(
        _ reading: MeterReading,
        of entry: DeviceEntry,
        _ device: Int,
        _ part: Int32,
        _ enqueuedAt: Int64
    ) {
        var row = ReadingRow(
            deviceID: entry.deviceID,
            measuredAt: reading.measuredAt,
            importWh: reading.importWh ?? -1,
            exportWh: reading.exportWh ?? -1,
            quality: reading.quality.rawValue,
            flags: reading.flags.rawValue,
            receivedAt: enqueuedAt,
            previousAt: .min,
            partitionIndex: part,
            intervalSeconds: reading.intervalSeconds
        )
        if reading.intervalSeconds > 0 {
            // The window knows registers only; the energy of an interval has no neighbours that could break with it.
            batch.staged.append(row)
            batch.byteCount += MemoryLayout<ReadingRow>.stride
            batch.intervalReadingDays.insert(Self.utcDay(reading.measuredAt))
            return
        }
        let way = window.judge(
            row,
            ofDevice: device,
            limits: entry.limits,
            takesPart: reading.quality.takesPartInSettlement,
            batch: batchNumber
        )
        switch way {
        case .duplicate:
            batch.partitions[Int(part)].duplicates += 1
            return
        case .straight(let previousAt):
            row.previousAt = previousAt
            batch.straight.append(row)
        case .staged:
            batch.staged.append(row)
            if !window.isKnown(device) { batch.unknownDevices.insert(entry.deviceID) }
        }
        batch.byteCount += MemoryLayout<ReadingRow>.stride
        let day = Self.utcDay(reading.measuredAt)
        if day != lastDay {
            lastDay = day
            batch.readingDays.insert(day)
        }
    }

    /// The day that was last put into `readingDays`, to ask the set only when it changes.
    private var lastDay: Int32?

    // MARK: - Refusals

    private mutating func refuse(
        _ reason: RefusalReason,
        _ detail: String,
        _ value: Span<UInt8>,
        _ origin: RecordOrigin,
        _ part: Int32,
        _ enqueuedAt: Int64?,
        _ source: some RecordContent
    ) {
        batch.partitions[Int(part)].refusedRecords += 1
        appendDeadLetter(reason, detail, value, origin, -1, part, enqueuedAt, source)
    }

    private mutating func appendDeadLetter(
        _ reason: RefusalReason,
        _ detail: String,
        _ value: Span<UInt8>?,
        _ origin: RecordOrigin,
        _ readingIndex: Int32,
        _ part: Int32,
        _ enqueuedAt: Int64?,
        _ source: some RecordContent
    ) {
        // Payload and headers are kept once per record: a record of a thousand bad readings must not multiply them.
        var letterHeaders: [DeadLetterRow.Header] = []
        if value != nil {
            source.forEachHeader { name, value in
                letterHeaders.append(DeadLetterRow.Header(name: Self.copy(name), value: Self.copy(value)))
            }
        }
        let receivedAt = enqueuedAt ?? batch.partitions[Int(part)].watermark ?? 0
        var payload: [UInt8] = []
        if let value { payload = Self.copy(value) }
        let letter = DeadLetterRow(
            partitionIndex: part,
            offset: origin.offset,
            readingIndex: readingIndex,
            receivedAt: receivedAt,
            reason: reason.rawValue,
            detail: detail,
            hubDeviceID: deviceName(source),
            payload: payload,
            headers: letterHeaders,
            recordKey: value == nil ? nil : Self.key(source),
            recordTime: value == nil ? nil : Self.plausible(origin.timestamp)
        )
        batch.deadLetterDays.insert(Self.utcDay(receivedAt))
        batch.byteCount += letter.contentBytes + 256
        batch.deadLetters.append(letter)
    }

    /// The device that a refused record is from, as far as it says so where the configuration looks for it.
    private func deviceName(_ source: some RecordContent) -> String? {
        if let name = headers.withDeviceID({ Self.copy($0) }) { return String(decoding: name, as: UTF8.self) }
        var name: [UInt8]?
        switch settings.identity {
        case .hubHeader, .envelope: break
        case .recordKey: name = Self.key(source)
        case .body: if isBodyDecoded { name = decoder.withBodyDeviceID { Self.copy($0) } }
        }
        guard let name, (1...Self.longestDeviceName).contains(name.count) else { return nil }
        return String(validating: name, as: UTF8.self)
    }

    /// The most bytes that a hub's device id has.
    private static let longestDeviceName = 128

    private static func key(_ source: some RecordContent) -> [UInt8]? {
        source.withKey { key in
            guard let key else { return nil }
            return copy(key)
        }
    }

    // MARK: - The batch

    private mutating func beginBatch() {
        latestWatermark = settings.latestWatermark()
        let readingVersion = batch.readingVersion
        batch = IngestBatch(registryVersion: directory.registryVersion)
        batch.readingVersion = readingVersion
        openedAt = nil
        recordCount = 0
        lastDay = nil
        partIndex.removeAll(keepingCapacity: true)
    }

    /// The partition's part of the batch, begun with its first record.
    private mutating func part(at assignmentIndex: Int, _ assigned: AssignedPartition) -> Int32 {
        while partIndex.count <= assignmentIndex { partIndex.append(-1) }
        if partIndex[assignmentIndex] < 0 {
            partIndex[assignmentIndex] = Int32(batch.partitions.count)
            batch.partitions.append(
                PartitionProgress(
                    partition: assigned.partition,
                    incarnation: assigned.incarnation,
                    epoch: assigned.epoch,
                    firstOffset: assigned.nextOffset,
                    watermark: assigned.watermark
                )
            )
        }
        return partIndex[assignmentIndex]
    }

    private static let day: Int64 = 86_400_000_000

    private static func utcDay(_ time: Int64) -> Int32 {
        Int32(clamping: time >= 0 ? time / day : (time - day + 1) / day)
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        // Holds: the buffer is the span's, and is read only inside of the closure.
        unsafe bytes.withUnsafeBufferPointer { buffer in unsafe [UInt8](buffer) }
    }
}
