import Foundation
import PostgresStore
import Testing

@testable import wattsource

@Suite("Energy reports for programs") struct EnergyReportFormatTests {
    @Test func csvHasARecordPerMemberAndPeriod() {
        #expect(
            EnergyReportCSV.text(.sample()) == """
                community,member,period,period_start,period_end,import_wh,community_wh,grid_wh,export_wh,shared_wh,surplus_wh,values,state\r
                crest,home-01,2016-08,2016-08-01T07:00:00Z,2016-09-01T07:00:00Z,1000000,250000,750000,0,0,0,744,final\r
                crest,home-02,2016-09,2016-09-01T07:00:00Z,2016-10-01T07:00:00Z,200000,0,200000,400000,250000,150000,717,provisional\r

                """
        )
    }

    @Test func csvQuotesWhatAsksForIt() {
        #expect(EnergyReportCSV.field("plain text") == "plain text")
        #expect(EnergyReportCSV.field("a,b") == "\"a,b\"")
        #expect(EnergyReportCSV.field("say \"x\"") == "\"say \"\"x\"\"\"")
        #expect(EnergyReportCSV.field("a\r\nb") == "\"a\r\nb\"")
    }

    @Test func jsonIsOneObjectOfIntegers() throws {
        let text = EnergyReportJSON.value(.sample()).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "community", "name", "time_zone", "sharing_keys", "member", "from", "until", "by", "totals", "members",
                "meters",
                "periods", "member_periods", "intervals", "communities", "unshared", "missing_meters", "ledger",
            ]
        )
        #expect(object["member"] is NSNull)
        #expect(object["from"] as? String == "2016-08-01T07:00:00Z")
        let totals = try #require(object["totals"] as? [String: Int64])
        #expect(totals["import_wh"] == 1_200_000)
        #expect(totals["surplus_wh"] == 150_000)
        let periods = try #require(object["periods"] as? [[String: Any]])
        #expect(periods.map { $0["period"] as? String } == ["2016-08", "2016-09"])
        #expect(periods[1]["incomplete"] as? Int == 3)
        let missing = try #require(object["missing_meters"] as? [[String: Any]])
        #expect(missing[0]["intervals"] as? Int == 3)
        #expect(missing[1]["intervals"] is NSNull)
    }
}
