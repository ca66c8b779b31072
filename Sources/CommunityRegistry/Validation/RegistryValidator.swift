internal import EnergySharing
internal import MeterReadings

/// Checks what a registry must hold as a whole: names, time zones, rules, participations and shares.
public struct RegistryValidator {
    /// Paths that could not be read, with all that lies above them: nothing is said about these.
    private let unreadable: Set<RegistryPath>
    private let knowsTimeZone: (String) -> Bool

    /// Makes a validator; values at or below the paths in `unreadable` are placeholders and are not judged.
    public init(
        unreadable: [RegistryPath] = [],
        knowsTimeZone: @escaping (String) -> Bool = TimeZoneNames.isKnown
    ) {
        var paths: Set<RegistryPath> = []
        for path in unreadable {
            for length in 0...path.steps.count { paths.insert(RegistryPath(Array(path.steps.prefix(length)))) }
        }
        self.unreadable = paths
        self.knowsTimeZone = knowsTimeZone
    }

    /// All faults of a document, without places in a file; empty if it may be applied.
    public func faults(of document: RegistryDocument) -> [RegistryFault] {
        var faults: [RegistryFault] = []
        checkNames(document, &faults)
        for (index, community) in document.communities.enumerated() {
            checkRules(community, at: RegistryPath()["communities"][index], &faults)
        }
        checkParticipations(document, &faults)
        return faults
    }

    /// Whether all of the value at the path was read.
    func isReadable(_ path: RegistryPath) -> Bool { !unreadable.contains(path) }

    // MARK: Names

    private func checkNames(_ document: RegistryDocument, _ faults: inout [RegistryFault]) {
        var communities: [String: RegistryPath] = [:]
        var devices: [String: RegistryPath] = [:]
        for (path, community) in document.located {
            checkCode(community.code, at: path["code"], seen: &communities, &faults)
            checkText(community.name, at: path["name"], &faults)
            checkTimeZone(community.timeZone, at: path["time_zone"], &faults)
            var members: [String: RegistryPath] = [:]
            for (path, member) in community.located(below: path) {
                checkCode(member.code, at: path["code"], seen: &members, &faults)
                checkText(member.name, at: path["name"], &faults)
                for (path, device) in member.located(below: path) {
                    checkDevice(device, at: path, seen: &devices, &faults)
                }
            }
        }
    }

    private func checkDevice(
        _ device: RegistryDevice,
        at path: RegistryPath,
        seen: inout [String: RegistryPath],
        _ faults: inout [RegistryFault]
    ) {
        let idPath = path["hub_device_id"]
        if isReadable(idPath) {
            if !(1...128).contains(device.hubDeviceID.utf8.count) {
                faults.append(
                    .init(path: idPath, "must have 1 to 128 bytes, has \(device.hubDeviceID.utf8.count)")
                )
            }
            checkText(device.hubDeviceID, at: idPath, &faults)
            checkUnique(device.hubDeviceID, at: idPath, seen: &seen, &faults)
        }
        checkKind(device, at: path, &faults)
        checkMeterSwaps(device, at: path, &faults)
        if let zone = device.timeZone { checkTimeZone(zone, at: path["time_zone"], &faults) }
        if let generation = device.generationID { checkText(generation, at: path["generation_id"], &faults) }
    }

    private func checkCode(
        _ code: String,
        at path: RegistryPath,
        seen: inout [String: RegistryPath],
        _ faults: inout [RegistryFault]
    ) {
        guard isReadable(path) else { return }
        if !Self.isCode(code) {
            faults.append(
                .init(
                    path: path,
                    "must be 1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, is '\(code)'"
                )
            )
        }
        checkUnique(code, at: path, seen: &seen, &faults)
    }

    private func checkUnique(
        _ name: String,
        at path: RegistryPath,
        seen: inout [String: RegistryPath],
        _ faults: inout [RegistryFault]
    ) {
        if let first = seen[name] {
            faults.append(.init(path: path, "must be unique, but '\(name)' is at \(first) already"))
        } else {
            seen[name] = path
        }
    }

    private func checkTimeZone(_ name: String, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        guard isReadable(path), !knowsTimeZone(name) else { return }
        faults.append(
            .init(path: path, "must be the IANA name of a time zone, like Europe/Vienna, is '\(name)'")
        )
    }

    private func checkText(_ text: String, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        guard isReadable(path) else { return }
        if text.isEmpty {
            faults.append(.init(path: path, "must not be empty"))
        } else if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            faults.append(.init(path: path, "must not hold control characters"))
        }
    }

    /// `[a-z0-9][a-z0-9._-]{0,62}`, as the database has it.
    private static func isCode(_ code: String) -> Bool {
        guard (1...63).contains(code.utf8.count), let first = code.utf8.first else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        return isAlphanumeric(first)
            && code.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }
}
