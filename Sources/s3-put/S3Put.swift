import AWS
import ArgumentParser
import Records
import Synchronization

@main
struct S3Put: Tool {
    static let configuration = CommandConfiguration(
        commandName: "s3-put",
        abstract:
            "Put merged days into S3, each under the condition that its object is still the one merged.",
        discussion: """
            Reads day lines and uploads the file that each names. Prints a stored line a day: \
            stored, unchanged, conflict (somebody else wrote in between: merge again), or failed.

            EXAMPLES:
              day-merge --to s3://bucket/events/ --work days events | s3-put > stored
              s3-put --storage-class STANDARD_IA < day-lines > stored
            """,
        version: "s3-put \(versionText(commit))")

    @Option(help: ArgumentHelp("How many uploads go on at once.", valueName: "n"))
    var concurrency = 4

    @Option(
        help: ArgumentHelp(
            "Server-side encryption: AES256, aws:kms or aws:kms:dsse.", valueName: "algorithm"),
        completion: .list(["AES256", "aws:kms", "aws:kms:dsse"]))
    var sse: String?

    @Option(help: ArgumentHelp("The KMS key, for aws:kms.", valueName: "id"))
    var sseKmsKeyId: String?

    @Option(help: ArgumentHelp("The storage class, such as STANDARD_IA.", valueName: "class"))
    var storageClass: String?

    @Flag(help: "Take day lines that name no condition, and overwrite.")
    var overwrite = false

    @Flag(help: "Send no conditions: for stores that know none, and only where nobody else writes.")
    var unconditional = false

    @Flag(help: "First prove that the store keeps conditions: for stores other than S3.")
    var probe = false

    @OptionGroup var aws: AWSOptions
    @OptionGroup var common: CommonOptions

    @Argument(help: "Files of day lines; - or none is standard input.", completion: .file())
    var files: [String] = []

    func validate() throws {
        try check("--concurrency", concurrency, in: 1...64)
        if let sse, !["AES256", "aws:kms", "aws:kms:dsse"].contains(sse) {
            throw ValidationError("--sse takes AES256, aws:kms or aws:kms:dsse")
        }
        for (flag, value) in [("--sse-kms-key-id", sseKmsKeyId), ("--storage-class", storageClass)]
        where value == "" {
            throw ValidationError("\(flag) takes a name, not an empty text")
        }
        if probe, unconditional {
            throw ValidationError("--probe has nothing to prove with --unconditional")
        }
        if sseKmsKeyId != nil, sse == nil || sse == "AES256" {
            throw ValidationError("--sse-kms-key-id goes with --sse aws:kms")
        }
    }

    func work(_ console: Console, _ statistics: inout Statistics) async throws -> ExitStatus {
        let storage = StorageOptions(
            encryption: sse, encryptionKeyID: sseKmsKeyId, storageClass: storageClass)
        let store = try Session(aws).objectStore(console)
        let policy = PutPolicy(
            storage: storage, mayOverwrite: overwrite, isUnconditional: unconditional,
            probe: probe ? ConditionProbe(store) : nil)
        let inputs = try File.operands(files)
        let run = PutRun(store: store, policy: policy, console: console)
        let uploads = Task { [concurrency] in try await run.run(inputs, concurrency: concurrency) }
        let signal = Mutex<Int32?>(nil)
        System.onTermination { number in
            signal.withLock { $0 = number }
            // Uploads in parts are aborted then.
            uploads.cancel()
        }
        let days = try await uploads.value
        days.record(in: &statistics)
        return signal.withLock { $0 }.map(ExitStatus.signal) ?? days.status
    }
}
