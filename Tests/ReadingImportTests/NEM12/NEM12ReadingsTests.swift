import ReadingImport
import Testing

@Suite("NEM12 readings")
struct NEM12ReadingsTests {
    /// A 300 record of half hours: the first values, then zeros.
    private func day(_ date: String, _ values: [String], _ end: String) -> String {
        "300,\(date),\((values + Array(repeating: "0", count: 48 - values.count)).joined(separator: ",")),\(end)\n"
    }

    @Test("Import and export of a day, its qualities by ranges, in market time")
    func readsADay() {
        let file = read(
            "100,NEM12,202303020105,MDP1,Retailer1\r\n200,NMI1234567,E1B1Q1,E1,E1,N1,METSER123,kWh,30,\r\n"
                + day("20230301", ["0.012", "1.5"], "V,,,20230302010500,")
                + "400,1,1,A,,\n400,2,2,F14,76,\n400,3,47,E52,,\n400,48,48,N,,\n500,O,S01009,20230301,\n"
                + "200,NMI1234567,E1B1Q1,B1,B1,N1,METSER123,Wh,30,\n" + day("20230301", ["7", "8", "9"], "A,,,,")
                + "200,NMI1234567,E1B1Q1,Q1,Q1,N1,METSER123,kVArh,30,\n" + day("20230301", ["1"], "A,,,,") + "900\n",
            names: DeviceNames(byFileName: ["NMI1234567": "home-01"])
        )
        #expect(file.complaints == [])
        #expect(file.lines.count == 48)
        #expect(
            file.lines.prefix(3) == [
                "home-01 2023-02-28T14:00:00Z 12 7 M 1800s", "home-01 2023-02-28T14:30:00Z 1500 8 S 1800s",
                "home-01 2023-02-28T15:00:00Z 0 9 E 1800s",
            ]
        )
        #expect(file.lines.last == "home-01 2023-03-01T13:30:00Z 0 0 N 1800s")
        #expect(file.passedOver == ["channels that are no active energy (Q1, kVArh)": 1])
    }

    @Test("Channels of one direction are summed, each as its own decimal")
    func sumsChannels() {
        let file = read(
            "200,N1,E1E2,E1,E1,,,kWh,30,\n" + day("20230301", ["0.0006", "1"], "A,,,,")
                + "200,N1,E1E2,E2,E2,,,kWh,30,\n" + day("20230301", ["0.0006", "2"], "S53,,,,")
        )
        #expect(file.complaints == [])
        #expect(
            file.lines.prefix(2) == ["N1 2023-02-28T14:00:00Z 1 - E 1800s", "N1 2023-02-28T14:30:00Z 3000 - E 1800s"]
        )
    }

    @Test("5 and 15 minutes", arguments: [(5, 288), (15, 96)])
    func readsOtherLengths(minutes: Int, count: Int) {
        let values = Array(repeating: "0.001", count: count).joined(separator: ",")
        let file = read("200,N1,E1,E1,E1,,,MWH,\(minutes),\n300,20230301,\(values),A,,,,\n")
        #expect(file.complaints == [])
        #expect(file.lines.count == count)
        #expect(file.lines.last?.hasSuffix(" 1000 - M \(minutes * 60)s") == true)
    }

    @Test("Every fault is told, and what stands beside it is read")
    func tellsFaults() {
        let good = day("20230301", ["1"], "A,,,,")
        let file = read(
            "100,NEM12,202303020105,MDP1,Retailer1\n" + good + "200,N1,E1,E1,E1,,,therms,30,\n" + good
                + "200,N1,E1,E1,E1,,,kWh,10,\n200,N1,E1\n200,N1,E1,E1,E1,,,kWh,30,\n" + good + good
                + day("20230302", ["-1"], "A,,,,") + day("20230303", ["1"], "X,,,,") + day("20230399", ["1"], "A,,,,")
                + "300,20230304,1,2,3,A,,,,\n" + day("20230305", ["1"], "V,,,,")
                + "400,1,49,A,,\n400,1,47,A,,\n400,2,2,A,,\n"
                + "250,N1\n"
        )
        #expect(file.lines.count == 48)
        #expect(
            file.faults.map { "\($0.line):\($0.column)" } == [
                "0:0", "2:0", "3:19", "5:23", "6:0", "9:5", "10:14", "11:110", "12:5", "13:0", "14:0", "15:0", "17:5",
                "18:1",
            ]
        )
        #expect(file.complaints.first == "the file has no 900 record at its end: is all of it there?")
    }
}
