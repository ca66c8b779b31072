import ReadingImport
import Testing

@Suite("File formats")
struct FormatTests {
    @Test(
        "The first bytes tell the format",
        arguments: [
            ("device,time,import_wh\n", ReadingFileFormat.csv), ("\u{FEFF}\n<?xml version=\"1.0\"?>", .eda),
            ("<ConsumptionRecord>", .eda), ("100,NEM12,2023", .nem12), ("200,NMI,E1", .nem12), ("100,NEM13,2023", .csv),
            ("", .csv),
        ]
    )
    func isGuessed(text: String, format: ReadingFileFormat) {
        #expect(ReadingFileFormat.guess(Array(text.utf8)) == format)
    }

    @Test("No bytes whatever crash a reader")
    func isRobust() {
        var state: UInt64 = 42
        let seeds = [
            "<a b='c'>&lt;</a>", "100,NEM12\n200,N,E,E,E1,,,kWh,30,\n300,2023", "device,time,import_wh\n\"m\",2026,1",
        ]
        for round in 0..<3000 {
            var bytes = Array(seeds[round % 3].utf8)
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            for format in ReadingFileFormat.allCases {
                #expect(ReadingFile.read(bytes, as: format).readings.count < 100)
            }
        }
    }
}
