import ArgumentParser
import Records

/// The flags of the tools that speak to AWS.
package struct AWSOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The AWS region.", valueName: "name"))
    var region: String?

    @Option(help: ArgumentHelp("The profile in the AWS config and credentials files.", valueName: "name"))
    var profile: String?

    @Option(
        name: .customLong("endpoint-url"),
        help: ArgumentHelp("Speak to this service instead of AWS's.", valueName: "url"), transform: endpoint)
    var endpoint: Endpoint?

    package init() {}

    var configuration: Configuration {
        Configuration(region: region, profile: profile, endpoint: endpoint)
    }

    @Sendable private static func endpoint(_ text: String) throws -> Endpoint {
        guard let endpoint = Endpoint(text) else { throw ValidationError("it is no http or https URL") }
        return endpoint
    }
}
