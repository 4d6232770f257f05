import Records
import Support
import Testing

@testable import AWS

/// Which of several sources counts.
@Suite struct CredentialOrderTests {
    /// In the AWS CLI's order.
    @Test(arguments: Stage.allCases)
    func eachSourceComesBeforeTheLaterOnes(_ first: Stage) async throws {
        let server = try everyService()
        let stages = Stage.allCases.filter { $0 >= first }
        let home = try CredentialHome(
            config: "[default]\n" + stages.map(\.configLines).joined(separator: "\n"),
            credentials: "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = HUSH\n[default]\n"
                + (stages.contains(.credentialsFile) ? keyLines("AKIDFILE") : ""))
        try home.folder.write(
            ".aws/sso/cache/a7a07f494db7b3ef8d9cffbc80d19104dbe8f51e.json",
            #"{"accessToken": "HUSH-ACCESS", "expiresAt": "2099-01-01T00:00:00Z"}"#)
        let token = try home.folder.write("token", "HUSH-TOKEN")
        var environment = ["AWS_ENDPOINT_URL_STS": server.url, "AWS_ENDPOINT_URL_SSO": server.url]
        for stage in stages { environment.merge(stage.variables(server, token)) { $1 } }
        #expect(try await home.keys(environment).accessKeyID == first.id)
    }

    /// Of a name that was mistyped, or of files that were not mounted, must not come another's role.
    @Test(arguments: [nil, "missing"])
    func aNamedProfileThatIsMissingEndsTheSearch(_ flag: String?) async throws {
        let server = try everyService()
        let home = try CredentialHome(config: "[default]\n" + keyLines("AKIDDEFAULT"))
        var environment = Stage.container.variables(server, "")
        if flag == nil { environment["AWS_PROFILE"] = "missing" }
        let failure = try await home.failure(environment, profile: flag)
        #expect(failure.message.contains("missing"))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["aws_access_key_id = AKIDHALF", "aws_secret_access_key = HUSH"])
    func halfAPairInAFileIsRefused(_ line: String) async throws {
        let whole = "[default]\n" + keyLines("AKIDDEFAULT")
        let credentials = try await CredentialHome(config: whole, credentials: "[default]\n" + line).failure()
        #expect(credentials.message.contains(".aws/credentials"))
        let config = try await CredentialHome(config: "[default]\n" + line).failure()
        #expect(config.message.contains(".aws/config"))
        #expect(config.status == .accessDenied)
    }

    private func everyService() throws -> StubServer {
        try StubServer { request in
            switch request.path {
            case "/federation/credentials": signOnKeys
            case "/task": keysAnswer("AKIDTASK")
            case "/latest/api/token": StubReply(body: "HUSH")
            case "/latest/meta-data/iam/security-credentials/": StubReply(body: "role")
            case "/latest/meta-data/iam/security-credentials/role": keysAnswer("AKIDINSTANCE")
            default: roleAnswer(request.field("Action") == "AssumeRole" ? "AKIDROLE" : "AKIDWEB")
            }
        }
    }
}

private func keyLines(_ id: String) -> String {
    "aws_access_key_id = \(id)\naws_secret_access_key = HUSH"
}

/// The sources in their order, and how each is configured.
enum Stage: Int, CaseIterable, Comparable {
    case environment, role, webIdentity, signOn, credentialsFile, command, configFile, container, instance

    static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }

    var id: String {
        switch self {
        case .environment: "AKIDENVIRONMENT"
        case .role: "AKIDROLE"
        case .webIdentity: "AKIDWEB"
        case .signOn: "AKIDSSO"
        case .credentialsFile: "AKIDFILE"
        case .command: "AKIDCOMMAND"
        case .configFile: "AKIDCONFIG"
        case .container: "AKIDTASK"
        case .instance: "AKIDINSTANCE"
        }
    }

    var configLines: String {
        switch self {
        case .role: "role_arn = arn:r\nsource_profile = base"
        case .signOn:
            "sso_start_url = https://start.example.com/start\nsso_region = eu-west-3\nsso_account_id = 1\n"
                + "sso_role_name = r"
        case .command: "credential_process = echo '\(keysDocument(id))'"
        case .configFile: keyLines(id)
        default: ""
        }
    }

    func variables(_ server: StubServer, _ token: String) -> [String: String] {
        switch self {
        case .environment: ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": "HUSH"]
        case .webIdentity: ["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:e"]
        case .container: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/task"]
        case .instance:
            ["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]
        default: [:]
        }
    }
}
