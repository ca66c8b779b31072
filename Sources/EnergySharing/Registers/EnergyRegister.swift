/// The two registers of a meter.
enum EnergyRegister: String, CaseIterable {
    /// What was drawn.
    case imported = "import"
    /// What was fed out.
    case exported = "export"

    /// The register's value in a reading, in Wh; `nil` where the reading does not report it.
    func value(in reading: RegisterReading) -> Int64? {
        switch self {
        case .imported: reading.importWh
        case .exported: reading.exportWh
        }
    }
}
