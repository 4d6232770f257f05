import CCurl
import Records
import Synchronization

/// The owner of an easy handle, which is one transfer. At its end the handle goes back to where it came from.
struct EasyHandle: ~Copyable {
    let handle: UnsafeMutableRawPointer
    private let idle: IdleHandles

    init?(from idle: IdleHandles) {
        guard let handle = idle.take() ?? curl_easy_init() else { return nil }
        self.handle = handle
        self.idle = idle
    }

    deinit { idle.put(handle) }

    func set(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(handle, option, value) }
    func set(_ option: CURLoption, size: Int) { _ = ccurl_set_size(handle, option, curl_off_t(size)) }
    func set(_ option: CURLoption, _ value: String) { _ = ccurl_set_string(handle, option, value) }
    /// The pointer must outlive the transfer.
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        _ = ccurl_set_pointer(handle, option, pointer)
    }
    func set(_ option: CURLoption, list: borrowing HeaderList) {
        _ = ccurl_set_list(handle, option, list.list)
    }
}

/// The owner of easy handles that no transfer uses. Making one takes longer than setting one up anew.
final class IdleHandles: Sendable {
    /// As addresses, since a bare pointer is not Sendable: libcurl takes a handle on any thread, but on one at a time.
    private let addresses = Mutex<[UInt]>([])

    deinit {
        while let handle = take() { curl_easy_cleanup(handle) }
    }

    fileprivate func take() -> UnsafeMutableRawPointer? {
        addresses.withLock { $0.popLast() }.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
    }

    fileprivate func put(_ handle: UnsafeMutableRawPointer) {
        // Nothing of one request may be left for the next.
        curl_easy_reset(handle)
        let address = UInt(bitPattern: handle)
        addresses.withLock { $0.append(address) }
    }
}

/// The owner of a list of header lines; it must outlive the transfer that uses it.
struct HeaderList: ~Copyable {
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    init() {}

    deinit { curl_slist_free_all(list) }

    mutating func append(_ line: String) {
        // On failure, which is memory's, the list stays as it was; the signature then fails.
        if let longer = curl_slist_append(list, line) { list = longer }
    }
}

/// The owner of a multi handle, which drives transfers side by side and keeps connections.
struct MultiHandle: ~Copyable {
    let handle: UnsafeMutableRawPointer

    init?() {
        guard curlIsReady, let handle = curl_multi_init() else { return nil }
        self.handle = handle
    }

    deinit { curl_multi_cleanup(handle) }
}

/// Must be done once, before any thread uses libcurl; it is never undone, as the process ends.
private let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
