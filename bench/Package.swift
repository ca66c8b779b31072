// swift-tools-version: 6.2
import PackageDescription

/// What our own targets are checked against; see CONTRIBUTING.md, "The compiler checks".
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let benchmark = Target.Dependency.product(name: "Benchmark", package: "benchmark")
let runner = Target.PluginUsage.plugin(name: "BenchmarkPlugin", package: "benchmark")

// A package of its own, so that building, testing and shipping Wattsource never fetches or builds the benchmark tools.
let package = Package(
    name: "wattsource-bench",
    dependencies: [
        // No traits: jemalloc, the default one, would only count what a benchmark allocates.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        // By name: without it the package would be called whatever the checkout's directory is.
        .package(name: "wattsource", path: "../"),
    ],
    targets: [
        .executableTarget(
            name: "ReadingBenchmarks",
            dependencies: [benchmark, .product(name: "MeterReadings", package: "wattsource")],
            path: "Benchmarks/ReadingBenchmarks",
            swiftSettings: strict,
            plugins: [runner]
        ),
        .executableTarget(
            name: "SharingBenchmarks",
            dependencies: [benchmark, .product(name: "EnergySharing", package: "wattsource")],
            path: "Benchmarks/SharingBenchmarks",
            swiftSettings: strict,
            plugins: [runner]
        ),
    ]
)
