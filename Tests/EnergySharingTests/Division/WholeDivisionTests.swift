import Testing

@testable import EnergySharing

@Suite("Whole division")
struct WholeDivisionTests {
    @Test("leftovers go to the largest remainders, ties to the smallest index")
    func examples() {
        #expect(WholeDivision.divide(10, on: [7, 7, 7]) == [4, 3, 3])
        #expect(WholeDivision.divide(11, on: [7, 7, 7]) == [4, 4, 3])
        // 100 on 47, 16, 15.8, 12, 6.1, 3.1 (the usual example of Hamilton's rule, in tenths): 10 seats.
        #expect(WholeDivision.divide(10, on: [470, 160, 158, 120, 61, 31]) == [5, 2, 1, 1, 1, 0])
        #expect(WholeDivision.divide(1, on: [1, 2]) == [0, 1])
        #expect(WholeDivision.divide(2, on: [0, 1, 0, 1]) == [0, 1, 0, 1])
        #expect(WholeDivision.divide(3, on: [0, 1, 0, 1]) == [0, 2, 0, 1])
    }

    @Test("nothing to divide, and nothing to divide on")
    func nothing() {
        #expect(WholeDivision.divide(0, on: [1, 2]) == [0, 0])
        #expect(WholeDivision.divide(5, on: [0, 0]) == [0, 0])
        #expect(WholeDivision.divide(5, on: []) == [])
    }

    @Test("rounded down only, the rest is kept back")
    func floors() {
        #expect(WholeDivision.divide(10, on: [7, 7, 7], remainder: .surplus) == [3, 3, 3])
        #expect(WholeDivision.divide(9, on: [7, 7, 7], remainder: .surplus) == [3, 3, 3])
    }

    @Test("products of 128 bits")
    func wide() {
        let most = Int64.max / 4
        #expect(WholeDivision.divide(most, on: [most, most, most]) == [most / 3 + 1, most / 3, most / 3].map { $0 })
        #expect(most % 3 == 1, "or the line above means something else")
        #expect(Int64.max.times(Int64.max, dividedBy: Int64.max) == (Int64.max, 0))
        #expect(Int64.max.times(Int64.max - 1, dividedBy: Int64.max) == (Int64.max - 1, 0))
    }

    @Test("agrees with 128-bit arithmetic, short or wide")
    func wideProducts() {
        var generator = SeededGenerator(seed: 1)
        var wide = 0
        for _ in 0..<LongTests.cases(100_000) {
            let left = generator.number(0...Int64.max) >> generator.number(0...62)
            let divisor = max(generator.number(1...Int64.max) >> generator.number(0...62), 1)
            let factor = generator.number(0...divisor)
            if left.multipliedReportingOverflow(by: factor).overflow { wide += 1 }
            let exact = (Int128(left) * Int128(factor)).quotientAndRemainder(dividingBy: Int128(divisor))
            let found = left.times(factor, dividedBy: divisor)
            if Int128(found.quotient) != exact.quotient || Int128(found.remainder) != exact.remainder {
                Issue.record("\(left) · \(factor) / \(divisor) is \(exact), not \(found)")
            }
        }
        #expect(wide > 1_000)
    }
}
