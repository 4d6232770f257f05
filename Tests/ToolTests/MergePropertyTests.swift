import AWS
import Records
import Support
import Testing

@testable import day_merge

/// Whatever the object and the new events hold, and whatever the memory: the merge is the sorted
/// distinct lines of both, and its counts are true.
@Suite struct MergePropertyTests {
    @Test(arguments: 0..<300)
    func theMergeIsTheSortedUnion(_ seed: Int) async throws {
        var random = SplitMix(seed: UInt64(seed))
        let folder = try TemporaryDirectory()
        let days = ["2026-01-01", "2026-01-02", "2026-02-01"].prefix(Int.random(in: 1...3, using: &random))
        let new = (0..<Int.random(in: 1...300, using: &random)).map { _ in
            event(days.randomElement(using: &random)!, &random)
        }
        let input = try folder.write("new", text(new))
        let memory = [1, 500, 4000, 30_000, 1 << 20].randomElement(using: &random)!
        let directory = try WorkDirectory(folder.path("days"))
        let console = Console(tool: "tests", level: .quiet)
        let merged = try NewEvents([File.reading(input)], memory: memory, directory, console).days()
        #expect(merged.map { "\($0.day)" } == Set(new.map(dayName)).sorted())
        for day in merged {
            let fresh = new.filter { dayName($0) == "\(day.day)" }
            let object = anObject(fresh, &random)
            let store = ChunkedStore(object: object, chunk: Int.random(in: 1...2000, using: &random))
            let job = DayJob(
                new: day, url: try #require(S3URL("s3://bucket/\(day.day)")), store: store,
                directory: directory, memory: memory)
            let record = await job.run()
            try check(
                record, lines(of: object), Set(fresh.map { Array($0.utf8) }), count: fresh.count, folder)
        }
        #expect(try folder.names(in: "days").allSatisfy { $0 == "lock" || !$0.contains(".") })
    }

    private func check(
        _ record: DayRecord, _ old: Set<[UInt8]>, _ new: Set<[UInt8]>, count: Int,
        _ folder: TemporaryDirectory
    ) throws {
        let union = old.union(new)
        #expect(record.counts?.new == count && record.counts?.existing == old.count)
        #expect(record.counts?.merged == union.count && record.counts?.added == union.count - old.count)
        #expect(record.condition == .ifMatch("\"stand-in\""))
        guard union.count > old.count else {
            #expect(record.status == .unchanged && record.upload == nil)
            return
        }
        let expected = Array(
            union.sorted { $0.lexicographicallyPrecedes($1) }.map { $0 + [0x0a] }.joined())
        #expect(try folder.read("days/\(record.day)") == expected)
        #expect(record.upload?.size == expected.count)
        #expect(record.upload?.sha256 == Encoding.hex(Digest.sha256(expected)))
    }

    // MARK: Inputs

    private func event(_ day: String, _ random: inout SplitMix) -> String {
        // Few different ones, so that many are repeated; of very different lengths.
        let number = Int.random(in: 0..<200, using: &random)
        let name = String(repeating: "e", count: number % 17 == 0 ? 500 : number % 5)
        return #"{"timestamp": "\#(day)T11:34:\#(10 + number % 50)Z", "channel": "\#(number)", "#
            + #""endpoint": null, "event": "\#(name)"}"#
    }

    private func dayName(_ line: String) -> String {
        String(line.dropFirst(15).prefix(10).filter { $0 != "-" })
    }

    /// Some of the new lines and others, in order or not, repeated, with all kinds of line ends.
    private func anObject(_ new: [String], _ random: inout SplitMix) -> [UInt8] {
        var lines = (0..<Int.random(in: 0...200, using: &random)).map { _ in
            Bool.random(using: &random)
                ? new.randomElement(using: &random)!
                : event("2026-01-01", &random).replacing("11:34", with: "11:35")
        }
        if Int.random(in: 0..<4, using: &random) > 0 {
            lines.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        let isTidy = Bool.random(using: &random)
        let ends = isTidy ? ["\n"] : ["\n", "\r\n", " \n", "\t\u{b}\u{c}\r\n", "\n\n", "\n \n"]
        var object = lines.map { $0 + ends.randomElement(using: &random)! }.joined()
        if Bool.random(using: &random), object.hasSuffix("\n") { object.removeLast() }
        return Array(object.utf8)
    }

    private func lines(of object: [UInt8]) -> Set<[UInt8]> {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0b, 0x0c, 0x0d]
        let lines = object.split(separator: 0x0a).map { line in
            Array(line.reversed().drop { blanks.contains($0) }.reversed())
        }
        return Set(lines.filter { !$0.isEmpty })
    }
}

/// A bucket with one object everywhere, which arrives in pieces; the first time only a part of it
/// does, as when a connection breaks and the read is repeated.
private final class ChunkedStore: ObjectStore {
    private let object: [UInt8]
    private let chunk: Int

    init(object: [UInt8], chunk: Int) {
        self.object = object
        self.chunk = chunk
    }

    func get(_ url: S3URL, into destination: any ObjectDestination) async throws(AWSError) -> ObjectState {
        do throws(Failure) {
            try give(object.prefix(object.count / 2), to: destination)
            try give(object[...], to: destination)
        } catch {
            throw AWSError(operation: "GetObject", resource: "\(url)", code: error.message)
        }
        return .found(etag: "\"stand-in\"")
    }

    private func give(_ bytes: ArraySlice<UInt8>, to destination: any ObjectDestination) throws(Failure) {
        try destination.restart()
        var rest = bytes
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
            let result = piece.withUnsafeBytes { bytes in
                Result { () throws(Failure) in try destination.write(bytes) }
            }
            try result.get()
        }
    }

    func probe(_ url: S3URL) async throws(AWSError) {}

    func put(
        _ upload: DayRecord.Upload, from file: File, to url: S3URL, if condition: DayRecord.Condition?,
        options: StorageOptions
    ) async throws(AWSError) -> String { "" }

    func keepsConditions(_ url: S3URL) async throws(AWSError) -> Bool { true }

    func pause(beforeAttempt attempt: Int) async {}
}
