import Glibc

/// All targets by their names; `./dev fuzz` runs each.
private func makeTarget(_ name: String) -> (any FuzzTarget)? {
    switch name {
    case "json": JSONFuzzing()
    case "text": TextFuzzing()
    case "decimal": DecimalFuzzing()
    case "time": TimeFuzzing()
    case "headers": HeaderFuzzing()
    case "envelope": EnvelopeFuzzing()
    case "packed": PackedFuzzing()
    case "record": RecordFuzzing()
    default: nil
    }
}

// Holds because libFuzzer calls from one thread only.
nonisolated(unsafe) private var target: any FuzzTarget = {
    // Holds because nobody changes the environment.
    guard let name = unsafe getenv("WATTSOURCE_FUZZ_TARGET"), let target = unsafe makeTarget(String(cString: name))
    else {
        print("WATTSOURCE_FUZZ_TARGET names no target; see ./dev help")
        exit(64)
    }
    return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Holds because libFuzzer lends so many bytes for the time of the call.
    unsafe target.run(UnsafeBufferPointer(start: data, count: count).span)
    return 0
}

/// Traps, with what it was about, if something does not hold.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    if holds { return }
    print("does not hold: \(what())")
    fflush(nil)
    abort()
}

extension Span<UInt8> {
    /// A copy.
    var copied: [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in indices { copy.append(self[index]) }
        return copy
    }
}
