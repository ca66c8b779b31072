/// What a file's names for meters (an NMI, a metering point) are on the hub.
public struct DeviceNames: Sendable, Equatable {
    /// The hub's name by the file's.
    public var byFileName: [String: String]
    /// The device of all readings that ``byFileName`` does not name; `nil`: the file's name is the hub's.
    public var device: String?

    /// Makes names.
    public init(byFileName: [String: String] = [:], device: String? = nil) {
        self.byFileName = byFileName
        self.device = device
    }

    /// The hub's name of a meter that the file names so; `nil` if neither says one.
    func hubName(of fileName: String) -> String? {
        byFileName[fileName] ?? device ?? (fileName.isEmpty ? nil : fileName)
    }
}
