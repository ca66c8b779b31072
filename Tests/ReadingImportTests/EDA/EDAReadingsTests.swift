import ReadingImport
import Testing

@Suite("EDA readings")
struct EDAReadingsTests {
    private func point(_ start: String, _ end: String, _ quality: String, _ energy: String) -> String {
        "<cr:EP><cr:DTF>\(start)</cr:DTF><cr:DTT>\(end)</cr:DTT><cr:MM>\(quality)</cr:MM><cr:BQ>\(energy)</cr:BQ></cr:EP>\n"
    }

    private func record(_ series: [(code: String, points: String)]) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a consumption record -->
        <cr:ConsumptionRecord xmlns:cr="http://www.ebutilities.at/schemata/customerprocesses/consumptionrecord/01p41">
        <cr:MarketParticipantDirectory><ct:RoutingHeader xmlns:ct="x"><ct:Sender AddressType="ECNumber"/></ct:RoutingHeader>
        </cr:MarketParticipantDirectory>
        <cr:ProcessDirectory><cr:MeteringPoint>AT0031000000000000000000012345678</cr:MeteringPoint><cr:Energy>
        <cr:NumberOfMeteringIntervall>2</cr:NumberOfMeteringIntervall>

        """
            + series.map { "<cr:EnergyData MeterCode=\"\($0.code)\" UOM=\"KWH\">\n\($0.points)</cr:EnergyData>\n" }
            .joined()
            + "</cr:Energy></cr:ProcessDirectory></cr:ConsumptionRecord>\n"
    }

    @Test("Consumption and feed-in become one reading; the community's own shares are passed over")
    func readsARecord() {
        let file = read(
            record([
                (
                    "1-1:1.9.0 G.01",
                    point("2024-03-31T01:45:00+01:00", "2024-03-31T03:00:00+02:00", "L1", "0.057000")
                        + point("2024-03-31T03:00:00+02:00", "2024-03-31T03:15:00+02:00", "L2", "0.0305")
                        + point("2024-03-31T03:15:00+02:00", "2024-03-31T03:30:00+02:00", "L3", "0.0305")
                ),
                ("1-1:2.9.0 P.01", point("2024-03-31T03:00:00+02:00", "2024-03-31T03:15:00+02:00", "L1", "9")),
                (
                    "1-1:2.9.0 G.01",
                    point("2024-03-31T03:00:00+02:00", "2024-03-31T03:15:00+02:00", "L1", "0.004")
                        + point("2024-03-31T03:15:00+02:00", "2024-03-31T03:30:00+02:00", "L1", "0.001")
                ),
                ("1-1:2.9.0 G.03", point("2024-03-31T03:00:00+02:00", "2024-03-31T03:15:00+02:00", "L1", "5")),
            ]),
            names: DeviceNames(device: "meter-1")
        )
        #expect(file.complaints == [])
        #expect(
            file.lines == [
                "meter-1 2024-03-31T00:45:00Z 57 - M 900s", "meter-1 2024-03-31T01:00:00Z 30 4 S 900s",
                "meter-1 2024-03-31T01:15:00Z 31 1 E 900s",
            ]
        )
        #expect(file.passedOver == ["series that are no total of a direction (1-1:2.9.0 G.03)": 1])
    }

    @Test("What a plain feed-in meter reports, too")
    func readsLeftovers() {
        let point = point("2024-04-01T00:00:00+02:00", "2024-04-01T00:15:00+02:00", "L0", "0.001000")
        let file = read(record([("1-1:2.9.0 P.01", point)]))
        #expect(file.lines == ["AT0031000000000000000000012345678 2024-03-31T22:00:00Z - 1 N 900s"])
    }

    @Test("Where a meter's direction has totals, leftovers never stand in for one that is missing")
    func leftoversAreNoTotals() {
        let first = point("2024-04-01T00:00:00+02:00", "2024-04-01T00:15:00+02:00", "L1", "0.060")
        let second = point("2024-04-01T00:15:00+02:00", "2024-04-01T00:30:00+02:00", "L1", "0.008")
        let file = read(record([("1-1:1.9.0 G.01", first), ("1-1:1.9.0 P.01", second)]))
        #expect(file.lines == ["AT0031000000000000000000012345678 2024-03-31T22:00:00Z 60 - M 900s"])
        #expect(file.passedOver.values.reduce(0, +) == 1)
    }

    @Test("Faults of a point are told with its line, and the other points are read")
    func tellsFaults() {
        let file = read(
            record([
                (
                    "1-1:1.9.0 G.01",
                    point("2024-04-01T00:00:00", "2024-04-01T00:15:00+02:00", "L1", "1")
                        + point("2024-04-01T00:15:00+02:00", "2024-04-01T00:35:00+02:00", "L1", "1")
                        + point("2024-04-01T00:30:00+02:00", "2024-04-01T00:45:00+02:00", "L4", "1")
                        + point("2024-04-01T00:45:00+02:00", "2024-04-01T01:00:00+02:00", "L1", "1,5")
                        + point("2024-04-01T01:00:00+02:00", "2024-04-01T01:15:00+02:00", "L1", "1")
                        + point("2024-04-01T01:00:00+02:00", "2024-04-01T01:15:00+02:00", "L1", "2")
                )
            ])
        )
        #expect(file.faults.map(\.line) == [9, 10, 11, 12, 14])
        #expect(file.lines.count == 1)
    }

    @Test(
        "What is no whole, plain document is refused with its place",
        arguments: [
            ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", 1, "document type"),
            ("<a>\n<b>", 2, "ends within the element b"),
            ("<a>\n</b>", 2, "not the one that began last"),
            ("<a/>\n<b/>", 2, "one outermost element"),
            ("<a>&x;</a>", 1, "no such reference"),
            ("<a x='1' x='2'/>", 1, "there twice"),
            ("<a x=1/>", 1, "in quotes"),
            ("<a><!-- \n", 2, "comment is not closed"),
            ("<a>" + String(repeating: "<b>", count: 80), 1, "too deeply"),
            ("<a>x</a>y", 1, "outside"),
            ("<a/>", 0, "no element EnergyData"),
            ("", 1, "an XML document is expected"),
        ]
    )
    func refusesDocuments(text: String, line: Int, part: String) {
        let file = read(text, as: .eda)
        #expect(file.faults.first?.message.contains(part) == true || file.complaints.contains { $0.contains(part) })
        #expect(file.faults.contains { $0.line == line && $0.message.contains(part) })
        #expect(file.readings.isEmpty)
    }

    @Test("References and CDATA are text")
    func readsReferences() {
        let point = point("2024-04-01T00:00:00&#43;02:00", "2024-04-01T00:15:00&#x2B;02:00", "<![CDATA[L1]]>", " 1 ")
        #expect(read(record([("1-1:1.9.0 P.01", point)])).lines.count == 1)
    }
}
