/// A day line (day-merge → s3-put) and a stored line (s3-put →): the second is the first with
/// what became of it.
package struct DayRecord: Record, Sendable {
    package enum Status: String, Sendable { case unchanged, failed, stored, conflict }

    /// Under which the merged file may be put: the state of the object that was merged.
    package enum Condition: Equatable, Sendable {
        /// The object's ETag, quotes included, as S3 gave it.
        case ifMatch(String)
        /// No object is known: proven by a 404 NoSuchKey, or unproven where S3 answered 403.
        case ifNoneMatch(absence: Absence?)
    }

    package enum Absence: String, Sendable { case proven, unproven }

    /// The file that is to be put.
    package struct Upload: Sendable {
        package let file: String
        package let size: Int
        /// In lower-case hex.
        package let sha256: String

        package init(file: String, size: Int, sha256: String) {
            self.file = file
            self.size = size
            self.sha256 = sha256
        }
    }

    package struct Counts: Sendable {
        /// Event lines read for the day, repeated ones included.
        package var new: Int
        /// Distinct lines of the object.
        package var existing: Int?
        /// Distinct lines of both.
        package var merged: Int?
        /// Lines that the object did not have.
        package var added: Int?

        package init(new: Int, existing: Int? = nil, merged: Int? = nil, added: Int? = nil) {
            self.new = new
            self.existing = existing
            self.merged = merged
            self.added = added
        }
    }

    package let day: Day
    /// What the failure of the day makes of the tool's exit status.
    package private(set) var exitStatus = ExitStatus.done
    /// s3://bucket/key
    package let url: String
    package var upload: Upload?
    package var condition: Condition?
    package var counts: Counts?
    /// Nil on a day line with something to put.
    package var status: Status?
    /// The new ETag, on a stored line.
    package var etag: String?
    /// For a failure: AWS's or our own name of it, and one line of our own words.
    package var code: String?
    package var message: String?

    package init(day: Day, url: String, counts: Counts?) {
        self.day = day
        self.url = url
        self.counts = counts
    }

    /// Whether a condition can name it: a quoted text of printable ASCII. A weak ETag, "*" or a
    /// line end in it would make another condition of it, or none.
    package static func isStrongETag(_ etag: String) -> Bool {
        let bytes = Array(etag.utf8)
        return bytes.count > 2 && bytes.first == Ascii.quote && bytes.last == Ascii.quote
            && bytes.dropFirst().dropLast().allSatisfy { (0x20...0x7e).contains($0) && $0 != Ascii.quote }
    }

    /// Nil where `day` or `url` is missing, or a key has a form that it cannot have.
    package init?(_ object: JSONObject) {
        guard let day = object.string("day").flatMap(Day.init), let url = object.string("url") else {
            return nil
        }
        self.init(day: day, url: url, counts: nil)
        if let text = object.string("status") {
            guard let status = Status(rawValue: text) else { return nil }
            self.status = status
        }
        if let file = object.string("file") {
            guard let size = object.integer("size"), let sha256 = object.string("sha256") else { return nil }
            upload = Upload(file: file, size: size, sha256: sha256)
        }
        if let etag = object.string("ifMatch") {
            guard object["ifNoneMatch"] == nil, Self.isStrongETag(etag) else { return nil }
            condition = .ifMatch(etag)
        } else if let any = object.string("ifNoneMatch") {
            guard any == "*" else { return nil }
            condition = .ifNoneMatch(absence: object.string("absence").flatMap(Absence.init(rawValue:)))
        }
        if let new = object.integer("new") {
            counts = Counts(
                new: new, existing: object.integer("existing"), merged: object.integer("merged"),
                added: object.integer("added"))
        }
        etag = object.string("etag")
        if let number = object.integer("exitStatus").flatMap(Int32.init(exactly:)) {
            exitStatus = ExitStatus(rawValue: number)
        } else if status == .failed {
            exitStatus = .unavailable
        }
        code = object.string("code")
        message = object.string("message")
    }

    /// Makes this the line of a day that failed.
    package mutating func fail(code: String, _ error: any ReportableError) {
        status = .failed
        exitStatus = error.status
        self.code = code
        message = error.advice.map { "\(error.message); \($0)" } ?? error.message
    }

    package func line() -> [UInt8] {
        var builder = JSONBuilder()
        builder.add("day", day.description)
        builder.add("url", url)
        if let upload {
            builder.add("file", upload.file)
            builder.add("size", upload.size)
            builder.add("sha256", upload.sha256)
        }
        switch condition {
        case .ifMatch(let etag): builder.add("ifMatch", etag)
        case .ifNoneMatch(let absence):
            builder.add("ifNoneMatch", "*")
            builder.add("absence", absence?.rawValue)
        case nil: break
        }
        builder.add("new", counts?.new)
        builder.add("existing", counts?.existing)
        builder.add("merged", counts?.merged)
        builder.add("added", counts?.added)
        builder.add("status", status?.rawValue)
        builder.add("etag", etag)
        if exitStatus != .done { builder.add("exitStatus", Int(exitStatus.rawValue)) }
        builder.add("code", code)
        builder.add("message", message)
        return builder.object
    }
}
