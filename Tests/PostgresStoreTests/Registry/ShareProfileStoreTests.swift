import CommunityRegistry
import EnergySharing
import PostgresStore
import Testing

@Suite(.needsPostgres) struct ShareProfileStoreTests {
    let fixture: RegistryFixture
    private static let hour = RegistryFixture.hour

    init() throws { fixture = try RegistryFixture() }

    private func at(_ hours: Int) -> Int64 { RegistryFixture.start + Int64(hours) * Self.hour }

    /// A file of the meters' shares by the hour; `from` in hours since the start.
    private func file(_ shares: [String: [Int32]], from: Int, name: String = "a.csv") throws -> ShareFile {
        var text = "device,hour_start,share_ppm\n"
        for (device, row) in shares {
            for (hour, share) in row.enumerated() {
                text += "\(device),\(InstantText.format(at(from + hour))),\(share)\n"
            }
        }
        return try ShareFile(name: name, table: Array(text.utf8))
    }

    @discardableResult
    private func apply(_ file: ShareFile) throws -> ShareProfilePlan {
        let planned = try fixture.store.planShares(file, for: "sierra-crest")
        let applied = try fixture.store.applyShares(file, for: "sierra-crest")
        #expect(planned.changes == applied.changes && planned.touched == applied.touched)
        #expect(planned.warnings == applied.warnings && planned.dueAgain == applied.dueAgain)
        return applied
    }

    /// The stored rows as `meter from until {shares} source`.
    private func rows() throws -> [String] {
        let rows = try fixture.connection.query(
            """
            select d.hub_device_id, \(PostgresTimestamp.sql("lower(valid_during)")), \(PostgresTimestamp.sql("upper(valid_during)")),
                   shares, source
            from energy.share_profile join energy.device d using (device_id) order by valid_during, d.hub_device_id
            """
        )
        return (0..<rows.rowCount).map { row in
            let bounds = [1, 2].map { ((rows.int64(row, $0) ?? 0) - RegistryFixture.start) / Self.hour }
            return
                "\(rows.text(row, 0) ?? "") \(bounds[0]) \(bounds[1]) \(rows.text(row, 3) ?? "") \(rows.text(row, 4) ?? "")"
        }
    }

    @Test func `a file is stored, raises the version, and again changes nothing`() throws {
        try fixture.apply(RegistryFixture.document())
        let shares = try file(["meter-1": [1, 2], "meter-2": [3, 0]], from: 5, name: "folder/a.csv")
        #expect(try apply(shares).changes.count == 1)
        #expect(try rows() == ["meter-1 5 7 {1,2} a.csv", "meter-2 5 7 {3,0} a.csv"])
        #expect(try fixture.version() == 2)
        #expect(try fixture.dueSpans() == [])
        try fixture.connection.run("update energy.community_settlement set next_due_at = now()")
        #expect(try apply(shares).changes.isEmpty)
        #expect(try apply(try file(["meter-1": [2]], from: 6, name: "b.csv")).changes.isEmpty)
        #expect(try fixture.version() == 2)
        let due = try fixture.connection.query("select next_due_at from energy.community_settlement")
        #expect(due.text(0, 0) != "-infinity")
        #expect(
            try fixture.store.shareProfiles(of: nil).map { [$0.from, $0.until, $0.meters] } == [[at(5), at(7), 2]]
        )
        #expect(try fixture.store.shareProfiles(of: "sierra-crest").first?.source == "a.csv")
        #expect(try fixture.store.shareProfiles(of: "x").isEmpty)
        #expect(try fixture.store.export().document == RegistryFixture.document(), "the document has no profiles")
    }

    @Test func `a plan writes nothing`() throws {
        try fixture.apply(RegistryFixture.document())
        let plan = try fixture.store.planShares(try file(["meter-1": [1]], from: 5), for: "sierra-crest")
        #expect(plan.changes.count == 1)
        #expect(try rows() == [] && fixture.version() == 1)
    }

    @Test func `older profiles are cut to what lies before and after, and keep where they came from`() throws {
        try fixture.apply(RegistryFixture.document())
        try apply(try file(["meter-1": [1, 2, 3, 4, 5, 6], "meter-2": [9, 8, 7, 6, 5, 4]], from: 0))
        try fixture.connection.run(
            "update energy.share_profile set applied_by = 'ada', applied_at = '2020-01-01 00:00+00'"
        )
        try apply(try file(["meter-3": [1, 1]], from: 2, name: "b.csv"))
        #expect(
            try rows() == [
                "meter-1 0 2 {1,2} a.csv", "meter-2 0 2 {9,8} a.csv", "meter-3 2 4 {1,1} b.csv",
                "meter-1 4 6 {5,6} a.csv", "meter-2 4 6 {5,4} a.csv",
            ]
        )
        let kept = try fixture.connection.query(
            "select count(*) from energy.share_profile where applied_by = 'ada' and applied_at = '2020-01-01 00:00+00'"
        )
        #expect(kept.int64(0, 0) == 4)
        try apply(try file(["meter-1": [7, 7, 7, 7, 7]], from: 1, name: "c.csv"))
        #expect(
            try rows() == ["meter-1 0 1 {1} a.csv", "meter-2 0 1 {9} a.csv", "meter-1 1 6 {7,7,7,7,7} c.csv"]
        )
    }

    @Test func `exactly the settled intervals in which a share differs are due, and whose they are is told`() throws {
        try fixture.apply(RegistryFixture.document(homes: 2))
        try fixture.pretendSettled(from: at(0), until: at(10))
        try fixture.connection.run(
            "update energy.interval_status set state = 'final' where interval_start < '2016-08-01 04:00+00'"
        )
        let plan = try apply(
            try file(
                ["meter-1": [100_000, 1, 1, 100_000, 1], "meter-2": [100_000, 100_000, 100_000, 100_000, 100_000]],
                from: 2
            )
        )
        #expect(try fixture.dueSpans() == ["3 5 registry", "6 7 registry"])
        #expect(
            plan.dueAgain.map(\.description) == [
                "3 settled intervals of sierra-crest, from 2016-08-01T03:00:00Z to 2016-08-01T07:00:00Z (1 final); "
                    + "2 meters of 2 members: home-01, home-02"
            ]
        )
        let due = try fixture.connection.query("select next_due_at from energy.community_settlement")
        #expect(due.text(0, 0) == "-infinity")
        // What is not settled is not due again.
        try apply(try file(["meter-1": [5]], from: 10, name: "b.csv"))
        #expect(try fixture.dueSpans().count == 2)
    }

    @Test func `what is sealed is told and not counted`() throws {
        try fixture.apply(RegistryFixture.document(homes: 1))
        try fixture.pretendSettled(from: at(0), until: at(72))
        try fixture.connection.run("insert into energy.sealed values ('reading', '2016-08-01 00:00+00')")
        let plan = try apply(try file(["meter-1": [Int32](repeating: 1, count: 72)], from: 0))
        #expect(plan.dueAgain.map(\.intervals) == [24] && plan.dueAgain.map(\.sealed) == [48])
        #expect(plan.dueAgain.first?.span.span == TimeSpan(from: at(48), until: at(72)))
    }

    @Test func `a device that does not fit is refused by line, and nothing is written`() throws {
        try fixture.apply(RegistryFixture.document())
        let shares = try file(["meter-9": [1]], from: 0)
        for attempt in [fixture.store.planShares, fixture.store.applyShares] {
            #expect {
                try attempt(shares, "sierra-crest")
            } throws: {
                ($0 as? RegistryStoreFailure)?.kind == .refused
                    && "\($0)" == "a.csv:2: there is no device 'meter-9' in the registry"
            }
        }
        #expect(try rows() == [] && fixture.version() == 1)
    }

    @Test func `shares do not change under a settlement that is under way`() throws {
        try fixture.apply(RegistryFixture.document())
        let settlement = try fixture.database.connect()
        try settlement.run("begin; select from energy.community_settlement for update")
        let shares = try file(["meter-1": [1]], from: 0)
        #expect {
            try fixture.store.applyShares(shares, for: "sierra-crest")
        } throws: {
            ($0 as? RegistryStoreFailure)?.kind == .busy
        }
        settlement.rollback()
        #expect(try apply(shares).changes.count == 1)
    }

    @Test func `a year of many meters is written in several statements`() throws {
        try fixture.apply(RegistryFixture.document(homes: 13, share: 1))
        let row = (0..<8_760).map { Int32($0 % 7) }
        let shares = Dictionary(uniqueKeysWithValues: (1...13).map { ("meter-\($0)", row) })
        try apply(try file(shares, from: 0))
        let sums = try fixture.connection.query(
            """
            select count(*), min(cardinality(shares)), bool_and(shares = (select array_agg(g % 7 order by g) from generate_series(0, 8759) g))
            from energy.share_profile
            """
        )
        #expect(sums.int64(0, 0) == 13 && sums.int64(0, 1) == 8_760 && sums.bool(0, 2) == true)
        #expect(try apply(try file(shares, from: 0)).changes.isEmpty)
    }

    @Test func `files one over the other leave what a plain table of hours has`() throws {
        var generator = SeededGenerator(seed: 5)
        try fixture.apply(RegistryFixture.document(share: 3))
        try fixture.pretendSettled(from: at(0), until: at(24))
        let meters = ["meter-1", "meter-2", "meter-3"]
        /// Hour by hour: the file that counts, and each meter's share.
        var model = [(source: String, shares: [String: Int32])?](repeating: nil, count: 24)
        for round in 0..<40 {
            let from = Int.random(in: 0..<20, using: &generator)
            let count = Int.random(in: 1...min(9, 24 - from), using: &generator)
            let named = meters.filter { _ in Int.random(in: 0..<3, using: &generator) > 0 }
            var shares: [String: [Int32]] = [:]
            for meter in named.isEmpty ? ["meter-1"] : named {
                shares[meter] = (0..<count).map { _ in Int32.random(in: 2...3, using: &generator) }
            }
            try fixture.connection.run("delete from energy.due_span")
            let plan = try apply(try file(shares, from: from, name: "\(round).csv"))
            var touched: Set<Int> = []
            for hour in from..<(from + count) where !plan.changes.isEmpty {
                let after = meters.map { shares[$0]?[hour - from] ?? 0 }
                if after != meters.map({ model[hour].map { $0.shares } == nil ? 3 : model[hour]?.shares[$0] ?? 0 }) {
                    touched.insert(hour)
                }
                model[hour] = ("\(round).csv", Dictionary(uniqueKeysWithValues: zip(meters, after)))
            }
            let due = try fixture.connection.query(
                """
                select extract(epoch from t - '2016-08-01 00:00+00')::integer / 3600 from energy.due_span d,
                       generate_series(d.from_at, d.until_at - interval '1 hour', '1 hour') t
                """
            )
            #expect(
                Set((0..<due.rowCount).compactMap { due.int32(0 + $0, 0).map { Int($0) } }) == touched,
                "round \(round)"
            )
            let table = try fixture.connection.query(
                """
                select extract(epoch from lower(p.valid_during) - '2016-08-01 00:00+00')::integer / 3600 + s.place::integer - 1,
                       d.hub_device_id, s.share, p.source
                from energy.share_profile p join energy.device d using (device_id),
                     unnest(p.shares) with ordinality as s (share, place)
                """
            )
            var found = [(source: String, shares: [String: Int32])?](repeating: nil, count: 24)
            for row in 0..<table.rowCount {
                let hour = try #require(table.int32(row, 0).map { Int($0) })
                let source = table.text(row, 3) ?? ""
                #expect(found[hour] == nil || found[hour]?.source == source, "one profile at a time")
                found[hour, default: (source, [:])].shares[table.text(row, 1) ?? ""] = table.int32(row, 2)
            }
            for hour in 0..<24 {
                #expect(found[hour]?.source == model[hour]?.source, "round \(round), hour \(hour)")
                for meter in meters {
                    #expect(
                        found[hour]?.shares[meter] ?? 0 == model[hour]?.shares[meter] ?? 0,
                        "round \(round), hour \(hour)"
                    )
                }
            }
        }
    }
}

extension Array {
    /// The element, made if it is `nil`.
    fileprivate subscript<Wrapped>(index: Int, default value: @autoclosure () -> Wrapped) -> Wrapped
    where Element == Wrapped? {
        get { self[index] ?? value() }
        set { self[index] = newValue }
    }
}
