/// What all parts of one simulation share: chance, time, the faults that happened, and the first invariant that broke.
final class SimulationContext {
    let options: SimulationOptions
    var choices: Choices
    /// Virtual time.
    private(set) var now: ContinuousClock.Instant
    private let began: ContinuousClock.Instant
    var faults = FaultCounts()
    /// Whether anything goes wrong at all: not any more once everything heals.
    var isHealed = false
    /// The faults that this schedule may have, by their numbers.
    private var mask: UInt64
    /// The first invariant that was found broken.
    private(set) var violation: String?
    /// What happened, if it is wanted.
    private(set) var trace: [String] = []
    let isTracing: Bool

    init(choices: Choices, options: SimulationOptions, isTracing: Bool) {
        self.options = options
        self.choices = choices
        self.isTracing = isTracing
        began = .now
        now = began
        // Each schedule has some of the faults: all at once hide each other.
        mask = self.choices.isQuiet ? 0 : self.choices.bits() | (self.choices.oneIn(4) ? .max : 0)
    }

    /// Whether this fault happens now, which it does once in `count` times if the schedule has it; the caller does it and counts it.
    func draws(_ fault: SimulatedFault, oneIn count: Int) -> Bool {
        !isHealed && mask & (1 << UInt64(fault.rawValue)) != 0 && choices.oneIn(count)
    }

    /// The same for faults that need nothing to happen: counted at once.
    func fires(_ fault: SimulatedFault, oneIn count: Int) -> Bool {
        guard draws(fault, oneIn: count) else { return false }
        happened(fault)
        return true
    }

    /// Counts a fault that happened.
    func happened(_ fault: SimulatedFault) {
        faults.add(fault)
        note("fault: \(fault)")
    }

    func advance(_ duration: Duration) { now += duration }

    func advance(milliseconds: Int) { now += .milliseconds(milliseconds) }

    func note(_ text: @autoclosure () -> String) {
        guard isTracing else { return }
        let milliseconds = Int(began.duration(to: now) / .milliseconds(1))
        trace.append("\(milliseconds) ms  \(text())")
    }

    /// An invariant is broken.
    func violate(_ text: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = text()
        note("BROKEN: \(violation ?? "")")
    }
}
