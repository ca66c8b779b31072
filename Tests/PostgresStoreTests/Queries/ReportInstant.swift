import Foundation

/// Instants as the tests of reports write them.
enum ReportInstant {
    /// Microseconds since 1970-01-01T00:00:00Z of text like `2026-03-28T23:00Z`; `nil`: it is not.
    static func microseconds(_ text: String) -> Int64? {
        let seconds = text.count == 17 ? text.dropLast() + ":00Z" : text[...]
        let date = try? Date(String(seconds), strategy: .iso8601)
        return date.map { Int64($0.timeIntervalSince1970) * 1_000_000 }
    }
}
