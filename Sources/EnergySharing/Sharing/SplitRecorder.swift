/// Where the keys write down how they came to their numbers.
///
/// The keys are generic over it, so that an explanation is made by the very code that settles: with ``NoRecorder`` it
/// is compiled away, and what a step would have said is never put together.
protocol SplitRecorder {
    /// Writes a step down.
    mutating func record(_ step: @autoclosure () -> SplitStep)
}

/// Writes nothing down.
struct NoRecorder: SplitRecorder {
    mutating func record(_ step: @autoclosure () -> SplitStep) {}
}

/// Keeps every step in which somebody took part.
struct StepRecorder: SplitRecorder {
    private(set) var steps: [SplitStep] = []

    mutating func record(_ step: @autoclosure () -> SplitStep) {
        let step = step()
        if case .division(let division) = step, division.lines.isEmpty { return }
        steps.append(step)
    }
}
