import PostgresStore

/// `report --gaps`: writes what is missing or estimated, meter by meter, as it is read.
///
/// CSV has one record per gap: `community, member, hub_device_id, from, until` (RFC 3339, UTC), `slots, kind` (`missing`, `estimated`,
/// `silent`). JSON is one object: `community`, `member`, `from`, `until`, `gaps` (a list with the same names), `totals`.
struct ValueGapOutput {
    /// Reads what it is about and the gaps of each meter; see ``ValueGapQuery/gaps(_:withEstimated:begin:meter:)``.
    typealias Reading = (_ begin: (ValueGapReport) throws -> Void, _ meter: ([ValueGap]) throws -> Void) throws -> Void

    /// Whether estimated values are gaps, too.
    let withEstimated: Bool
    /// How it is written.
    let format: ReportFormat

    /// Sums of gaps, of one meter or of all.
    private struct Sums {
        var meters = 0
        var missing: (gaps: Int64, slots: Int64) = (0, 0)
        var estimated: (gaps: Int64, slots: Int64) = (0, 0)

        mutating func add(_ gap: ValueGap) {
            switch gap.kind {
            case .missing: missing = (missing.gaps + 1, missing.slots + gap.slots)
            case .estimated: estimated = (estimated.gaps + 1, estimated.slots + gap.slots)
            case .silent: break
            }
        }
    }

    /// Reads and writes everything.
    func run(_ read: Reading, style: TerminalStyle, write: @escaping (String) throws -> Void) throws {
        var sums = Sums()
        var report = ValueGapReport()
        var isFirst = true
        func writeGaps(_ gaps: [ValueGap]) throws {
            switch format {
            case .table: break
            case .csv: try write(gaps.map(Self.record).joined())
            case .json:
                try write(
                    gaps.map { gap in
                        defer { isFirst = false }
                        return (isFirst ? "\n    " : ",\n    ") + JSONValue.object(Self.members(gap)).text
                    }.joined()
                )
            }
        }
        try read(
            { begun in
                report = begun
                switch format {
                case .table: try write(heading(begun, style))
                case .csv: try write("community,member,hub_device_id,from,until,slots,kind\r\n")
                case .json: try write(opening(begun))
                }
            },
            { gaps in
                sums.meters += 1
                gaps.forEach { sums.add($0) }
                if format == .table { try write(section(gaps)) }
                try writeGaps(gaps)
            }
        )
        try writeGaps(report.silent)
        switch format {
        case .csv: break
        case .table: try write(closing(report, sums))
        case .json: try write("\n  ],\n  \"totals\": " + JSONValue.object(Self.totals(report, sums)).text + "\n}\n")
        }
    }

    // MARK: For people

    private func heading(_ report: ValueGapReport, _ style: TerminalStyle) -> String {
        let community = TerminalText.safe(report.communityName)
        let subject = report.member.map { "\(TerminalText.safe($0.name)), \(community)" } ?? community
        return """
            \(style.paint("\(subject): what is missing\(withEstimated ? " or estimated" : "")", .bold))
            \(report.fromLabel) to \(report.untilLabel), \(report.timeZone); times below are UTC

            """
    }

    private func section(_ gaps: [ValueGap]) -> String {
        guard let first = gaps.first else { return "" }
        var sums = Sums()
        gaps.forEach { sums.add($0) }
        var text = "\n\(Self.name(first)): \(Self.words(sums))\n"
        for gap in gaps {
            let slots = EnergyText.count(gap.slots, "interval")
            text += "  \(TimeText.utc(gap.from)) to \(TimeText.utc(gap.until))  \(gap.kind.rawValue)  \(slots)\n"
        }
        return text
    }

    private func closing(_ report: ValueGapReport, _ sums: Sums) -> String {
        var text = "\n"
        for gap in report.silent {
            let member = EnergyReportTable.title(.init(code: gap.member, name: ""))
            text +=
                "silent: \(TerminalText.safe(gap.hubDeviceID)) (\(member)) takes part, and has never said anything\n"
        }
        if report.unnamedIntervals > 0 {
            text +=
                "in \(EnergyText.count(report.unnamedIntervals, "interval")) it is not known which meters are missing: settled by "
                + "an older version (wattsource settle does it again)\n"
        }
        guard sums.meters > 0 else { return text + "nothing is missing\(withEstimated ? " or estimated" : "")\n" }
        return text + "\(EnergyText.count(Int64(sums.meters), "meter")): \(Self.words(sums))\n"
    }

    /// The meter, and whose it is.
    private static func name(_ gap: ValueGap) -> String {
        TerminalText.safe(gap.hubDeviceID) + (gap.member.isEmpty ? " (no member)" : " (\(gap.member))")
    }

    private static func words(_ sums: Sums) -> String {
        [(sums.missing, "missing"), (sums.estimated, "estimated")].filter { $0.0.gaps > 0 }.map { part, name in
            "\(EnergyText.count(part.slots, "interval")) \(name) in \(EnergyText.count(part.gaps, "gap"))"
        }.joined(separator: ", ")
    }

    // MARK: For programs

    private static func record(_ gap: ValueGap) -> String {
        [
            EnergyReportCSV.field(gap.community), EnergyReportCSV.field(gap.member),
            EnergyReportCSV.field(gap.hubDeviceID),
            TimeText.utc(gap.from), TimeText.utc(gap.until), String(gap.slots), gap.kind.rawValue,
        ].joined(separator: ",") + "\r\n"
    }

    private static func members(_ gap: ValueGap) -> [JSONValue.Member] {
        [
            .init("community", .string(gap.community)),
            .init("member", gap.member.isEmpty ? .null : .string(gap.member)),
            .init("hub_device_id", .string(gap.hubDeviceID)), .init("from", .string(TimeText.utc(gap.from))),
            .init("until", .string(TimeText.utc(gap.until))), .init("slots", .integer(gap.slots)),
            .init("kind", .string(gap.kind.rawValue)),
        ]
    }

    private func opening(_ report: ValueGapReport) -> String {
        let members: [JSONValue.Member] = [
            .init("community", .string(report.community)), .init("name", .string(report.communityName)),
            .init("time_zone", .string(report.timeZone)), .init("member", .optional(report.member?.code)),
            .init("from", .string(TimeText.utc(report.from))), .init("until", .string(TimeText.utc(report.until))),
        ]
        return "{" + members.map { "\n  \"\($0.name)\": \($0.value.text)," }.joined() + "\n  \"gaps\": ["
    }

    private static func totals(_ report: ValueGapReport, _ sums: Sums) -> [JSONValue.Member] {
        [
            .init("meters", .integer(Int64(sums.meters))), .init("missing_gaps", .integer(sums.missing.gaps)),
            .init("missing_slots", .integer(sums.missing.slots)),
            .init("estimated_gaps", .integer(sums.estimated.gaps)),
            .init("estimated_slots", .integer(sums.estimated.slots)),
            .init("silent_meters", .integer(Int64(report.silent.count))),
            .init("unnamed_intervals", .integer(report.unnamedIntervals)),
        ]
    }
}
