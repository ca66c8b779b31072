internal import Glibc

/// What Linux tells about this process, by the names that Prometheus' own clients use.
enum ProcessMetrics {
    /// Reads `/proc/self` and sets the gauges; what cannot be read stays as it was.
    static func update(_ registry: PrometheusMetrics) {
        let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard let text = read("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return }
        // The fields after the command's name, which is in parentheses and may hold blanks; the first of them is field 3 of proc(5).
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21 else { return }
        func field(_ number: Int) -> Double { Double(fields[number - 3]) ?? 0 }
        registry.gauge("process_resident_memory_bytes", "Memory that the process occupies.").set(field(24) * pageSize)
        registry.gauge("process_virtual_memory_bytes", "Address space of the process.").set(field(23))
        registry.gauge("process_threads", "Threads of the process.").set(field(20))
        // By convention a counter, but here it is read, not counted: as a gauge it needs no `_total` of its own.
        registry.gauge("process_cpu_seconds", "Processor time, user and system.").set((field(14) + field(15)) / ticks)
    }

    /// The beginning of a small file.
    private static func read(_ path: String) -> String? {
        // The path is lent as a C string for the call alone.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        // The buffer is the array's own storage, with its own length.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? String(validating: bytes[..<count], as: UTF8.self) : nil
    }
}
