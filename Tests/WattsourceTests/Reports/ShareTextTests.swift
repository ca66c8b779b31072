import CommunityRegistry
import PostgresStore
import Testing

@testable import wattsource

@Suite struct ShareTextTests {
    private static let start: Int64 = 1_470_009_600_000_000

    private func plan(_ table: String) throws -> ShareProfilePlan {
        let registry = try RegistryReader().read(
            """
            communities:
              - code: c
                time_zone: UTC
                interval_minutes: 60
                sharing_key: static
                members:
                  - { code: ada, devices: [{ hub_device_id: m1, participation: [{ from: 2016-08-01T00:00:00Z }] }] }
            """
        )
        let file = try ShareFile(name: "x/shares.csv", table: Array(table.utf8))
        return try ShareProfilePlan(file, for: "c", registry: registry, stored: [])
    }

    @Test func `what would change, what becomes due, and whose`() throws {
        var plan = try plan("device,hour_start,share_ppm\nm1,2016-08-01T00:00Z,5\n")
        plan.noteDue([DueAgain(span: try #require(plan.touched.first), intervals: 1, final: 0)])
        let span = "from 2016-08-01T00:00:00Z to 2016-08-01T01:00:00Z"
        #expect(
            ShareText.lines(plan, isTrial: true) == [
                "add shares by the hour of c \(span): 1 hour of 1 meter, by shares.csv",
                "would be due again: 1 settled interval of c, \(span); 1 meter of 1 member: ada",
                "the shares would be stored",
            ]
        )
        #expect(ShareText.lines(plan, isTrial: false).last == "the shares are stored")
    }

    @Test func `faults have the file's name and line`() throws {
        let table = "device,hour_start,share_ppm\nm,2016-08-01T00:00Z,x\n"
        do {
            _ = try ShareFile(name: "a.csv", table: Array(table.utf8))
            Issue.record("it was taken")
        } catch {
            #expect(
                ShareText.faults(error, of: "a.csv") == ["a.csv:2: share_ppm is no whole number from 0 to 1000000"]
            )
        }
    }

    @Test func `stored profiles are a table`() {
        #expect(ShareText.lines([]) == ["no shares by the hour are stored"])
        let profile = StoredShareProfile(
            community: "c",
            from: Self.start,
            until: Self.start + 8_760 * 3_600_000_000,
            meters: 17,
            source: "a.csv",
            appliedBy: "ada",
            appliedAt: Self.start
        )
        let lines = ShareText.lines([profile])
        #expect(lines.count == 3)
        #expect(
            lines.last?.contains("2016-08-01T00:00:00Z  2017-08-01T00:00:00Z  8,760      17  a.csv") == true,
            "\(lines)"
        )
    }
}
