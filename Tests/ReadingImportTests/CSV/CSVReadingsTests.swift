import MeterReadings
import ReadingImport
import Testing

@Suite("CSV readings")
struct CSVReadingsTests {
    @Test("Columns in any order, quotes, CRLF, a byte-order mark, empty lines")
    func readsWhatItShould() {
        let file = read(
            "\u{FEFF}time,device,quality,import_kwh,export_wh\r\n\r\n"
                + "2026-03-29T01:15:00Z,\"meter \"\"1\"\", east\",M,2714.128,1206\r\n"
                + "2026-03-29T03:00:00+02:00,m2,,0.0019,\r\n"
        )
        #expect(file.complaints == [])
        #expect(
            file.lines == [
                "m2 2026-03-29T01:00:00Z 1 - M", "meter \"1\", east 2026-03-29T01:15:00Z 2714128 1206 M",
            ]
        )
        #expect(file.readings.map(\.line) == [4, 3])
    }

    @Test("Registers and intervals, for a device that the file does not name")
    func readsIntervals() {
        let file = read(
            "time,import_wh,interval_s\n2026-01-01T00:00:00Z,5,900\n2026-01-01T00:15:00Z,6,\n",
            names: DeviceNames(device: "m1")
        )
        #expect(file.lines == ["m1 2026-01-01T00:00:00Z 5 - M 900s", "m1 2026-01-01T00:15:00Z 6 - M"])
    }

    @Test("Every fault is told with line and column, and the other rows are read")
    func tellsEveryFault() {
        let file = read(
            """
            device,time,import_wh,export_kwh,quality
            m1,2026-01-01T00:00:00Z,1,1,M
            m1,2026-01-01 00:15:00Z,1,1,M
            m1,2026-01-01T00:30:00,1.5,1,X
            m1,2026-01-01T00:45:00Z,-1,1e3,M
            m1,2026-01-01T01:00:00Z,,,M
            m1,2026-01-01T01:15:00Z,1
            ,2026-01-01T01:30:00Z,1,1,M
            m1,2026-01-01T01:45:00Z,1000000000001,1,M
            m1,2026-01-01T02:00:00Z,1,"1"x,M
            m1,2026-01-01T00:00:00Z,2,1,M
            m1,2026-01-01T00:00:00Z,1,1,M
            m1,2026-01-01T02:15:00Z,1,"1

            """
        )
        #expect(file.lines == ["m1 2026-01-01T00:00:00Z 1 1000 M"])
        let places = file.faults.map { "\($0.line):\($0.column)" }
        #expect(
            places == [
                "3:4", "4:4", "4:24", "4:30", "5:25", "5:28", "6:0", "7:0", "8:1", "9:25", "10:30", "11:0", "13:27",
            ]
        )
        #expect(file.faultCount == 13)
        #expect(file.passedOver == ["readings that the file repeats": 1])
        #expect(
            file.complaints.first
                == "line 3, column 4: time: a time with its offset is expected, such as 2026-03-29T01:15:00Z or 2026-03-29T03:15:00+02:00"
        )
    }

    @Test(
        "A header that cannot be worked with",
        arguments: [
            ("", ["the file is empty"]),
            ("time,import_wh\n", ["there is no column device"]),
            ("device,import_wh,imports\n", ["no column of this name", "no column time"]),
            ("device,time\n", ["no column with energy"]),
            ("device,time,import_wh,import_kwh\n", ["import_wh or import_kwh, not both"]),
            ("device,time,time,import_wh\n", ["the column time is there twice"]),
        ]
    )
    func refusesHeaders(text: String, expected: [String]) {
        let complaints = read(text, as: .csv).complaints
        #expect(complaints.count == expected.count)
        for (complaint, part) in zip(complaints.sorted(), expected.sorted()) {
            #expect(expected.contains { complaint.contains($0) }, "\(complaint), not \(part)")
        }
    }

    @Test("Faults beyond the limit are counted, not kept")
    func keepsNoMoreFaultsThanItNeeds() {
        let file = read("device,time,import_wh\n" + String(repeating: "m,?,1\n", count: 1500))
        #expect(file.faults.count == ReadingFile.faultLimit)
        #expect(file.faultCount == 1500)
    }
}
