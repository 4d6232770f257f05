import Foundation
import Records
import Support
import Testing

@testable import AWS

/// A home of its own with the AWS CLI's two files, for the sources of credentials.
///
/// All ids in these tests begin with AKID, and all secrets with HUSH: neither may be in a message.
struct CredentialHome {
    let folder: TemporaryDirectory

    init(config: String = "", credentials: String = "") throws {
        folder = try TemporaryDirectory()
        if !config.isEmpty { try folder.write(".aws/config", config + "\n") }
        if !credentials.isEmpty { try folder.write(".aws/credentials", credentials + "\n") }
    }

    /// No metadata service and no retries, unless the environment says so: an empty variable is unset.
    func configuration(_ environment: [String: String], profile: String? = nil) -> AWS.Configuration {
        let own = ["HOME": folder.path, "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"]
        return AWSTests.configuration(own.merging(environment) { $1 }, profile: profile)
    }

    func keys(_ environment: [String: String] = [:], profile: String? = nil) async throws -> Credentials {
        try await credentialChain(configuration(environment, profile: profile)).credentials()
    }

    /// The failure of a chain that must have no keys to give; no secret is in it.
    func failure(_ environment: [String: String] = [:], profile: String? = nil) async throws -> Failure {
        let chain = try credentialChain(configuration(environment, profile: profile))
        let keys: Credentials
        do { keys = try await chain.credentials() } catch {
            expectNoSecret(in: error)
            return error
        }
        throw UnexpectedKeys(id: keys.accessKeyID)
    }
}

struct UnexpectedKeys: Error { let id: String }

func expectNoSecret(in failure: Failure) {
    let said = failure.message + (failure.advice ?? "")
    #expect(!said.contains("HUSH") && !said.contains("AKID"), "\(said)")
}

/// Keys as the container and metadata services write them, and as a command prints them.
func keysAnswer(_ id: String, expiration: String = "2099-01-01T00:00:00Z") -> StubReply {
    StubReply(body: keysDocument(id, expiration: expiration))
}

func keysDocument(_ id: String, expiration: String = "2099-01-01T00:00:00Z") -> String {
    """
    {"Version": 1, "AccessKeyId": "\(id)", "SecretAccessKey": "HUSH-\(id)", "SessionToken": "HUSH-TOKEN-\(id)", \
    "Token": "HUSH-TOKEN-\(id)", "Expiration": "\(expiration)"}
    """
}

/// Keys as STS writes them.
func roleAnswer(_ id: String) -> StubReply {
    StubReply(
        body: """
            <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>\(id)</AccessKeyId>
            <SecretAccessKey>HUSH-\(id)</SecretAccessKey><SessionToken>HUSH-TOKEN-\(id)</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """)
}

func stsError(_ status: Int, _ code: String) -> StubReply {
    StubReply(
        status,
        body: """
            <ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>HUSH-WORDS</Message></Error>
            <RequestId>5045ca91-d123-4749-9d66-00a3c906be6c</RequestId></ErrorResponse>
            """)
}

extension StubRequest {
    /// The access key id that it is signed with.
    var signer: String? {
        let scope = header("Authorization")?.split(separator: "=").dropFirst().first
        return scope?.split(separator: "/").first.map(String.init)
    }

    /// A field of a form, decoded.
    func field(_ name: String) -> String? { formFields(bodyText)[name] }
}

/// The fields of a form, decoded; the last of those of one name.
func formFields(_ text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
        let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        fields[String(halves[0])] = halves.count > 1 ? String(halves[1]).removingPercentEncoding : ""
    }
    return fields
}
