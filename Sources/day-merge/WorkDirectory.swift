import Records

/// The folder of a run's files: locked against a second run, private, and swept of what a killed
/// run left behind. Merged files stay, for s3-put.
final class WorkDirectory: Sendable {
    private let path: String
    /// Held as long as the folder is in use; it goes with the process, however that ends.
    private let lock: File
    private static let lockName = "lock"

    /// - Throws: status 75 when another run is at work in it.
    init(_ path: String) throws(Failure) {
        self.path = path
        do { try System.makePrivateDirectory(path) } catch {
            throw .inputOutput("make the folder", path, error)
        }
        lock = try File.lockable("\(path)/\(Self.lockName)")
        let isLocked: Bool
        do { isLocked = try System.lock(lock.descriptor) } catch { throw .inputOutput("lock", path, error) }
        guard isLocked else { throw Failure(.tryAgain, "\(escaped(path)) is in use by another run") }
        try sweep()
    }

    /// The merged file of a day, and its name while it is written.
    func merged(_ day: Day) -> String { "\(path)/\(day)" }
    func partial(_ day: Day) -> String { "\(path)/\(day).partial" }
    /// The day's new lines, where they did not fit into memory.
    func new(_ day: Day) -> String { "\(path)/\(day).new" }
    /// A sorted run of lines that did not fit into memory.
    func run(_ name: String, _ number: Int) -> String { "\(path)/\(name)-\(number).run" }

    /// Removing what is not there is no failure.
    func remove(_ file: String) { try? System.remove(file) }

    /// Removes what is of use to no other run, merged files excepted. At the start it is what a
    /// killed run left, at the end what a failed one did.
    func sweep() throws(Failure) {
        let names: [String]
        do { names = try System.entries(of: path) } catch {
            throw .inputOutput("read the folder", path, error)
        }
        for name in names where Self.isLeftover(name) { remove("\(path)/\(name)") }
    }

    /// Only names that this tool gives: the folder may hold other people's files.
    private static func isLeftover(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return false }
        switch parts[1] {
        case "partial", "new": return Day(parts[0]) != nil
        case "run":
            let words = parts[0].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            return words.count == 2 && (words[0] == "new" || Day(words[0]) != nil) && Int(words[1]) != nil
        default: return false
        }
    }
}
