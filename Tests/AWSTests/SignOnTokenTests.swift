import Foundation
import Records
import Support
import Testing

@testable import AWS

/// The renewal of the token of `aws sso login`.
@Suite struct SignOnTokenTests {
    @Test func anEndedTokenIsRenewedAndKept() async throws {
        let service = try server(answering: renewed(), signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, try cache(endingIn: -60))
        #expect(try await home.keys(at(service)).accessKeyID == "AKIDSSO")

        let requests = service.requests
        #expect(requests.map(\.target).first == "/token")
        #expect(requests.first?.method == "POST")
        #expect(requests.first?.header("Content-Type") == "application/json")
        #expect(
            try JSON(parsing: requests.first?.body ?? []) == [
                "clientId": "a client", "clientSecret": "HUSH-CLIENT", "refreshToken": "HUSH-REFRESH",
                "grantType": "refresh_token",
            ])
        #expect(requests.last?.header("x-amz-sso_bearer_token") == "HUSH-RENEWED")

        let kept = try JSON(parsing: home.folder.read(sessionCache))
        #expect(kept["accessToken"] == "HUSH-RENEWED" && kept["refreshToken"] == "HUSH-NEXT")
        #expect(
            kept["clientSecret"] == "HUSH-CLIENT" && kept["startUrl"] == "https://start.example.com/start")
        #expect(kept["ofAnotherVersion"] == "kept")
        let end = try #require(UTCTime(iso8601: kept["expiresAt"].string ?? ""))
        #expect(abs(end.milliseconds - UTCTime.now.milliseconds - 3_600_000) < 60_000)
        #expect(kept["expiresAt"].string?.utf8.count == 20)
    }

    /// The file holds secrets, and nothing else may be left beside it.
    @Test func theFileIsPrivateAndAlone() async throws {
        let service = try server(answering: renewed(), signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        let path = try home.folder.write(sessionCache, try cache(endingIn: -60))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        _ = try await home.keys(at(service))
        #expect(try home.folder.mode(sessionCache) == 0o600)
        let folder = home.folder.path(".aws/sso/cache")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }

    @Test func aServiceThatGivesNoNewRefreshTokenMeansTheOldOne() async throws {
        let service = try server(answering: renewed(refresh: nil), signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, try cache(endingIn: -60))
        _ = try await home.keys(at(service))
        #expect(try JSON(parsing: home.folder.read(sessionCache))["refreshToken"] == "HUSH-REFRESH")
    }

    @Test func aTokenThatEndsSoonIsRenewed() async throws {
        let service = try server(answering: renewed(), signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, try cache(endingIn: 60))
        _ = try await home.keys(at(service))
        #expect(service.requests.last?.header("x-amz-sso_bearer_token") == "HUSH-RENEWED")
    }

    @Test func aTokenThatHoldsIsLeftAlone() async throws {
        let service = try server(answering: signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        let text = try cache(endingIn: 3000)
        try home.folder.write(sessionCache, text)
        _ = try await home.keys(at(service))
        #expect(service.requests.map(\.path) == ["/federation/credentials"])
        #expect(try home.folder.readText(sessionCache) == text)
    }

    @Test func aTokenThatCannotBeRenewedIsUsedWhileItHolds() async throws {
        let service = try server(answering: StubReply(400, body: #"{"error": "invalid_grant"}"#), signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, try cache(endingIn: 60))
        _ = try await home.keys(at(service))
        #expect(service.requests.last?.header("x-amz-sso_bearer_token") == "HUSH-ACCESS")
    }

    @Test func aRenewalThatIsRefusedMeansToLogIn() async throws {
        let refusal = StubReply(400, body: #"{"error": "invalid_grant", "error_description": "HUSH"}"#)
        let service = try server(answering: refusal)
        let home = try CredentialHome(config: sessionProfile)
        let text = try cache(endingIn: -60)
        try home.folder.write(sessionCache, text)
        let failure = try await home.failure(at(service))
        #expect(failure.status == .accessDenied)
        #expect(failure.advice == "run `aws sso login --profile default`")
        #expect(service.requests.count == 1)
        #expect(try home.folder.readText(sessionCache) == text)
    }

    /// To log in again would not help.
    @Test func aServiceInTroubleMeansToTryLater() async throws {
        let service = try server(answering: StubReply(503))
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, try cache(endingIn: -60))
        #expect(try await home.failure(at(service)).status == .unavailable)
    }

    @Test(arguments: ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"])
    func withoutThisItIsNotRenewed(_ missing: String) async throws {
        let service = try server(answering: renewed())
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, try cache(endingIn: -60, without: missing))
        let failure = try await home.failure(at(service))
        #expect(failure.advice?.contains("aws sso login") == true)
        #expect(service.requests.isEmpty)
    }

    @Test func anEndedRegistrationRenewsNothing() async throws {
        let service = try server(answering: renewed())
        let home = try CredentialHome(config: sessionProfile)
        let text = try cache(endingIn: -60).replacing("2099-01-01", with: "2020-01-01")
        try home.folder.write(sessionCache, text)
        #expect(try await home.failure(at(service)).advice?.contains("aws sso login") == true)
        #expect(service.requests.isEmpty)
    }

    // MARK: -

    private func renewed(refresh: String? = "HUSH-NEXT") -> StubReply {
        let more = refresh.map { #", "refreshToken": "\#($0)""# } ?? ""
        return StubReply(
            body: #"{"accessToken": "HUSH-RENEWED", "expiresIn": 3600, "tokenType": "Bearer"\#(more)}"#)
    }

    /// A token's file as the AWS CLI writes it.
    private func cache(endingIn seconds: Int, without missing: String? = nil) throws -> String {
        var file: [String: JSON] = [
            "startUrl": "https://start.example.com/start", "region": "eu-west-3",
            "accessToken": "HUSH-ACCESS", "clientId": "a client", "clientSecret": "HUSH-CLIENT",
            "expiresAt": .string(UTCTime.now.adding(seconds: seconds).iso8601.prefix(19) + "Z"),
            "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "HUSH-REFRESH",
            "ofAnotherVersion": "kept",
        ]
        if let missing { file[missing] = nil }
        return String(decoding: try JSON.object(file).encoded(), as: UTF8.self)
    }

    private func at(_ service: StubServer) -> [String: String] {
        ["AWS_ENDPOINT_URL_SSO": service.url, "AWS_ENDPOINT_URL_SSO_OIDC": service.url]
    }
}
