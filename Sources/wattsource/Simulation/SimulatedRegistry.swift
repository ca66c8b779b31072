internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

/// The registry that fits simulated meters: one community in which every home takes part from its first reading on.
enum SimulatedRegistry {
    /// The document.
    ///
    /// - Parameter zone: the IANA name of the community's zone and of the readers' clocks.
    static func document(_ simulation: Simulation, community: String, zone: String) -> RegistryDocument {
        let data = simulation.data
        let minutes = [15, 30, 60].first { Int64($0) * 60_000_000 >= data.interval } ?? 60
        let grid = Int64(minutes) * 60_000_000
        // The first edge of the community's grid at or after the first reading.
        let start = data.start + (grid - data.start % grid) % grid
        let members = simulation.devices.indices.map { place in
            let device = simulation.devices[place]
            return RegistryMember(
                code: "home-\(EnergyDigits.padded(Int64(place + 1), 2))",
                name: "Home \(EnergyDigits.padded(Int64(place + 1), 2))",
                devices: [
                    RegistryDevice(
                        hubDeviceID: device.id,
                        adapter: device.format.adapter,
                        kind: device.format.isInterval ? .interval : .register,
                        intervalSeconds: device.format.isInterval ? Int(data.interval / 1_000_000) : nil,
                        timeZone: device.format.needsZone ? zone : nil,
                        connectionWatts: watts(data, place, atLeast: 17_250) { max($0, 0) },
                        inverterWatts: watts(data, place, atLeast: 5000) { max(-$0, 0) },
                        registerDigits: simulation.rollovers.contains(place)
                            ? MeterFault.rolloverDigits : device.format.registerDigits,
                        participations: [RegistryParticipation(community: community, from: start)]
                    )
                ]
            )
        }
        let name = community.split(whereSeparator: { "-_.".contains($0) }).map(\.capitalizedWord)
        return RegistryDocument(communities: [
            RegistryCommunity(
                code: community,
                name: name.joined(separator: " "),
                timeZone: zone,
                rules: [RegistryRule(intervalMinutes: minutes, sharing: SharingRule())],
                members: members
            )
        ])
    }

    /// What a home's connection has to carry, rounded up to 250 W.
    private static func watts(_ data: MeterData, _ home: Int, atLeast least: Int, _ part: (Int64) -> Int64) -> Int {
        let values = stride(from: home, to: data.netEnergy.count, by: data.homes.count).map { part(data.netEnergy[$0]) }
        let largest = Int((values.max() ?? 0) * 3_600_000_000 / data.interval)
        return max(least, (largest + 249) / 250 * 250)
    }
}

extension Substring {
    /// With a capital in front, for names made of codes.
    fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}
