extension RegistryDocument {
    /// The communities with their paths.
    var located: [(path: RegistryPath, community: RegistryCommunity)] {
        let base = RegistryPath()["communities"]
        return communities.enumerated().map { (path: base[$0.offset], community: $0.element) }
    }
}

extension RegistryCommunity {
    /// The members with their paths.
    func located(below path: RegistryPath) -> [(path: RegistryPath, member: RegistryMember)] {
        members.enumerated().map { (path: path["members"][$0.offset], member: $0.element) }
    }
}

extension RegistryMember {
    /// The devices with their paths.
    func located(below path: RegistryPath) -> [(path: RegistryPath, device: RegistryDevice)] {
        devices.enumerated().map { (path: path["devices"][$0.offset], device: $0.element) }
    }
}

extension RegistryDevice {
    /// The meter swaps with their paths.
    func locatedSwaps(below path: RegistryPath) -> [(path: RegistryPath, swap: RegistryMeterSwap)] {
        meterSwaps.enumerated().map { (path: path["meter_swaps"][$0.offset], swap: $0.element) }
    }

    /// The participations with their paths.
    func located(below path: RegistryPath) -> [(path: RegistryPath, participation: RegistryParticipation)] {
        participations.enumerated().map { (path: path["participation"][$0.offset], participation: $0.element) }
    }
}
