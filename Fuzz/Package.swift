// swift-tools-version: 6.2
import PackageDescription

/// The fuzz target, apart from the tools' own package since it wants flags that a package with users must
/// not have. `scripts/fuzz` builds and runs it. Records, event-scrub and Support are links into the
/// repository; Support is the part of the tests' that makes and judges lines.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Of the code that is searched: the fuzzer sees which of its branches an input takes.
let watched: SwiftSetting = .unsafeFlags(["-sanitize=fuzzer"])

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "scrub-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")],
    targets: [
        .target(
            name: "Records", dependencies: [arguments], path: "Records", swiftSettings: strict + [watched]),
        // A library here: the program's entry is the fuzzer's.
        .target(
            name: "event-scrub", dependencies: ["Records", arguments], path: "event-scrub",
            exclude: ["EventScrub.swift"],
            swiftSettings: strict + [watched, .unsafeFlags(["-enable-testing"])]),
        // Not watched, so that the inputs are chosen for the branches of the code and not of the model.
        .target(name: "Support", path: "Support", swiftSettings: strict),
        .executableTarget(
            name: "scrub-fuzz", dependencies: ["Records", "event-scrub", "Support"], path: "ScrubFuzz",
            swiftSettings: strict,
            // Of libFuzzer itself, which scripts/fuzz adds: where it lies only the compiler can tell.
            linkerSettings: [
                .linkedLibrary("stdc++", .when(platforms: [.linux])),
                .linkedLibrary("c++", .when(platforms: [.macOS])),
            ]),
    ]
)
