import Foundation

/// A private directory (0700) that lives as long as this object and is removed with all it holds.
package final class TemporaryDirectory: Sendable {
    /// Its path, symbolic links resolved.
    package let path: String

    package init() throws {
        var template = Array((NSTemporaryDirectory() + "/s3-event-writer-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template), let real = realpath(made, nil) else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        defer { free(real) }
        path = String(cString: real)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in it, which need not exist.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, in a subfolder too, and returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = path(name)
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    /// The bytes of a file in it; throws when there is none.
    package func read(_ name: String) throws -> [UInt8] {
        try readFile(path(name))
    }

    package func readText(_ name: String) throws -> String {
        String(decoding: try read(name), as: UTF8.self)
    }

    package func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }

    /// The permission bits of a file in it, such as 0o600.
    package func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    /// The names of what is directly in it, sorted.
    package var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// The bytes of any file, a golden one for example.
package func readFile(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
