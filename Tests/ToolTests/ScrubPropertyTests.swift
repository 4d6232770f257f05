import Foundation
import Records
import Support
import Testing

@testable import event_scrub

/// Generated lines, whole and damaged: every way to scrub must say of each what the model says.
///
/// A failure names its seed; `SCRUB_SEED=<seed> SCRUB_LINES=1` tries that line alone, and `SCRUB_LINES=<n>`
/// that many from there on. `scripts/fuzz` looks further.
@Suite struct ScrubPropertyTests {
    private static let firstSeed = number("SCRUB_SEED") ?? 1
    private static let lineCount = number("SCRUB_LINES") ?? 4_000

    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
    }

    @Test func everyLineIsScrubbedAsTheModelSays() {
        let parties = ScrubParty.all()
        var said: Set<String> = []
        for seed in Self.firstSeed..<Self.firstSeed + Self.lineCount {
            let line = ScrubGenerator.line(seed: seed)
            let expected = ScrubParty.model.verdict(of: line)
            said.insert(Self.kind(expected))
            for party in parties {
                let verdict = Self.laidOut(line, offset: Int(seed % 64)) { line in
                    var index = QuoteIndex()
                    index.read(line)
                    return party.verdict(line, index)
                }
                #expect(
                    verdict == expected,
                    "SCRUB_SEED=\(seed) \(party.name) on \(String(decoding: line, as: UTF8.self))")
            }
        }
        // Else the comparison would be of few kinds only.
        guard Self.lineCount >= 4_000 else { return }
        let reasons = Set(RejectReason.allCases).subtracting([.overlong, .notMetrics]).map(\.rawValue)
        #expect(Set(["kept"] + DropReason.allCases.map(\.rawValue) + reasons).subtracting(said).isEmpty)
    }

    /// What was read of a line that was whole must not be taken for read in one that differs by a byte.
    @Test func aByteMoreOrLessOrOtherIsSeenInALineThatIsKnown() {
        let known = Self.knownLine()
        let parties = ScrubParty.all()
        var kinds: Set<String> = []
        for line in [known] + Self.neighbours(of: known) {
            for whole in [known, line] {
                let expected = ScrubParty.model.verdict(of: whole)
                kinds.insert(Self.kind(expected))
                for party in parties {
                    let verdict = Self.laidOut(whole, offset: 2) { text in
                        var index = QuoteIndex()
                        index.read(text)
                        return party.verdict(text, index)
                    }
                    #expect(verdict == expected, "\(party.name) on \(String(decoding: whole, as: UTF8.self))")
                }
            }
        }
        #expect(kinds.count > 8)
    }

    /// A message in an envelope in a message of the queue, each in the form that its producer gives it.
    private static func knownLine() -> [UInt8] {
        let message =
            #"{"timestamp": "2026-01-01T00:00:00", "hostname": "futel-prod-back", "event": {"Event": "UserEvent", "#
            + #""Channel": "SIP/1", "Exten": "i", "UserEvent": "ivr", "endpoint": "demo"}}"#
        let envelope =
            "{\n  \"Type\" : \"Notification\",\n  \"TopicArn\" : \"arn\",\n  \"Message\" : "
            + String(decoding: ScrubModel.quoted(Array(message.utf8)), as: UTF8.self)
            + ",\n  \"Timestamp\" : \"2026-01-01T00:00:01.000Z\",\n  \"Signature\" : \"+/==\"\n}"
        return Array(#"{"MessageId":"1","ReceiptHandle":"AQ==","MD5OfBody":"a1","Body":"#.utf8)
            + ScrubModel.quoted(Array(envelope.utf8)) + Array("}".utf8)
    }

    /// All lines with another byte in some place, or with a byte twice or not at all, or cut off there.
    private static func neighbours(of line: [UInt8]) -> [[UInt8]] {
        let telling = Array(#""\,:{} nux0"#.utf8)
        var found: [[UInt8]] = []
        for place in line.indices {
            let (before, behind) = (Array(line[..<place]), Array(line[(place + 1)...]))
            // Within a word one byte is like another.
            let others = telling.contains(line[place]) ? telling : Array(#""\x"#.utf8)
            found += others.filter { $0 != line[place] }.map { before + [$0] + behind }
            found += [before, before + behind, before + [line[place], line[place]] + behind]
        }
        return found
    }

    /// The lines in one input, however the reads cut it: nothing of a line may depend on where in a chunk it
    /// stands, or on what stands behind it.
    @Test(arguments: ["\n", "\r\n"])
    func everyChunkIsScrubbedAsTheModelSays(_ ending: String) throws {
        var text: [UInt8] = []
        for seed in Self.firstSeed..<Self.firstSeed + 24 {
            let line = ScrubGenerator.line(seed: seed)
            if line.count < 1_000 { text += line + Array(ending.utf8) }
            if seed % 5 == 0 { text += Array(" \t\(ending)".utf8) }
        }
        // The last line has no newline.
        text += Array(#"{"MessageId":"torn","Body":"{}"}"#.utf8)
        let expected = Scrubbed(modelOf: text)
        let directory = try TemporaryDirectory()
        let path = try directory.write("lines", text)
        // Every place of a cut, with chunks that grow and with those that need not.
        let capacities = Array(1...130) + stride(from: 131, to: text.count + 70, by: 61)
        for capacity in capacities {
            let scrubbed = try Scrubbed(path, capacity: capacity)
            #expect(scrubbed == expected, "SCRUB_SEED=\(Self.firstSeed), capacity \(capacity)")
        }
    }

    /// The model on messages whose events are known.
    @Test func theModelKnowsTheGoldenEvents() throws {
        let messages = ScrubModel.lines(of: try readFile("\(goldenDirectory)/messages.ndjson")).prefix(100)
        let events = messages.flatMap { message -> [UInt8] in
            if case .kept(let event, _) = ScrubParty.model.verdict(of: message.line).outcome {
                event
            } else {
                []
            }
        }
        #expect(events.count > 1_000)
        #expect(try readFile("\(goldenDirectory)/events.ndjson").starts(with: events))
    }

    private static func kind(_ verdict: ScrubVerdict) -> String {
        switch verdict.outcome {
        case .kept: "kept"
        case .dropped(let reason), .rejected(let reason): reason
        }
    }

    /// The line at some address, a NUL behind it, then bytes that would complete it, or more NULs, as memory has
    /// them that was never used.
    private static func laidOut<Result>(
        _ line: [UInt8], offset: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let filler: UInt8 = [0x22, 0x7d, 0][offset % 3]
        let memory =
            [UInt8](repeating: filler, count: offset) + line + [0] + [UInt8](repeating: filler, count: 63)
        return memory.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + line.count]))
        }
    }
}

/// What all of an input came to.
private struct Scrubbed: Equatable {
    var events: [UInt8] = []
    var ledger: [UInt8] = []
    /// Each reject's line from 1, reason and message.
    var rejects: [String] = []
    var lineCount = 0

    init(_ path: String, capacity: Int) throws {
        let reader = LineChunkReader(try File.reading(path))
        let chunk = LineChunk(capacity: capacity)
        let scrubber = Scrubber(ScrubParty.rules)
        var scrubbed = ScrubbedChunk()
        while try reader.fill(chunk) {
            scrubbed.fill(
                from: chunk, by: scrubber, ScrubSink.Wants(ledger: true, rejectedMessages: true))
            events += scrubbed.events.bytes
            ledger += scrubbed.ledger.bytes
            for reject in scrubbed.rejects {
                let message = String(decoding: reject.message, as: UTF8.self)
                rejects.append("\(lineCount + reject.index + 1) \(reject.reason.rawValue) \(message)")
            }
            lineCount += scrubbed.lineCount
        }
    }

    init(modelOf text: [UInt8]) {
        for (number, line) in ScrubModel.lines(of: text) {
            let verdict = ScrubParty.model.verdict(of: line)
            lineCount = number
            let said: String
            switch verdict.outcome {
            case .kept(let event, let day):
                events += event
                said = "\"outcome\":\"kept\",\"day\":\"\(day)\""
            case .dropped(let reason): said = "\"outcome\":\"dropped\",\"reason\":\"\(reason)\""
            case .rejected(let reason):
                said = "\"outcome\":\"rejected\",\"reason\":\"\(reason)\""
                let message = verdict.isJSON ? line : ScrubModel.quoted(line)
                rejects.append("\(number) \(reason) \(String(decoding: message, as: UTF8.self))")
            }
            guard let id = verdict.messageID else { continue }
            ledger += Array("{\"MessageId\":".utf8) + ScrubModel.quoted(id) + Array(",\(said)}\n".utf8)
        }
    }
}
