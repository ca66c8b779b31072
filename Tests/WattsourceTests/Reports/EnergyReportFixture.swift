import PostgresStore

extension EnergyReport {
    /// Two months of two homes, one of them with a name that CSV has to quote.
    static func sample() -> EnergyReport {
        let hour: Int64 = 3_600_000_000
        let start: Int64 = 1_470_034_800_000_000  // 2016-08-01T07:00:00Z
        let one = Member(code: "home-01", name: "Home \"One\", upstairs")
        let two = Member(code: "home-02", name: "Home 02")
        let august = Period(start: start, end: start + 744 * hour, label: "2016-08")
        let september = Period(start: start + 744 * hour, end: start + 1464 * hour, label: "2016-09")
        let ofOne = EnergySums(importWh: 1_000_000, communityWh: 250_000, gridWh: 750_000)
        let ofTwo = EnergySums(
            importWh: 200_000,
            gridWh: 200_000,
            exportWh: 400_000,
            sharedWh: 250_000,
            surplusWh: 150_000
        )
        var report = EnergyReport()
        report.community = "crest"
        report.communityName = "Sierra\u{1b}[2J Crest"
        report.timeZone = "America/Los_Angeles"
        report.sharingKeys = ["static", "proportional"]
        report.from = august.start
        report.until = september.end
        report.fromLabel = "2016-08-01 00:00-07:00"
        report.untilLabel = "2016-10-01 00:00-07:00"
        report.period = .month
        report.totals = EnergySums(
            importWh: 1_200_000,
            communityWh: 250_000,
            gridWh: 950_000,
            exportWh: 400_000,
            sharedWh: 250_000,
            surplusWh: 150_000
        )
        report.members = [.init(member: one, sums: ofOne), .init(member: two, sums: ofTwo)]
        report.meters = [
            .init(hubDeviceID: "meter-1", member: one, sums: ofOne),
            .init(hubDeviceID: "meter-2", member: two, sums: ofTwo),
        ]
        report.periods = [
            .init(period: august, sums: ofOne, intervals: Intervals(final: 744)),
            .init(period: september, sums: ofTwo, intervals: Intervals(provisional: 719, corrected: 1, incomplete: 3)),
        ]
        report.memberPeriods = [
            .init(member: one, period: august, sums: ofOne, values: 744, state: .final),
            .init(member: two, period: september, sums: ofTwo, values: 717, state: .provisional),
        ]
        report.intervals = Intervals(provisional: 719, final: 744, corrected: 1, incomplete: 3)
        report.missingMeters = [
            .init(hubDeviceID: "meter-2", member: two, missing: 3),
            .init(hubDeviceID: "meter-9", member: two, missing: nil),
        ]
        report.ledger.records = 2929
        report.ledger.refusedRecords = 1
        report.ledger.readings = 2928
        report.ledger.accepted = 2926
        report.ledger.duplicate = 1
        report.ledger.rejected = 1
        report.ledger.deadLetters = [.init(reason: "bad_json", count: 1), .init(reason: "out_of_range", count: 1)]
        return report
    }
}
