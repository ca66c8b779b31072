import CommunityRegistry
import EnergySharing
import Foundation
import PostgresStore

/// `report --tariff`: reads a report with its rows, and writes it with what the energy cost, earned and carried.
///
/// CSV is one record per member and period as ``EnergyReportCSV``, in order of time, then member, with the columns of
/// ``EnergyReportMoney/fields(_:)`` behind it. JSON is the object of ``EnergyReportJSON`` with `member_periods` in that order and `money`:
/// `currency`, `totals`, `members`, `periods`. Decimals are exact, and strings. Records are written as their periods end.
struct EnergyReportMoneyOutput {
    /// Reads a report and its rows; see ``EnergyReportQuery/report(_:begin:row:)``.
    typealias Reading = (_ begin: (EnergyReport) throws -> Void, _ row: (EnergyRow) throws -> Void) throws -> Void

    /// What the tariff file says.
    let document: TariffDocument
    /// How it is written.
    let format: ReportFormat

    /// Reads a tariff file, and the files that it names beside it.
    ///
    /// - Throws: ``CommandFailure`` with all its faults.
    static func document(_ file: String) throws(CommandFailure) -> TariffDocument {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(.badData, "cannot read \(file): is it there, and may this user read it?")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure(.badData, "\(file) is not UTF-8 text")
        }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        let reader = TariffReader(file: file) { name in
            FileManager.default.contents(atPath: URL(fileURLWithPath: name, relativeTo: folder).path).map { Array($0) }
        }
        do throws(RegistryFaults) {
            return try reader.read(text)
        } catch {
            throw CommandFailure(.badData, "\(file) cannot be used:\n\(error)")
        }
    }

    /// Reads and writes everything.
    func run(_ read: Reading, style: TerminalStyle, write: @escaping (String) throws -> Void) throws {
        var money: EnergyReportMoney?
        var isFirst = true
        func writeEnded(_ ended: EnergyReportMoney.MemberPeriods) throws {
            guard let money else { return }
            switch format {
            case .table: break
            case .csv: try write(records(ended, money))
            case .json: try write(objects(ended, money, isFirst: &isFirst))
            }
        }
        try read(
            { report in
                guard let tariff = document.tariff(inZone: report.timeZone) else {
                    throw CommandFailure(
                        .configuration,
                        "this machine does not know the time zone \(report.timeZone): install its time zone data"
                    )
                }
                let begun = EnergyReportMoney(report, tariff: tariff, currency: document.currency)
                money = begun
                switch format {
                case .table: break
                case .csv:
                    let names = EnergyReportCSV.heading + ["currency"] + begun.fields(EnergyStatement()).map(\.name)
                    try write(names.joined(separator: ",") + "\r\n")
                case .json:
                    // The object stays open: its largest member follows as it is made.
                    try write(
                        JSONValue.object(EnergyReportJSON.members(report)).text.dropLast(2)
                            + ",\n  \"member_periods\": ["
                    )
                }
            },
            { row in
                if let ended = money?.add(row) { try writeEnded(ended) }
            }
        )
        guard let ended = money?.finish(), let money else { return }
        try writeEnded(ended)
        switch format {
        case .csv: break
        case .json: try write("\n  ],\n  \"money\": " + json(money).text + "\n}\n")
        case .table:
            let lines = EnergyReportMoneyTable(money: money, style: style).lines()
            try write(
                EnergyReportTable(report: money.report, style: style, money: lines).lines().map { $0 + "\n" }.joined()
            )
        }
    }

    // MARK: Members by period

    private func lines(
        _ ended: EnergyReportMoney.MemberPeriods,
        _ money: EnergyReportMoney
    ) -> [(line: EnergyReport.MemberPeriodLine, statement: EnergyStatement)] {
        let period = money.report.periods[ended.period]
        return money.report.members.indices.filter { ended.values[$0] > 0 }.map { place in
            let statement = ended.statements[place]
            let sums = EnergySums(
                importWh: statement.energy.importWh,
                communityWh: statement.energy.communityWh,
                gridWh: statement.energy.gridWh,
                exportWh: statement.energy.exportWh,
                sharedWh: statement.energy.sharedWh,
                surplusWh: statement.energy.surplusWh
            )
            return (
                EnergyReport.MemberPeriodLine(
                    member: money.report.members[place].member,
                    period: period.period,
                    sums: sums,
                    values: ended.values[place],
                    state: period.intervals.state
                ), statement
            )
        }
    }

    private func records(_ ended: EnergyReportMoney.MemberPeriods, _ money: EnergyReportMoney) -> String {
        var text = ""
        for (line, statement) in lines(ended, money) {
            let values = money.fields(statement).map { field in
                switch field.value {
                case .decimal(let digits): digits
                case .count(let count): String(count)
                case nil: ""
                }
            }
            let record = EnergyReportCSV.fields(line, of: money.report) + [money.currency] + values
            text += record.joined(separator: ",") + "\r\n"
        }
        return text
    }

    private func objects(
        _ ended: EnergyReportMoney.MemberPeriods,
        _ money: EnergyReportMoney,
        isFirst: inout Bool
    ) -> String {
        var text = ""
        for (line, statement) in lines(ended, money) {
            let object = JSONValue.object(EnergyReportJSON.members(line) + members(money.fields(statement)))
            text += (isFirst ? "\n    " : ",\n    ") + object.text
            isFirst = false
        }
        return text
    }

    // MARK: JSON

    private func json(_ money: EnergyReportMoney) -> JSONValue {
        .object([
            .init("currency", .string(money.currency)),
            .init("totals", .object(members(money.fields(money.total)))),
            .init(
                "members",
                .array(
                    zip(money.report.members, money.members).map {
                        .object(EnergyReportJSON.named($0.member) + members(money.fields($1)))
                    }
                )
            ),
            .init(
                "periods",
                .array(
                    zip(money.report.periods, money.periods).map {
                        .object(EnergyReportJSON.members($0.period) + members(money.fields($1)))
                    }
                )
            ),
        ])
    }

    private func members(_ fields: [EnergyReportMoney.Field]) -> [JSONValue.Member] {
        fields.map { field in
            switch field.value {
            case .decimal(let digits): .init(field.name, .string(digits))
            case .count(let count): .init(field.name, .integer(Int64(count)))
            case nil: .init(field.name, .null)
            }
        }
    }
}
