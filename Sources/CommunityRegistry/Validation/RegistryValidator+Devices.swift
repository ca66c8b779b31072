internal import MeterReadings

extension RegistryValidator {
    /// Checks that what a device reports can be read, and as what.
    func checkKind(_ device: RegistryDevice, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        guard isReadable(path["kind"]), isReadable(path["adapter"]), isReadable(path["interval_seconds"]) else {
            return
        }
        switch device.kind {
        case .register:
            guard device.intervalSeconds != nil else { return }
            faults.append(
                .init(path: path["interval_seconds"], "is only for meters that report intervals (kind: interval)")
            )
        case .interval:
            if device.adapter != .v1 {
                faults.append(
                    .init(
                        path: path["kind"],
                        "must be 'register': the adapter '\(device.adapter.rawValue)' reads registers only, "
                            + "and energy of intervals comes by the adapter 'v1'"
                    )
                )
            }
            if let seconds = device.intervalSeconds, !DeviceProfile.intervalLengths.contains(where: { $0 == seconds }) {
                faults.append(.init(path: path["interval_seconds"], "must be 300, 900, 1800 or 3600, is '\(seconds)'"))
            }
        }
    }

    /// Checks that a device's meter swaps ascend, and exchange registers that it has.
    func checkMeterSwaps(_ device: RegistryDevice, at path: RegistryPath, _ faults: inout [RegistryFault]) {
        guard !device.meterSwaps.isEmpty else { return }
        if device.kind == .interval, isReadable(path["kind"]) {
            faults.append(
                .init(
                    path: path["meter_swaps"],
                    "are only for meters that report registers: energy of intervals goes on by itself when a meter is exchanged"
                )
            )
            return
        }
        var last: Int64?
        for (path, swap) in device.locatedSwaps(below: path) where isReadable(path) {
            if let last, swap.at <= last {
                faults.append(
                    .init(
                        path: path["at"],
                        swap.at == last
                            ? "must be another instant than the swap before it, which is at \(InstantText.format(last)) too"
                            : "must be after the swap before it, at \(InstantText.format(last)), is \(InstantText.format(swap.at))"
                    )
                )
            }
            last = swap.at
            checkExchange(swap.imported, "import", isThere: device.registers != .export, at: path["import"], &faults)
            checkExchange(swap.exported, "export", isThere: device.registers != .import, at: path["export"], &faults)
        }
    }

    private func checkExchange(
        _ exchange: RegistryMeterSwap.Exchange?,
        _ register: String,
        isThere: Bool,
        at path: RegistryPath,
        _ faults: inout [RegistryFault]
    ) {
        guard let exchange else { return }
        if !isThere {
            faults.append(
                .init(path: path, "must be left out: by its `registers`, the device has no \(register) register")
            )
        }
        for (name, value) in [("final_wh", exchange.finalWh), ("start_wh", exchange.startWh)]
        where !(0...RegistryMeterSwap.mostWh).contains(value) {
            faults.append(.init(path: path[name], "must be from 0 to \(RegistryMeterSwap.mostWh), is \(value)"))
        }
    }
}
