internal import CommunityRegistry
internal import MeterReadings

/// A data file's meters with their readers: everything that decides what the records of a stream are.
struct Simulation: Sendable {
    /// What the homes consumed and produced.
    let data: MeterData
    /// The meters, in the file's order.
    let devices: [SimulatedDevice]
    /// What the meters show, faults included.
    private(set) var registers: MeterRegisters
    /// The places of the meters whose register passes its largest value.
    private(set) var rollovers: Set<Int> = []
    /// What single meters do wrong, with their values, for people.
    private(set) var meterFaultLines: [String] = []
    private let trueRegisters: MeterRegisters
    private let zone: ReaderZone
    private let packaging: RecordPackaging

    /// Prepares a simulation.
    ///
    /// - Parameters:
    ///   - registerStart: both registers of every meter at the file's first edge, in Wh.
    ///   - zone: the IANA name of the zone of the readers' clocks.
    /// - Throws: what is wrong with the options.
    init(
        _ data: MeterData,
        format: FormatChoice = .one(.v1),
        devicePrefix: String,
        registerStart: Int64 = 0,
        faults: InjectedFaults = InjectedFaults(),
        zone: String = "UTC",
        packaging: RecordPackaging = RecordPackaging()
    ) throws(ValueFault) {
        self.data = data
        self.packaging = packaging
        guard let table = LocalZoneTable.zone(named: zone) else {
            throw ValueFault("--time-zone \(zone) is not an IANA zone that this machine knows, such as Europe/Vienna")
        }
        self.zone = ReaderZone(table)
        var devices: [SimulatedDevice] = []
        for (place, home) in data.homes.enumerated() {
            devices.append(try SimulatedDevice(home: home, prefix: devicePrefix, format: format.format(of: place)))
        }
        self.devices = devices
        if devices.contains(where: \.format.isInterval),
            !DeviceProfile.intervalLengths.contains(where: { Int64($0) * 1_000_000 == data.interval })
        {
            throw ValueFault(
                "v1-interval needs data of 5, 15, 30 or 60 minutes; the file's are \(data.interval / 1_000_000) s"
            )
        }
        trueRegisters = MeterRegisters(data, startingAt: registerStart)
        registers = trueRegisters
        for fault in faults.meters { try inject(fault) }
    }

    /// The id of the device that no registry knows.
    var unknownDevice: String { (devices.first?.id ?? "") + "-unknown" }

    /// The record of an entry of the stream.
    func record(_ entry: SimulatedStream.Entry) -> SimulatedRecord {
        let device = devices[entry.home]
        let id = entry.purpose == .unknownDevice ? unknownDevice : device.id
        var readings = entry.edges.map { reading(of: device, home: entry.home, edge: $0) }
        for index in readings.indices {
            switch entry.purpose {
            // More than the true value, so that it loses against it even if both came at the same time.
            case .conflict: readings[index].values.imported += 1
            // Ahead of the hub, however late it comes; on the grid of the data, as intervals have to be.
            case .future: readings[index].time = (entry.enqueuedAt + Self.ahead) / data.interval * data.interval
            case .readings, .duplicate, .badJSON, .unknownDevice: break
            }
        }
        var body = device.format.body(device: id, readings, interval: data.interval, zone: zone)
        if entry.purpose == .badJSON { body.removeLast(body.count / 2) }
        return packaging.record(
            device: id,
            body: body,
            device.format,
            isWhole: entry.purpose != .badJSON,
            enqueuedAt: entry.enqueuedAt
        )
    }

    /// What was sent, for people: the totals are those of the data, whatever the meters showed.
    func summary(of stream: SimulatedStream, _ faults: InjectedFaults, topic: String) -> [String] {
        let totals = stream.totals(trueRegisters, homes: devices.count)
        let first =
            "sent \(stream.entries.count) records of \(devices.count) meters to \(topic), "
            + "readings \(InstantText.render(data.time(ofEdge: stream.edges.lowerBound)))"
            + " to \(InstantText.render(data.time(ofEdge: stream.edges.upperBound - 1))), "
            + "import \(totals.imported) Wh, export \(totals.exported) Wh"
        return [first] + stream.counts.lines(faults) + meterFaultLines
    }

    /// How far a reading of ``SimulatedStream/Entry/Purpose/future`` lies ahead: a day.
    private static let ahead: Int64 = 86_400_000_000

    private func reading(of device: SimulatedDevice, home: Int, edge: Int) -> SimulatedReading {
        guard device.format.isInterval else {
            return SimulatedReading(time: data.time(ofEdge: edge), values: registers.at(edge: edge, home: home))
        }
        return SimulatedReading(
            time: data.time(ofEdge: edge - 1),
            values: registers.energy(from: edge - 1, to: edge, home: home)
        )
    }

    private mutating func inject(_ fault: MeterFault) throws(ValueFault) {
        let name = "\(fault.kind)=\(fault.device)"
        guard let home = devices.firstIndex(where: { $0.id == fault.device || $0.home == fault.device }) else {
            throw ValueFault("\(name): the file has no such home, and there is no such device")
        }
        guard !devices[home].format.isInterval else {
            throw ValueFault("\(name): with v1-interval the meter sends no registers")
        }
        guard let edge = (0..<data.edges).first(where: { data.time(ofEdge: $0) >= fault.time }) else {
            throw ValueFault("\(name): the file ends before \(InstantText.render(fault.time))")
        }
        let when = InstantText.render(data.time(ofEdge: edge))
        var line = "\(fault.kind) of \(devices[home].id) at \(when): "
        switch fault.kind {
        case .reset:
            let final = registers.reset(home: home, at: edge)
            line +=
                "a break; with a meter swap there (final \(final.imported) and \(final.exported) Wh, start 0) "
                + "nothing is lost"
        case .rollover:
            registers.rollOver(home: home, at: edge)
            rollovers.insert(home)
            line += "nothing is lost if the registry says register_digits: \(MeterFault.rolloverDigits)"
        case .stuck:
            let end = (edge..<data.edges).first { data.time(ofEdge: $0) >= fault.time + fault.duration } ?? data.edges
            registers.hold(home: home, edge..<end)
            line += "\(end - edge) readings; the energy appears after them"
        case .spike:
            registers.spike(home: home, at: edge)
            line += "an outlier that settlement sets aside"
        }
        meterFaultLines.append(line)
    }
}
