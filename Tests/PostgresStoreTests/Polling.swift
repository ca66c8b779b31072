import Foundation
import Testing

/// Waits until a condition holds, looking again every few milliseconds; fails after half a minute.
func waitUntil(
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while try !condition() {
        try #require(ContinuousClock.now < deadline, "waited in vain for: \(what)", sourceLocation: sourceLocation)
        usleep(5000)
    }
}
