import Records
import Support
import Testing

@testable import AWS

/// A clock that is off is set by the service's Date, once.
@Suite struct ClockTests {
    private static let farAway = [("Date", "Tue, 01 Jan 2030 12:30:00 GMT")]

    @Test(arguments: [
        s3Error(403, "RequestTimeTooSkewed", farAway), s3Error(403, "SignatureDoesNotMatch", farAway),
        s3Error(400, "RequestExpired", farAway), s3Error(403, "AuthFailure", farAway),
        s3Error(403, "RequestInTheFuture", farAway),
        sqsError(400, "com.amazonaws.sqs#InvalidSignatureException", farAway),
    ])
    func theRequestIsSignedAgainWithTheServersTime(_ first: StubReply) async throws {
        let server = try server(answering: first, StubReply(body: "{}"))
        let isSQS = first.body.first == UInt8(ascii: "{")
        let client = try testClient(attempts: 1)
        _ = try await client.send(isSQS ? try sqsCall(server) : try s3Call(server))
        #expect(server.requests.count == 2)
        #expect(server.requests[0].header("X-Amz-Date")?.hasPrefix("20300101T12") == false)
        #expect(server.requests[1].header("X-Amz-Date")?.hasPrefix("20300101T12") == true)
        #expect(server.requests[1].header("Authorization")?.contains("/20300101/") == true)
        // What was learned is kept.
        _ = try await client.send(try s3Call(server))
        #expect(server.requests[2].header("X-Amz-Date")?.hasPrefix("20300101T12") == true)
    }

    @Test func itIsDoneOnce() async throws {
        let server = try server(
            answering: s3Error(403, "RequestTimeTooSkewed", Self.farAway),
            s3Error(403, "RequestTimeTooSkewed", [("Date", "Sun, 01 Jan 2040 12:00:00 GMT")]))
        let error = try await failure(of: s3Call(server), testClient())
        #expect(error.code == "RequestTimeTooSkewed" && error.status == .accessDenied)
        #expect(server.requests.count == 2)
    }

    @Test func aWrongSecretIsNotTakenForAWrongClock() async throws {
        let now = UTCTime.now.iso8601
        let day = "Thu, \(now.prefix(10).suffix(2)) \(month(of: now)) \(now.prefix(4))"
        let date = "\(day) \(now.dropFirst(11).prefix(8)) GMT"
        #expect(UTCTime(http: date) != nil)
        let server = try server(answering: s3Error(403, "SignatureDoesNotMatch", [("Date", date)]))
        #expect(try await failure(of: s3Call(server), testClient()).code == "SignatureDoesNotMatch")
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [[], [("Date", "")], [("Date", "yesterday")], [("Date", "1 Jan 2030")]])
    func withoutADateNothingIsCorrected(_ headers: [(String, String)]) async throws {
        let server = try server(answering: s3Error(403, "RequestTimeTooSkewed", headers))
        #expect(try await failure(of: s3Call(server), testClient()).code == "RequestTimeTooSkewed")
        #expect(server.requests.count == 1)
    }

    private func month(of iso8601: String) -> String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return names[(Int(iso8601.dropFirst(5).prefix(2)) ?? 1) - 1]
    }
}
