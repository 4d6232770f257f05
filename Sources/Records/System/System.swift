/// What differs between Linux and macOS, and the system calls of this project, in one file.
///
/// Every call repeats itself after EINTR and reports a failure as an `Errno`; no other file of
/// this module or of the tools calls the C library.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A failed system call's reason.
package struct Errno: Error, Equatable, Sendable, CustomStringConvertible {
    package let code: Int32

    package static let brokenPipe = Errno(code: EPIPE)
    package static let noSuchFile = Errno(code: ENOENT)
    package static let wouldBlock = Errno(code: EWOULDBLOCK)
    package static let exists = Errno(code: EEXIST)

    /// The system's own words, such as "No space left on device".
    package var description: String { String(cString: strerror(code)) }

    static var last: Errno { Errno(code: errno) }
}

package enum System {
    package static let standardInput: Int32 = 0
    package static let standardOutput: Int32 = 1
    package static let standardError: Int32 = 2

    package enum OpenMode {
        case read
        /// Made with mode 0600 if it is not there, kept as it is when it is.
        case appendPrivate
        /// Made with mode 0600, or emptied.
        case replacePrivate
        /// Made with mode 0600; where something has that name already, a link too, it fails.
        case createPrivate
        /// Made with mode 0600 if it is not there, kept as it is when it is; not by way of a link.
        case lockPrivate
        /// Opened at once, where reading a named pipe would wait for its writer.
        case readAtOnce
    }

    package static func open(_ path: String, _ mode: OpenMode) throws(Errno) -> Int32 {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .appendPrivate: O_WRONLY | O_CREAT | O_APPEND
            case .replacePrivate: O_RDWR | O_CREAT | O_TRUNC
            case .createPrivate: O_RDWR | O_CREAT | O_EXCL
            case .lockPrivate: O_RDWR | O_CREAT | O_NOFOLLOW
            case .readAtOnce: O_RDONLY | O_NONBLOCK
            }
        return Int32(try repeating { sysOpen(path, flags | O_CLOEXEC) })
    }

    /// Bytes read; 0 at the end of the file.
    package static func read(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        try repeating { sysRead(fd, buffer.baseAddress, buffer.count) }
    }

    /// The same at an offset, leaving the file's position alone.
    package static func read(
        _ fd: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(Errno) -> Int {
        try repeating { pread(fd, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Writes all of it, however many calls that takes.
    package static func write(_ fd: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            rest = rest.dropFirst(try repeating { sysWrite(fd, part.baseAddress, part.count) })
        }
    }

    /// A second call on a closed descriptor would close somebody else's: EINTR is not repeated.
    package static func close(_ fd: Int32) throws(Errno) {
        if sysClose(fd) != 0, errno != EINTR { throw .last }
    }

    package static func synchronize(_ fd: Int32) throws(Errno) {
        _ = try repeating { Int(fsync(fd)) }
    }

    /// What a closing of the file would report, which stays open. Some file systems, as NFS, tell
    /// only then that the disk or the quota is full.
    package static func reportWrites(_ fd: Int32) throws(Errno) {
        let copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)
        if copy < 0 { throw .last }
        try close(copy)
    }

    package static func truncate(_ fd: Int32) throws(Errno) {
        _ = try repeating { Int(ftruncate(fd, 0)) }
        _ = try repeating { Int(lseek(fd, 0, SEEK_SET)) }
    }

    package static func rename(_ old: String, _ new: String) throws(Errno) {
        if sysRename(old, new) != 0 { throw .last }
    }

    package static func remove(_ path: String) throws(Errno) {
        if unlink(path) != 0 { throw .last }
    }

    /// Makes a folder that only its owner can enter; one that is there already is left as it is.
    package static func makePrivateDirectory(_ path: String) throws(Errno) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .last }
    }

    /// The names in a folder, in no order, without "." and "..".
    package static func entries(of directory: String) throws(Errno) -> [String] {
        guard let stream = opendir(directory) else { throw .last }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    package struct FileStatus: Equatable, Sendable {
        package let size: Int
        package let isRegular: Bool
        /// In nanoseconds since 1970.
        package let modified: Int
    }

    package static func status(_ fd: Int32) throws(Errno) -> FileStatus {
        var found = stat()
        if fstat(fd, &found) != 0 { throw .last }
        #if canImport(Glibc)
            let modified = found.st_mtim
        #else
            let modified = found.st_mtimespec
        #endif
        return FileStatus(
            size: Int(found.st_size), isRegular: found.st_mode & S_IFMT == S_IFREG,
            modified: modified.tv_sec * 1_000_000_000 + modified.tv_nsec)
    }

    package static func isTerminal(_ fd: Int32) -> Bool { isatty(fd) == 1 }

    /// Takes the file's lock without waiting; false when another process holds it. The lock goes
    /// with the descriptor, so a killed process leaves none behind.
    package static func lock(_ fd: Int32) throws(Errno) -> Bool {
        do {
            _ = try repeating { Int(flock(fd, LOCK_EX | LOCK_NB)) }
            return true
        } catch .wouldBlock {
            return false
        }
    }

    package static func environment() -> [String: String] {
        var result: [String: String] = [:]
        #if canImport(Glibc)
            var entry = environ
        #else
            var entry = _NSGetEnviron().pointee
        #endif
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }

    /// The number of processors that are on line.
    package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    package static func exit(_ status: Int32) -> Never { sysExit(status) }

    /// The same from any thread, while others are at work: nothing is cleaned up.
    package static func exitAtOnce(_ status: Int32) -> Never { _exit(status) }

    /// The value of a number's text as a double holds it: 1e-400 is zero.
    package static func double(_ text: String) -> Double { strtod(text, nil) }

    // MARK: Memory

    /// The offset of the first such byte.
    package static func index(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, Int32(byte), bytes.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }

    /// Whether the bytes hold the part anywhere; an empty part is in everything.
    package static func contains(_ bytes: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
        guard let first = part.first else { return true }
        var rest = bytes
        while let found = index(of: first, in: rest), rest.count - found >= part.count {
            if compare(UnsafeRawBufferPointer(rebasing: rest[found..<found + part.count]), part) == 0 {
                return true
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[(found + 1)...])
        }
        return false
    }

    /// Byte order, as `LC_ALL=C sort` has it: negative, zero or positive.
    package static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        if let aBase = a.baseAddress, let bBase = b.baseAddress {
            let order = Int(memcmp(aBase, bBase, min(a.count, b.count)))
            if order != 0 { return order }
        }
        return a.count - b.count
    }

    // MARK: Time

    /// Nanoseconds of a clock that never jumps.
    package static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Milliseconds since 1970, of the wall clock.
    static func wallMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: The start

    /// Where a standard stream is closed, the next file that is opened would take its number, and
    /// what is meant for the stream would go into that file. So something stands there that
    /// fails when it is used: `/dev/null`, opened the wrong way round.
    static func fillStandardStreams() {
        for stream in [standardInput, standardOutput, standardError] where fcntl(stream, F_GETFD) < 0 {
            _ = sysOpen("/dev/null", stream == standardInput ? O_WRONLY : O_RDONLY)
        }
    }

    // MARK: Signals

    /// In milliseconds: the chain promises to be gone within two seconds.
    private static let patience: UInt32 = 1500

    /// A write to a closed pipe, or beyond the limit to a file's size, becomes an error to be told
    /// instead of a death in the middle of a libcurl call.
    static func ignoreWriteSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Calls `act`, on a thread of its own, with the number of the first SIGINT, SIGTERM or SIGHUP
    /// instead of dying of it. The process ends after `patience` milliseconds at the latest, with
    /// 128 + the number, even if what it writes to takes nothing any more; so signals that follow
    /// need do nothing, and do not: a runner signals a whole group, of which the script then signals
    /// each stage, and the second of the two must not cut short what the first began. A signal that
    /// was ignored at the start stays ignored, as nohup and a shell's background jobs want it. To be
    /// called once.
    package static func onTermination(_ act: @escaping @Sendable (Int32) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        let readEnd = ends[0]
        terminationPipe = ends[1]
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            sigaction(number, nil, &action)
            if !isIgnored(action) { signal(number, noteTermination) }
        }
        startThread {
            var number: Int32 = 0
            let count = withUnsafeMutableBytes(of: &number) { try? read(readEnd, into: $0) }
            guard count == MemoryLayout<Int32>.size else { return }
            act(number)
            usleep(patience * 1000)
            _exit(128 + number)
        }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        #if canImport(Glibc)
            let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        #else
            let handler = unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
        #endif
        return handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    // MARK: Commands

    /// What a shell's command line prints, up to the limit in bytes; nil where it fails, or prints
    /// more. Its stdin is empty, as ours may be somebody's data; its stderr is ours. Blocks.
    package static func output(ofCommand command: String, limit: Int) -> [UInt8]? {
        guard let stream = popen("exec </dev/null; " + command, "r") else { return nil }
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while output.count <= limit {
            let count = fread(&part, 1, part.count, stream)
            if count == 0 { break }
            output += part[..<count]
        }
        return pclose(stream) == 0 && output.count <= limit ? output : nil
    }

    // MARK: Threads

    /// Runs the body on a thread of its own; the process does not wait for it.
    package static func startThread(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(ThreadBody(run: body))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let code = pthread_create(
            &thread, nil,
            { argument in
                #if canImport(Glibc)
                    let pointer = argument
                #else
                    let pointer: UnsafeMutableRawPointer? = argument
                #endif
                if let pointer { Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        precondition(code == 0, "a thread could not be started")
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            if let thread { pthread_detach(thread) }
        #endif
    }

    private final class ThreadBody: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func repeating(_ call: () -> Int) throws(Errno) -> Int {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw .last }
        }
    }
}

/// Where the signal handler writes; set before the handler is, and never again.
private nonisolated(unsafe) var terminationPipe: Int32 = -1

/// Does only what a signal handler may: the signal is noted, and ignored from now on.
private func noteTermination(_ number: Int32) {
    let saved = errno
    signal(number, SIG_IGN)
    var number = number
    _ = write(terminationPipe, &number, MemoryLayout<Int32>.size)
    errno = saved
}

/// The C calls whose names `System`'s own members would hide.
private func sysRead(_ fd: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(fd, bytes, count)
}
private func sysWrite(_ fd: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(fd, bytes, count)
}
private func sysOpen(_ path: String, _ flags: Int32) -> Int { Int(open(path, flags, mode_t(0o600))) }
private func sysClose(_ fd: Int32) -> Int32 { close(fd) }
private func sysRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }
private func sysExit(_ status: Int32) -> Never { exit(status) }
