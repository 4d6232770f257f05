import Records
import Support
import Testing

@testable import AWS

@Suite struct ConfigurationTests {
    // MARK: Precedence

    @Test func theRegionIsTheFlagsThenTheEnvironmentsThenTheProfiles() throws {
        let folder = try TemporaryDirectory()
        try folder.write(".aws/config", "[default]\nregion = from-profile\n")
        let home = ["HOME": folder.path]
        let all = ["AWS_REGION": "from-region", "AWS_DEFAULT_REGION": "from-default"].merging(home) { $1 }
        #expect(configuration(all, region: "from-flag").region == "from-flag")
        #expect(configuration(all).region == "from-region")
        #expect(
            configuration(["AWS_DEFAULT_REGION": "from-default"].merging(home) { $1 }).region
                == "from-default")
        #expect(configuration(home).region == "from-profile")
        #expect(configuration().region == nil)
    }

    @Test func theEndpointIsTheFlagsThenTheServicesThenTheGeneral() throws {
        let folder = try TemporaryDirectory()
        try folder.write(".aws/config", "[default]\nendpoint_url = http://profile:5\n")
        let all = [
            "HOME": folder.path, "AWS_ENDPOINT_URL_S3": "http://own:3",
            "AWS_ENDPOINT_URL": "http://general:4",
        ]
        #expect(try configuration(all, endpoint: "http://flag:1").endpoint(for: .s3)?.authority == "flag:1")
        #expect(try configuration(all).endpoint(for: .s3)?.authority == "own:3")
        #expect(try configuration(all).endpoint(for: .sqs)?.authority == "general:4")
        #expect(try configuration(["HOME": folder.path]).endpoint(for: .s3)?.authority == "profile:5")
        #expect(try configuration().endpoint(for: .s3) == nil)
    }

    @Test func configuredEndpointsCanBeIgnored() throws {
        let environment = ["AWS_ENDPOINT_URL": "http://h:4", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"]
        #expect(try configuration(environment).endpoint(for: .sqs) == nil)
        #expect(
            try configuration(environment, endpoint: "http://f:1").endpoint(for: .sqs)?.authority == "f:1")
    }

    @Test(arguments: ["localhost:9000", "ftp://h", "http://", "https://user:secret@h"])
    func anEndpointThatIsNoURLIsSaidByName(_ value: String) {
        let error = #expect(throws: Failure.self) {
            try configuration(["AWS_ENDPOINT_URL_S3": value]).endpoint(for: .s3)
        }
        #expect(error?.status == .configuration)
        #expect(error?.message == "AWS_ENDPOINT_URL_S3 is no http or https URL")
    }

    @Test func anEmptyVariableCountsAsUnset() throws {
        let environment = [
            "AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-3", "AWS_ENDPOINT_URL_S3": " ",
            "AWS_ENDPOINT_URL": "http://h:1", "AWS_MAX_ATTEMPTS": "",
        ]
        #expect(configuration(environment).region == "eu-west-3")
        #expect(try configuration(environment).endpoint(for: .s3)?.authority == "h:1")
        #expect(try configuration(environment).retryPolicy().maxAttempts == 3)
    }

    // MARK: Profiles

    @Test func aProfileIsNamedByFlagOrVariable() throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            ".aws/config",
            """
            [default]
            region = d
            [profile one]
            region = 1
            [profile two]
            region = 2
            [two]
            region = not this one

            """)
        let home = ["HOME": folder.path, "AWS_PROFILE": "two"]
        #expect(configuration(home).region == "2")
        #expect(configuration(home, profile: "one").region == "1")
        #expect(configuration(["HOME": folder.path, "AWS_PROFILE": ""]).region == "d")
        #expect(configuration(home, profile: "none").region == nil)
    }

    @Test func theFilesCanBeElsewhere() async throws {
        let folder = try TemporaryDirectory()
        let environment = [
            "AWS_CONFIG_FILE": try folder.write("c", "[profile p]\nregion = eu-west-3\n"),
            "AWS_SHARED_CREDENTIALS_FILE": try folder.write(
                "k", "[p]\naws_access_key_id = A\naws_secret_access_key = S\n"),
            "AWS_PROFILE": "p",
        ]
        #expect(configuration(environment).region == "eu-west-3")
        #expect(try await credentialChain(configuration(environment)).credentials().accessKeyID == "A")
    }

    // MARK: Numbers and switches

    @Test(arguments: [("1", 1), ("10", 10), (" 4 ", 4)])
    func attemptsAreRead(_ text: String, _ count: Int) throws {
        #expect(try configuration(["AWS_MAX_ATTEMPTS": text]).retryPolicy().maxAttempts == count)
    }

    @Test(arguments: ["0", "-1", "three", "1.5", "99999999999999999999"])
    func attemptsThatAreNoNumber(_ text: String) {
        let error = #expect(throws: Failure.self) {
            try configuration(["AWS_MAX_ATTEMPTS": text]).retryPolicy()
        }
        #expect(error?.status == .configuration)
    }

    @Test func checksumsAreWantedUnlessOnlyRequiredOnesAre() {
        #expect(configuration().wantsRequestChecksum && configuration().wantsResponseChecksum)
        let environment = [
            "AWS_REQUEST_CHECKSUM_CALCULATION": "WHEN_REQUIRED",
            "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        ]
        #expect(!configuration(environment).wantsRequestChecksum)
        #expect(!configuration(environment).wantsResponseChecksum)
        #expect(configuration(["AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported"]).wantsRequestChecksum)
    }
}
