internal import EnergySharing
internal import Yams

/// Reads a tariff file: prices, and carbon, each a number, a table by the time of use, or a column of a file.
///
/// ```yaml
/// currency: EUR
/// grid_price: { file: prices.csv, time: start, column: eur_per_mwh, per: MWh }
/// community_price: 0.15
/// feed_in_price:
///   windows:
///     - { rate: 0.11, weekdays: [mon, tue, wed, thu, fri], from: 16:00, to: 21:00 }
///     - { rate: 0.09, first_day: 2026-06-01, last_day: 2026-09-30 }
///   otherwise: 0.07
/// carbon: 231.5          # grams per kWh
/// ```
///
/// All but `currency` may be left out, but not everything. The first window that holds counts; a window with `to` at or before `from` ends
/// on the next day. The clock is that of the community's zone.
public struct TariffReader {
    private let file: String
    private let contents: (String) -> [UInt8]?
    private let faults = FaultList()

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - file: the name that faults begin with.
    ///   - contents: the bytes of a file that the tariff names, by the name as it stands there; `nil`: it cannot be read.
    public init(file: String = "", contents: @escaping (String) -> [UInt8]?) {
        self.file = file
        self.contents = contents
    }

    /// Reads and checks a whole document, with the files that it names.
    ///
    /// - Throws: all faults that it has, by line and column; those of a file that it names at the place where it is named.
    public func read(_ text: String) throws(RegistryFaults) -> TariffDocument {
        let root: Node
        do {
            root = try compose(yaml: text) ?? Node([(Node, Node)]())
        } catch {
            throw RegistryFaults(file: file, [RegistryReader.fault(of: error)])
        }
        let sources = ["grid_price", "community_price", "feed_in_price", "carbon"]
        let known = ["currency"] + sources
        guard let keys = MappingReader(root, path: RegistryPath(), keys: known, faults: faults) else {
            throw RegistryFaults(file: file, faults.inOrder)
        }
        keys.requires("currency")
        let currency = keys.parsed("currency", "a currency's code of three letters, like EUR", Self.currency)
        let document = TariffDocument(
            currency: currency ?? "",
            tariff: Tariff(
                grid: source(keys, "grid_price"),
                community: source(keys, "community_price"),
                feedIn: source(keys, "feed_in_price"),
                carbon: source(keys, "carbon")
            )
        )
        if !sources.contains(where: keys.has) {
            faults.add(
                RegistryPath(),
                at: root.mark,
                "has neither prices nor carbon: give \(sources.joined(separator: ", "))"
            )
        }
        guard faults.faults.isEmpty else { throw RegistryFaults(file: file, faults.inOrder) }
        return document
    }

    private static func currency(_ text: String) -> String? {
        text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) } ? text : nil
    }

    // MARK: Sources

    private func source<Of>(_ keys: MappingReader, _ key: String) -> RateSource<Of>? {
        guard keys.isMapping(key) else { return rate(keys, key).map { .constant($0) } }
        let ofFile = ["file", "time", "column", "per"]
        let ofTable = ["windows", "otherwise"]
        guard let source = keys.mapping(key, keys: ofFile + ofTable) else { return nil }
        guard ofFile.contains(where: source.has) else { return .timeOfUse(timeOfUse(source)) }
        for other in ofTable where source.has(other) { source.fault(other, "does not go with a file") }
        return series(source).map { .series($0) }
    }

    private func rate<Of>(_ keys: MappingReader, _ key: String) -> TariffRate<Of>? {
        keys.parsed(key, "a decimal number per kWh with at most 6 places") { TariffRate($0) }
    }

    private func series<Of>(_ keys: MappingReader) -> RateSeries<Of>? {
        let unit = keys.choice("per", of: TariffRateUnit.self) ?? .kilowattHour
        guard let name = keys.text("file"), let time = keys.text("time"), let column = keys.text("column") else {
            return nil
        }
        guard let bytes = contents(name) else {
            keys.fault("file", "cannot read \(name): is it there, beside the tariff file, and may this user read it?")
            return nil
        }
        do throws(TableFaults) {
            return try RateSeries.read(bytes, timeColumn: time, valueColumn: column, per: unit)
        } catch {
            for fault in error.faults { keys.fault("file", "\(name): \(fault)") }
            return nil
        }
    }

    // MARK: Time of use

    private func timeOfUse<Of>(_ keys: MappingReader) -> TimeOfUse<Of> {
        keys.requires("windows")
        let windows: [TimeOfUseWindow<Of>] = keys.list("windows").compactMap { window($0.node, $0.path) }
        return TimeOfUse(zone: .utc, windows: windows, otherwise: rate(keys, "otherwise"))
    }

    private func window<Of>(_ node: Node, _ path: RegistryPath) -> TimeOfUseWindow<Of>? {
        let known = ["rate", "weekdays", "from", "to", "first_day", "last_day"]
        guard let keys = MappingReader(node, path: path, keys: known, faults: faults), keys.requires("rate") else {
            return nil
        }
        let from = keys.parsed("from", "a quarter-hour of the day like 06:00 or 21:45", Self.minute)
        let until = keys.parsed("to", "a quarter-hour of the day like 06:00 or 24:00", Self.minute)
        if from == 1_440 { keys.fault("from", "must be before 24:00") }
        let day = "a date like 2026-06-01"
        let firstDay = keys.parsed("first_day", day, Self.day)
        let lastDay = keys.parsed("last_day", day, Self.day)
        if let firstDay, let lastDay, lastDay < firstDay { keys.fault("last_day", "is before first_day") }
        guard let rate: TariffRate<Of> = rate(keys, "rate") else { return nil }
        return TimeOfUseWindow(
            rate,
            on: weekdays(keys),
            fromMinute: from ?? 0,
            // Midnight at the end is that of the next day.
            untilMinute: until == 0 ? 1_440 : until ?? 1_440,
            firstDay: firstDay,
            lastDay: lastDay
        )
    }

    private func weekdays(_ keys: MappingReader) -> Set<Weekday> {
        guard keys.has("weekdays") else { return Set(Weekday.allCases) }
        var days: Set<Weekday> = []
        for (node, path) in keys.list("weekdays") {
            let text = node.scalar?.string ?? ""
            if let day = Weekday.allCases.first(where: { "\($0)" == text || "\($0)".prefix(3) == text }) {
                days.insert(day)
            } else {
                faults.add(path, at: node.mark, "must be a weekday: mon, tue, wed, thu, fri, sat or sun")
            }
        }
        if keys.list("weekdays").isEmpty { keys.fault("weekdays", "must name at least one weekday") }
        return days
    }

    /// The minute of the day of `HH:MM`, on a quarter-hour, up to 24:00.
    private static func minute(_ text: String) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0x30...0x39).contains(digits[$0]) })
        else { return nil }
        let number = { (place: Int) in Int(digits[place] - 0x30) * 10 + Int(digits[place + 1] - 0x30) }
        let (hour, minute) = (number(0), number(3))
        guard minute % 15 == 0, minute < 60, hour < 24 || (hour == 24 && minute == 0) else { return nil }
        return hour * 60 + minute
    }

    /// The day of `YYYY-MM-DD`.
    private static func day(_ text: String) -> CivilDay? {
        let digits = Array(text.utf8)
        guard digits.count == 10, digits[4] == UInt8(ascii: "-"), digits[7] == UInt8(ascii: "-"),
            [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy({ (0x30...0x39).contains(digits[$0]) })
        else { return nil }
        let number = { (places: Range<Int>) in places.reduce(0) { $0 * 10 + Int(digits[$1] - 0x30) } }
        return CivilDay(year: number(0..<4), month: number(5..<7), day: number(8..<10))
    }
}
