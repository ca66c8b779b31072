import PostgresStore
import Settlement

/// Puts the attribute loop together from the configuration.
enum SettlementAssembly {
    /// Makes the loop, on the thread that will run it.
    static func loop(
        _ configuration: Configuration,
        observe: @escaping @Sendable (SettlementEvent) -> Void
    ) throws -> SettlementLoop<PostgresSettlementStore> {
        var settings = SettlementSettings()
        settings.every = configuration.settlement.every
        settings.idleAfter = configuration.settlement.idleAfter
        settings.chunkMeterIntervals = configuration.settlement.chunkRows
        settings.plausibility = configuration.plausibility.rules
        let store = PostgresSettlementStore(
            SettlementStoreSettings(
                conninfo: try configuration.requireDatabase().text,
                partitionWidth: configuration.partitions.tableWidth
            )
        )
        return SettlementLoop(store: store, settings: settings, observe: observe)
    }
}
