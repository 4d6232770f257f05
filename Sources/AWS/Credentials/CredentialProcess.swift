import Records

/// A profile with `credential_process`: a command of the user's that prints keys.
///
/// Source: "Process credential provider" in the AWS SDKs and Tools reference guide.
struct CredentialProcess: CredentialSource {
    private let profile: Profile

    init(_ profile: Profile) { self.profile = profile }

    var name: String { "credential_process of profile \(escaped(profile.name))" }

    func load() async throws(CredentialRefusal) -> CredentialAnswer {
        guard let command = profile["credential_process"] else { return .none("not set") }
        // The command may take its time, to ask somebody far away: a thread of its own waits for it.
        let output = await withCheckedContinuation { continuation in
            System.startThread {
                continuation.resume(returning: System.output(ofCommand: command, limit: 64 << 10))
            }
        }
        guard let output else { throw CredentialRefusal("the command failed") }
        guard let answer = try? JSONObject(output), answer.integer("Version") == 1,
            let keys = MetadataServer.keys(answer)
        else { throw CredentialRefusal("what the command printed is no version 1 document with keys") }
        return .found(keys)
    }
}
