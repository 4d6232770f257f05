import ArgumentParser
import Records

@main
struct EventScrub: Filter {
    static let configuration = CommandConfiguration(
        commandName: "event-scrub",
        abstract: "Unwrap telephone events, drop noise, and scrub the rest to four fields.",
        discussion: """
            Reads one JSON object a line: SQS messages, SNS envelopes or bare messages, each \
            unwrapped as far as it goes. Writes the events that are kept, in order, one a line.

            Bad lines are recorded with --ledger or --rejects; without, each is named on standard \
            error and the status is 65.

            EXAMPLES:
              zcat dumps/*.gz | event-scrub > events
              sqs-pull --spool receipts | event-scrub --ledger ledger > events
              event-scrub --format metrics metrics.log | day-merge --to s3://bucket/events/ --work w
            """,
        version: "event-scrub \(versionText(commit))")

    @OptionGroup var rules: RuleOptions

    @Option(
        help: ArgumentHelp("Record what became of each message that bears a MessageId.", valueName: "file"),
        completion: .file())
    var ledger: String?

    @Option(
        help: ArgumentHelp("Record each bad line with its number and the reason.", valueName: "file"),
        completion: .file())
    var rejects: String?

    @Option(help: ArgumentHelp("How many threads scrub (default: one a processor).", valueName: "n"))
    var jobs: Int?

    @OptionGroup var common: CommonOptions

    @Argument(help: "Files to read; - or none is standard input.", completion: .file())
    var files: [String] = []

    func validate() throws {
        if let jobs { try check("--jobs", jobs, in: 1...64) }
    }

    func work(_ console: Console, _ statistics: inout Statistics) throws -> ExitStatus {
        let inputs = try File.operands(files)
        let sink = try ScrubSink(console, ledger: ledger, rejects: rejects, namesInputs: inputs.count > 1)
        let run = ScrubRun(inputs: ScrubInputs(inputs), rules: rules.rules, sink: sink, console: console)
        let counts = try run.run(jobs: jobs ?? System.processors)
        counts.report(to: console)
        counts.record(in: &statistics)
        return counts.rejectedTotal > 0 && !sink.recordsRejects ? .badData : .done
    }
}
