import AWS
import ArgumentParser
import Records

@main
struct DayMerge: Tool {
    static let configuration = CommandConfiguration(
        commandName: "day-merge",
        abstract: "Merge event lines into the days' objects of an S3 bucket, without writing there.",
        discussion: """
            Reads event lines in any order. For each day it reads the object, writes the sorted \
            union of distinct lines to DIR/YYYYMMDD, and prints a day line that says under which \
            condition s3-put may put the file.

            EXAMPLES:
              event-scrub dump | day-merge --to s3://bucket/events/prod/ --work days | s3-put
              day-merge --to s3://bucket/events/ --work days events > day-lines
              day-merge --to s3://bucket/events/ --work days --day 20260101 </dev/null > day-line
            """,
        version: "day-merge \(versionText(commit))")

    @Option(
        help: ArgumentHelp("Where the days' objects are.", valueName: "s3://bucket/prefix/"), transform: url)
    var to: S3URL

    @Option(
        help: ArgumentHelp("The folder for merged files; made if it is not there.", valueName: "dir"),
        completion: .directory)
    var work: String

    @Option(help: ArgumentHelp("Memory for new events before they spill to disk.", valueName: "size"))
    var memory: ByteSize = ByteSize(64 << 20)

    @Option(
        help: ArgumentHelp(
            "Write this day's file even where nothing is added, to correct it by hand; repeatable.",
            valueName: "yyyymmdd"),
        transform: day)
    var day: [Day] = []

    @OptionGroup var aws: AWSOptions
    @OptionGroup var common: CommonOptions

    @Argument(help: "Files of event lines; - or none is standard input.", completion: .file())
    var files: [String] = []

    func work(_ console: Console, _ statistics: inout Statistics) async throws -> ExitStatus {
        let store = try Session(aws).objectStore(console)
        let directory = try WorkDirectory(work)
        defer { try? directory.sweep() }
        let inputs = try File.operands(files)
        let new = try NewEvents(inputs, memory: memory.bytes, directory, console).days(and: day)
        let merge = MergeRun(
            store: store, target: to, directory: directory, memory: memory.bytes, console: console)
        let days = try await merge.run(new)
        days.record(in: &statistics)
        return days.status
    }

    @Sendable private static func day(_ text: String) throws -> Day {
        guard let day = Day(text) else { throw ValidationError("it is not of the form YYYYMMDD") }
        return day
    }

    @Sendable private static func url(_ text: String) throws -> S3URL {
        guard let url = S3URL(text) else {
            throw ValidationError("it is not of the form s3://bucket/prefix/")
        }
        return url
    }
}
