import Support
import Testing

/// Whom a tool trusts with what it sends.
@Suite struct TLSTests {
    @Test func aStrangersCertificateIsRefused() async throws {
        try await TLSServer.with { server in
            let run = try await pull(server.url)
            #expect(run.status == 78, "\(run.err)")
            #expect(run.err.contains("Untrusted"))
            #expect(try server.requests.isEmpty)
        }
    }

    @Test func theBundleMakesItKnown() async throws {
        try await TLSServer.with { server in
            for url in [server.url, server.url.replacing("127.0.0.1", with: "localhost")] {
                let run = try await pull(url, ["AWS_CA_BUNDLE": server.bundle])
                #expect(run.status == 0, "\(run.err)")
            }
            // The queue's attributes and a receive from each, though the server would speak HTTP/2.
            #expect(try server.requests == [String](repeating: "POST / HTTP/1.1", count: 4))
            #expect(try Set(server.handshakes).isSubset(of: ["TLSv1.3 http/1.1", "TLSv1.3 None"]))
        }
    }

    @Test func theProfilesBundleDoesToo() async throws {
        try await TLSServer.with { server in
            let home = try TemporaryDirectory()
            try home.write(".aws/config", "[default]\nca_bundle = ~/own.pem\n")
            try home.write("own.pem", try readFile(server.bundle))
            let run = try await pull(server.url, ["HOME": home.path])
            #expect(run.status == 0, "\(run.err)")
        }
    }

    @Test func anotherHostsCertificateIsRefused() async throws {
        try await TLSServer.with(names: "DNS:elsewhere.example") { server in
            let run = try await pull(server.url, ["AWS_CA_BUNDLE": server.bundle])
            #expect(run.status == 78, "\(run.err)")
            #expect(try server.requests.isEmpty)
        }
    }

    @Test func aBundleThatIsNoneIsRefused() async throws {
        try await TLSServer.with { server in
            let folder = try TemporaryDirectory()
            for bundle in [folder.path("none"), try folder.write("empty", ""), folder.path] {
                let run = try await pull(server.url, ["AWS_CA_BUNDLE": bundle])
                #expect(run.status == 78, "\(run.err)")
            }
            #expect(try server.requests.isEmpty)
        }
    }

    @Test func tls12IsTheOldestThatIsSpoken() async throws {
        try await TLSServer.with(newest: "TLSv1_2") { server in
            let run = try await pull(server.url, ["AWS_CA_BUNDLE": server.bundle])
            #expect(run.status == 0, "\(run.err)")
            #expect(try Set(server.handshakes).isSubset(of: ["TLSv1.2 http/1.1", "TLSv1.2 None"]))
        }
        try await TLSServer.with(newest: "TLSv1_1") { server in
            let port = server.url.split(separator: ":").last.map(String.init) ?? ""
            let client = "openssl s_client -tls1_1 -cipher ALL:@SECLEVEL=0 -connect 127.0.0.1:$1 < /dev/null"
            guard try await shell(client, [port]).status == 0, try !server.handshakes.isEmpty else {
                print("skipped: this system's TLS library cannot be made to speak TLS 1.1")
                return
            }
            let run = try await pull(server.url, ["AWS_CA_BUNDLE": server.bundle])
            #expect(run.status == 69, "\(run.err)")
            #expect(try server.requests.isEmpty)
        }
    }

    private func pull(_ url: String, _ more: [String: String] = [:]) async throws -> ToolRun {
        let folder = try TemporaryDirectory()
        let keys = [
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secretKey,
            "AWS_SESSION_TOKEN": sessionToken, "AWS_MAX_ATTEMPTS": "1", "HOME": "/nonexistent",
            "QUEUE_URL": "\(url)/1/events",
        ]
        let arguments = ["--spool", folder.path("spool"), "--wait-time-seconds", "0", "--concurrency", "1"]
        let run = try await Support.run(
            "sqs-pull", arguments, environment: keys.merging(more) { $1 }, timeout: 60)
        expectPrivate(run, "sqs-pull")
        return run
    }
}
