// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is checked against; see CONTRIBUTING.md, "The compiler checks".
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "wattsource",
    products: [
        .executable(name: "wattsource", targets: ["wattsource"]),
        .library(name: "MeterReadings", targets: ["MeterReadings"]),
        .library(name: "EnergySharing", targets: ["EnergySharing"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Layer 1: pure, and the C headers.
        .target(name: "MeterReadings", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "EnergySharing", swiftSettings: strict),
        .target(name: "Observability", dependencies: [logging, metrics], swiftSettings: strict),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // Layer 2: the two loops, the registry, and the protocols of what they need.
        .target(
            name: "Ingestion",
            dependencies: ["MeterReadings", "EnergySharing", "Observability", logging],
            swiftSettings: strict
        ),
        .target(
            name: "Settlement",
            dependencies: ["EnergySharing", "Observability", logging],
            swiftSettings: strict
        ),
        .target(
            name: "CommunityRegistry",
            dependencies: ["MeterReadings", "EnergySharing", yams],
            swiftSettings: strict
        ),

        .target(name: "ReadingImport", dependencies: ["MeterReadings"], swiftSettings: strict),

        // Layer 3: the outside world, one room each.
        .target(name: "KafkaSource", dependencies: ["CRdKafka", "Ingestion", logging], swiftSettings: strict),
        .target(
            name: "PostgresStore",
            dependencies: [
                "CLibPQ", "Ingestion", "Settlement", "CommunityRegistry", "MeterReadings", "EnergySharing",
                "ReadingImport",
                logging,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "WorkerHTTP",
            dependencies: ["Observability", hummingbird, lifecycle, logging],
            swiftSettings: strict
        ),

        // Layer 4: the executable.
        .executableTarget(
            name: "wattsource",
            dependencies: [
                "MeterReadings", "EnergySharing", "Observability", "Ingestion", "Settlement", "CommunityRegistry",
                "KafkaSource", "PostgresStore", "ReadingImport", "WorkerHTTP",
                argumentParser, logging, metrics, lifecycle, unixSignals, yams,
            ],
            swiftSettings: strict
        ),

        .testTarget(name: "MeterReadingsTests", dependencies: ["MeterReadings"], swiftSettings: strict),
        .testTarget(name: "EnergySharingTests", dependencies: ["EnergySharing"], swiftSettings: strict),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: ["Observability", logging, metrics],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IngestionTests",
            dependencies: ["Ingestion", "MeterReadings", "EnergySharing", "Observability", logging],
            swiftSettings: strict
        ),
        .testTarget(name: "SettlementTests", dependencies: ["Settlement", "EnergySharing"], swiftSettings: strict),
        .testTarget(
            name: "CommunityRegistryTests",
            dependencies: ["CommunityRegistry", "MeterReadings", "EnergySharing"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReadingImportTests",
            dependencies: ["ReadingImport", "MeterReadings"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KafkaSourceTests",
            dependencies: ["KafkaSource", "CRdKafka", "Ingestion", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresStoreTests",
            dependencies: [
                "PostgresStore", "Ingestion", "Settlement", "CommunityRegistry", "MeterReadings", "EnergySharing",
                "ReadingImport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WorkerHTTPTests",
            dependencies: [
                "WorkerHTTP", "Observability", .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WattsourceTests",
            dependencies: [
                "wattsource", "CommunityRegistry", "PostgresStore", "Ingestion", "Settlement", "KafkaSource",
                "MeterReadings", "EnergySharing", "ReadingImport", argumentParser, logging,
            ],
            swiftSettings: strict
        ),
    ]
)
