package import ArgumentParser

/// The flags that all five tools have.
package struct CommonOptions: ParsableArguments {
    @Flag(name: .long, help: "Say what is done, in detail.")
    package var verbose = false

    @Flag(name: .long, help: "Say nothing but errors.")
    package var quiet = false

    @Option(
        name: .long,
        help: ArgumentHelp("Write the run's counts to FILE, as one JSON object.", valueName: "file"),
        completion: .file())
    package var stats: String?

    package init() {}

    package func validate() throws {
        if verbose && quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    }
}
