import Testing

@testable import wattsource

@Suite struct MeterDataReaderTests {
    private static let header = "interval_start,price,home01_load_wh,home01_pv_wh,home02_pv_wh,home02_load_wh\n"

    private func read(_ text: String) throws(MeterDataFault) -> MeterData {
        try MeterDataReader.read(Array(text.utf8))
    }

    @Test func readsHomesInTheFilesOrder() throws {
        let data = try read(
            Self.header + "2016-08-01T07:00:00Z,0.2,100,30,5,0\r\n2016-08-01T07:15:00Z,x,0,70,0,1000000000\n"
        )
        #expect(data.homes == ["home01", "home02"])
        #expect(data.start == 1_470_034_800_000_000)
        #expect(data.interval == 900_000_000)
        #expect(data.netEnergy == [70, -5, -70, 1_000_000_000])
        #expect(data.edges == 3)
        #expect(data.time(ofEdge: 2) == 1_470_036_600_000_000)
    }

    @Test(
        arguments: [
            ("", nil, "two are needed"),
            ("a,home01_load_wh,home01_pv_wh\n", 1, "interval_start"),
            ("interval_start,home01_load_wh\n", 1, "home01_pv_wh"),
            ("interval_start,home01_pv_wh\n", 1, "home01_load_wh"),
            ("interval_start,price\n", 1, "NAME_load_wh"),
            ("interval_start,a_load_wh,a_pv_wh,a_pv_wh\n", 1, "twice"),
            (header + "2016-08-01T07:00:00Z,0,1,2,3\n", 2, "5 fields"),
            (header + "2016-08-01 07:00:00,0,1,2,3,4\n", 2, "not a time"),
            (header + "2016-08-01T07:00:00Z,0,1,-2,3,4\n", 2, "home01_pv_wh"),
            (header + "2016-08-01T07:00:00Z,0,1,2,,4\n", 2, "home02_pv_wh"),
            (header + "2016-08-01T07:00:00Z,0,1.5,2,3,4\n", 2, "home01_load_wh"),
            (header + "2016-08-01T07:00:00Z,0,1,2,3,1000000001\n", 2, "home02_load_wh"),
            (header + "2016-08-01T07:00:00Z,0,1,2,3,99999999999999999999999\n", 2, "home02_load_wh"),
            (header + "2016-08-01T07:00:00Z,0,1,2,3,4\n", nil, "two are needed"),
            (header + "2016-08-01T07:00:00Z,0,1,2,3,4\n2016-08-01T07:00:00Z,0,1,2,3,4\n", 3, "not later"),
            (
                header
                    + "2016-08-01T07:00:00Z,0,1,2,3,4\n2016-08-01T08:00:00Z,0,1,2,3,4\n2016-08-01T10:00:00Z,0,1,2,3,4\n",
                4, "2016-08-01T09:00:00Z"
            ),
        ] as [(String, Int?, String)]
    )
    func namesTheLineOfAFault(_ text: String, _ line: Int?, _ words: String) {
        do throws(MeterDataFault) {
            _ = try read(text)
            Issue.record("no fault was found")
        } catch {
            #expect(error.line == line)
            #expect(error.description.contains(words), "\(error)")
        }
    }
}
