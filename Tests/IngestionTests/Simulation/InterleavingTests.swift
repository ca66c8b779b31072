import Dispatch
import Synchronization
import Testing

@Suite("Interleavings of two workers and one batch")
struct InterleavingTests {
    @Test("In whatever order their steps come, every record is covered once")
    func exhaustive() {
        // 14 steps, of which 7 are the first worker's.
        #expect(Interleavings.orders.count == 3_432)
        #expect(Interleavings.Variant.all.count == 18)
        let tried = Mutex(0)
        let broken = Mutex<String?>(nil)
        let variants = Interleavings.Variant.all
        DispatchQueue.concurrentPerform(iterations: variants.count) { index in
            for order in Interleavings.orders where broken.withLock({ $0 == nil }) {
                if let violation = Interleavings(SimulationOptions()).run(order, variants[index]) {
                    let again = Interleavings(SimulationOptions(), isTracing: true)
                    _ = again.run(order, variants[index])
                    let trace = again.trace.joined(separator: "\n")
                    broken.withLock { $0 = "order \(order), \(variants[index]): \(violation)\n\(trace)" }
                }
                tried.withLock { $0 += 1 }
            }
        }
        #expect(broken.withLock { $0 } == nil)
        #expect(tried.withLock { $0 } == 3_432 * 18)
        print("\(tried.withLock { $0 }) interleavings")
    }

    @Test(
        "Negative control: a worker that is built wrongly is found",
        arguments: [SimulatedDefect.noEpochCheck, .memoryTrusted]
    )
    func controls(_ defect: SimulatedDefect) {
        var options = SimulationOptions()
        options.defect = defect
        let variant = Interleavings.Variant(fate: .notReceived, revokedAfter: 6)
        #expect(Interleavings.orders.contains { Interleavings(options).run($0, variant) != nil })
    }
}
