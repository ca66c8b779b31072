/// Which of the two registers a meter has, by the names that the registry uses.
///
/// It is fixed for a device, and every reading must report exactly these: so that a value that is missing for once can never look like a
/// register that fell to 0, or like a meter that has no such register.
public enum MeterRegisters: String, Sendable, CaseIterable {
    /// Import and export; what the registry says where it says nothing.
    case both
    /// Import only: a consumer's meter.
    case `import`
    /// Export only: a plant's meter.
    case export

    /// Leaves out of a reading what the meter does not have, and refuses one that lacks what it has.
    public func apply(to reading: inout MeterReading) -> Refusal? {
        if self == .import { reading.exportWh = nil }
        if self == .export { reading.importWh = nil }
        if self != .export, reading.importWh == nil {
            return Refusal(
                .badSchema,
                field: "import_wh",
                "the registry says that the meter has this register; if it has none, set registers: export"
            )
        }
        if self != .import, reading.exportWh == nil {
            return Refusal(
                .badSchema,
                field: "export_wh",
                "the registry says that the meter has this register; if it has none, set registers: import"
            )
        }
        return nil
    }
}
