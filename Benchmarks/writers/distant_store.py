"""S3 at a distance: hands requests on to a store on loopback, late, and counts what came of them."""
import collections
import http.client
import http.server
import threading
import time

# 412 and 409, and 404 where the object that an If-Match names is gone.
REFUSALS = (404, 409, 412)


class DistantStore(http.server.ThreadingHTTPServer):
    """Listens on loopback from its making until its `with` ends.

    A request reaches the store after half of the delay, and its answer comes after the other half: between a read and
    the write that rests on it lies a whole delay, in which others can write.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port, delay):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream_port = port
        self.delay = delay
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._lock = threading.Lock()
        self._counts = collections.Counter()
        self._bytes = collections.Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def note(self, method, status, size):
        with self._lock:
            self._counts[method, status] += 1
            self._bytes[method, status] += size

    def count(self, method, *statuses):
        """How many such requests were answered so; by any status where none is named."""
        return _sum(self._counts, method, statuses)

    def bytes(self, method, *statuses):
        """The bytes of their bodies."""
        return _sum(self._bytes, method, statuses)

    def statuses(self, method):
        return {status for each, status in self._counts if each == method}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else a small answer waits for the acknowledgement of its head.
    disable_nagle_algorithm = True
    wbufsize = -1

    def _hand_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.server.delay / 2)
        # The Host header too, as it came: it is signed.
        store = http.client.HTTPConnection("127.0.0.1", self.server.upstream_port)
        store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "expect":
                store.putheader(name, value)
        store.endheaders(body)
        answer = store.getresponse()
        content = answer.read()
        store.close()
        time.sleep(self.server.delay / 2)
        self.server.note(self.command, answer.status, len(body))
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = _hand_on

    def log_message(self, *_):
        pass


def _sum(counter, method, statuses):
    return sum(count for (each, status), count in counter.items()
               if each == method and (not statuses or status in statuses))
