internal import Logging

/// The devices of the registry were read, at the start or because it changed.
public struct RegistryLoaded: WorkerEvent {
    private let version: Int64
    private let devices: Int

    /// Makes the event.
    ///
    /// - Parameter devices: How many there are.
    public init(version: Int64, devices: Int) {
        self.version = version
        self.devices = devices
    }

    /// Logs it.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.logger.info(
            "registry loaded",
            metadata: [
                LogKey.registryVersion: .stringConvertible(version), LogKey.devices: .stringConvertible(devices),
            ]
        )
    }
}
