import EnergySharing
import PostgresStore

/// What a report's energy cost, earned and carried: made row by row, as they come.
///
/// Rates are looked up once per interval. Held are the sums of each member, and of each period; of members by period only those of the
/// period that is being read, which are handed on when it ends.
struct EnergyReportMoney {
    /// The members' sums of one period, in the order of ``EnergyReport/members``.
    struct MemberPeriods {
        /// The period's place in ``EnergyReport/periods``.
        var period: Int
        /// The member's statements.
        var statements: [EnergyStatement]
        /// How many values each is made of.
        var values: [Int64]
    }

    /// The report that the rows belong to.
    let report: EnergyReport
    /// What the energy costs and carries.
    let tariff: Tariff
    /// The currency's code.
    let currency: String
    /// The sums of each member, in the order of ``EnergyReport/members``.
    private(set) var members: [EnergyStatement]
    /// The sums of each period, in the order of ``EnergyReport/periods``.
    private(set) var periods: [EnergyStatement]
    /// All of it.
    private(set) var total = EnergyStatement()

    private var current: MemberPeriods
    private var interval = (start: Int64.min, length: Int64.min)
    private var rates = IntervalRates()

    /// Begins with nothing.
    init(_ report: EnergyReport, tariff: Tariff, currency: String) {
        self.report = report
        self.tariff = tariff
        self.currency = currency
        members = Array(repeating: EnergyStatement(), count: report.members.count)
        periods = Array(repeating: EnergyStatement(), count: report.periods.count)
        current = Self.nothing(report, in: 0)
    }

    /// Adds a row; rows come in order of time.
    ///
    /// - Returns: the period that ended before it, if one did.
    mutating func add(_ row: EnergyRow) -> MemberPeriods? {
        var ended: MemberPeriods?
        if (row.start, row.length) != interval {
            interval = (row.start, row.length)
            rates = tariff.rates(at: row.start, length: row.length)
            var period = current.period
            while period + 1 < report.periods.count, report.periods[period + 1].period.start <= row.start {
                period += 1
            }
            if period != current.period { ended = finish(next: period) }
        }
        current.statements[row.member].add(row.energy, at: rates)
        current.values[row.member] += 1
        return ended
    }

    /// Ends the last period; no rows may follow.
    mutating func finish() -> MemberPeriods { finish(next: current.period) }

    private mutating func finish(next: Int) -> MemberPeriods {
        for (place, statement) in current.statements.enumerated() {
            members[place].add(statement)
            periods[current.period].add(statement)
            total.add(statement)
        }
        let ended = current
        current = Self.nothing(report, in: next)
        return ended
    }

    private static func nothing(_ report: EnergyReport, in period: Int) -> MemberPeriods {
        MemberPeriods(
            period: period,
            statements: Array(repeating: EnergyStatement(), count: report.members.count),
            values: Array(repeating: 0, count: report.members.count)
        )
    }
}
