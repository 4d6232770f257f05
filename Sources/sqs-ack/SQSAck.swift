import AWS
import ArgumentParser
import Records

@main
struct SQSAck: Tool {
    static let configuration = CommandConfiguration(
        commandName: "sqs-ack",
        abstract: "Delete from SQS the messages that are proven to be done with.",
        discussion: """
            Reads receipts and deletes those messages that the ledger says were dropped, or whose \
            day the stored lines say is in S3. Everything else stays in the queue. Prints an ack \
            line a message. Running it twice is safe.

            EXAMPLES:
              sqs-ack --ledger ledger --stored stored receipts
              sqs-ack --all receipts
              sqs-ack --visibility-timeout 0 receipts   (give the messages back at once)
              s3-put day-lines 3>&1 > stored | sqs-ack --visibility-timeout 900 --keep receipts > renewed
            """,
        version: "sqs-ack \(versionText(commit))")

    @Option(
        help: ArgumentHelp("What event-scrub wrote of each message.", valueName: "file"), completion: .file())
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "What s3-put wrote of each day; may be repeated, the last line of a day counts.",
            valueName: "file"),
        completion: .file())
    var stored: [String] = []

    @Flag(help: "Delete every message of the spool, without proof.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Delete nothing; hide every message of the spool for S seconds from now.", valueName: "s"))
    var visibilityTimeout: Int?

    @Flag(
        help: ArgumentHelp(
            "Do so again whenever half of that time is left, until standard input ends; print renewed receipts."
        ))
    var keep = false

    @Option(help: ArgumentHelp("How many batches go on at once.", valueName: "n"))
    var concurrency = 8

    @OptionGroup var aws: AWSOptions
    @OptionGroup var common: CommonOptions

    @Argument(help: "Spools to read; - or none is standard input.", completion: .file())
    var files: [String] = []

    func validate() throws {
        try check("--concurrency", concurrency, in: 1...64)
        if let visibilityTimeout { try check("--visibility-timeout", visibilityTimeout, in: 0...43_200) }
        guard !keep || (visibilityTimeout ?? 0) > 0 else {
            throw ValidationError("--keep goes with a --visibility-timeout of 1 or more")
        }
        guard !keep || !(files.isEmpty || files.contains("-")) else {
            throw ValidationError("--keep takes its receipts from files")
        }
        let hasProof = ledger != nil && !stored.isEmpty
        guard [hasProof, all, visibilityTimeout != nil].count(where: { $0 }) == 1,
            hasProof || (ledger == nil && stored.isEmpty)
        else {
            throw ValidationError(
                "give --ledger and --stored, or --all, or --visibility-timeout; nothing was deleted")
        }
    }

    func work(_ console: Console, _ statistics: inout Statistics) async throws -> ExitStatus {
        let inputs = try File.operands(files)
        var tally = AckTally(console)
        let spool = try Spool(inputs, &tally)
        if keep, let visibilityTimeout {
            let run = KeepRun(
                session: try Session(aws), visibilityTimeout: visibilityTimeout, concurrency: concurrency)
            try await run.run(spool, &tally)
            return tally.status
        }
        var proven = Set(spool.receipts.keys)
        if let ledger {
            let days = try StoredDays(File.operands(stored), &tally)
            proven = try Proof(File.operand(ledger), of: proven, days, &tally).messages
        }
        let run = AckRun(
            session: try Session(aws), visibilityTimeout: visibilityTimeout, concurrency: concurrency)
        try await run.run(spool, proven: proven, &tally)
        tally.report()
        tally.record(in: &statistics)
        return tally.status
    }
}
