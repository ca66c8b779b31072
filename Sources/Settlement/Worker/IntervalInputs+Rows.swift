public import EnergySharing

extension IntervalInputs {
    /// The row that the split of ``members`` gives for the meter at a place of ``meters``; `nil` if it has no value.
    public func row(_ place: Int, of split: SharingResult) -> AttributionRow? {
        let meter = meters[place]
        guard let whole = meter.whole else { return nil }
        let (member, community, shared) = (members[place], split.communityWh[place], split.sharedWh[place])
        return AttributionRow(
            intervalStart: start,
            deviceID: meter.deviceID,
            importWh: member.needWh,
            communityWh: community,
            gridWh: member.needWh - community,
            exportWh: member.offerWh,
            sharedWh: shared,
            surplusWh: member.offerWh - shared,
            quality: whole.quality,
            unsharedImportWh: meter.unsharedImportWh,
            unsharedExportWh: meter.unsharedExportWh
        )
    }
}
