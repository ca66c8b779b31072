internal import Glibc

/// How a log line looks.
public enum LogFormat: Sendable {
    /// `2026-01-31T06:00:00.123Z INFO  message key=value`, for people.
    case text
    /// One JSON object per line, for machines.
    case json

    /// Text if standard error is a terminal, else JSON.
    public static var forStandardError: LogFormat { isatty(STDERR_FILENO) == 1 ? .text : .json }
}
