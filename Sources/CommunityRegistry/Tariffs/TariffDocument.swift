public import EnergySharing
internal import MeterReadings

/// What a tariff file says.
public struct TariffDocument: Sendable, Equatable {
    /// The currency of all prices, by its code of three letters (ISO 4217).
    public var currency: String
    /// The prices and the carbon; tables by the time of use are by the clock of UTC here, see ``tariff(inZone:)``.
    public var tariff: Tariff

    /// Makes a document.
    public init(currency: String, tariff: Tariff) {
        self.currency = currency
        self.tariff = tariff
    }

    /// The tariff with tables by the time of use that are read by a zone's clock.
    ///
    /// - Parameter name: the IANA name of the community's zone.
    /// - Returns: `nil`: this machine does not know the zone.
    public func tariff(inZone name: String) -> Tariff? {
        guard let table = LocalZoneTable.zone(named: name) else { return nil }
        let zone = ZoneOffsets(offsets: table.offsets.map { .init(from: $0.from, seconds: $0.seconds) })
        return Tariff(
            grid: tariff.grid?.inZone(zone),
            community: tariff.community?.inZone(zone),
            feedIn: tariff.feedIn?.inZone(zone),
            carbon: tariff.carbon?.inZone(zone)
        )
    }
}

extension RateSource {
    /// The same by the clock of another zone.
    fileprivate func inZone(_ zone: ZoneOffsets) -> RateSource {
        guard case .timeOfUse(var table) = self else { return self }
        table.zone = zone
        return .timeOfUse(table)
    }
}
