// swift-tools-version: 6.3
import PackageDescription

/// The strictest set that builds: a warning is an error, concurrency is checked,
/// and a file sees only what it imports by name.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

/// event-scrub needs no library that is not in it, so a release has it run on any Linux, and start four times as
/// fast; `scripts/lib/release.sh` asks for it, with `--static-swift-stdlib`, without which it does not link.
let fullyStatic: [LinkerSetting] =
    Context.environment["FULLY_STATIC_SCRUB"] == nil
    ? [] : [.unsafeFlags(["-static-executable"], .when(platforms: [.linux]))]

/// One of the five programs: its folder is named as it is called.
func tool(
    _ name: String, _ dependencies: [Target.Dependency], linkerSettings: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["Records", arguments], swiftSettings: strict,
        linkerSettings: linkerSettings, plugins: ["CommitPlugin"])
}

let package = Package(
    name: "s3-event-writer",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),

        .plugin(name: "CommitPlugin", capability: .buildTool()),
        .target(name: "Records", dependencies: [arguments], swiftSettings: strict),
        .target(
            name: "AWS", dependencies: ["Records", "CCurl", "COpenSSL", arguments], swiftSettings: strict),

        tool("sqs-pull", ["AWS"]),
        tool("event-scrub", [], linkerSettings: fullyStatic),
        tool("day-merge", ["AWS"]),
        tool("s3-put", ["AWS"]),
        tool("sqs-ack", ["AWS"]),

        .target(
            name: "Support", dependencies: ["Records", subprocess], path: "Tests/Support",
            swiftSettings: strict),
        .testTarget(name: "RecordsTests", dependencies: ["Records", "Support"], swiftSettings: strict),
        .testTarget(name: "AWSTests", dependencies: ["AWS", "Records", "Support"], swiftSettings: strict),
        .testTarget(
            name: "ToolTests",
            dependencies: [
                "Support", "Records", "sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack",
            ],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "PipelineTests", dependencies: ["Support", "Records"], swiftSettings: strict),
    ]
)
