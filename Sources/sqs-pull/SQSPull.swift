import AWS
import ArgumentParser
import Records

@main
struct SQSPull: Tool {
    static let configuration = CommandConfiguration(
        commandName: "sqs-pull",
        abstract: "Receive the messages of an SQS queue, and spool what it takes to delete them.",
        discussion: """
            Writes each message as a line of JSON, in AWS's own spelling, after its receipt was \
            written to the spool. Deletes nothing. Ends when the queue is empty or a bound is met.

            EXAMPLES:
              sqs-pull --queue-url "$QUEUE_URL" --spool receipts > messages
              sqs-pull --spool receipts --max-messages 10 | event-scrub
            """,
        version: "sqs-pull \(versionText(commit))")

    @Option(help: ArgumentHelp("The queue (default: the environment's QUEUE_URL).", valueName: "url"))
    var queueURL: String?

    @Option(
        help: ArgumentHelp("The file for the receipts; it must not exist or be empty.", valueName: "file"),
        completion: .file())
    var spool: String

    @Option(help: ArgumentHelp("Stop after N messages.", valueName: "n"))
    var maxMessages = 10_000

    @Option(help: ArgumentHelp("Stop asking after S seconds.", valueName: "s"))
    var maxSeconds = 300

    @Option(help: ArgumentHelp("How long a poll waits for a first message, 0 to 20.", valueName: "s"))
    var waitTimeSeconds = 5

    @Option(
        help: ArgumentHelp("How long messages are hidden from other consumers, 1 to 43200.", valueName: "s"))
    var visibilityTimeout = 900

    @Option(help: ArgumentHelp("How many polls go on at once.", valueName: "n"))
    var concurrency = 8

    @OptionGroup var aws: AWSOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        try check("--max-messages", maxMessages, in: 1...Int.max)
        try check("--max-seconds", maxSeconds, in: 1...86_400)
        try check("--wait-time-seconds", waitTimeSeconds, in: 0...20)
        try check("--visibility-timeout", visibilityTimeout, in: 1...43_200)
        try check("--concurrency", concurrency, in: 1...64)
    }

    func work(_ console: Console, _ statistics: inout Statistics) async throws -> ExitStatus {
        guard let url = queueURL ?? System.environment()["QUEUE_URL"], !url.isEmpty else {
            throw Failure(.usage, "no queue: neither --queue-url nor QUEUE_URL is given")
        }
        let queue = try Session(aws).queue(url)
        let bounds = PullBounds(
            messages: maxMessages, seconds: maxSeconds, waitSeconds: waitTimeSeconds,
            visibilitySeconds: visibilityTimeout, concurrency: concurrency)
        let pull = Pull(queue, bounds, Handover(queue.url, spool: try File.creating(spool), console), console)
        System.onTermination { signal in Task { await pull.stop(bySignal: signal) } }
        let outcome = await pull.run()
        outcome.record(in: &statistics)
        return try outcome.status(console)
    }
}
