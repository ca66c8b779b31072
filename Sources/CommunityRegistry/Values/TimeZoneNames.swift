internal import Foundation

/// Which names of time zones are known.
public enum TimeZoneNames {
    /// Where machines keep compiled zones.
    static let directory = "/usr/share/zoneinfo"

    /// Whether this is an IANA name that this machine knows: by its zoneinfo files, or, where it has none, by Foundation.
    ///
    /// PostgreSQL has its own list, and is asked again when the registry is applied.
    public static func isKnown(_ name: String) -> Bool {
        guard isPlausible(name) else { return false }
        if FileManager.default.fileExists(atPath: directory + "/UTC") {
            guard let file = FileHandle(forReadingAtPath: directory + "/" + name) else { return false }
            defer { try? file.close() }
            // Every compiled zone begins so (RFC 9636, section 3.1); directories and lists do not.
            return (try? file.read(upToCount: 4)) == Data("TZif".utf8)
        }
        return TimeZone(identifier: name) != nil
    }

    /// Letters, digits and `+ - _ /`, no empty part, and not the `posix/` and `right/` copies of the data.
    private static func isPlausible(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: \.isEmpty), parts.first != "posix", parts.first != "right" else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x5F: true
            default: false
            }
        }
    }
}
