"""Servers on loopback that play GitHub's part."""

import functools
import http.server
import threading


class _Server:
    def __init__(self, handler):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class FileServer(_Server):
    """Has the files below a folder, as releases have their assets."""

    class _Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def __init__(self, directory):
        super().__init__(functools.partial(self._Handler, directory=directory))


class Recorder(_Server):
    """Answers each PUT with this status; `requests` has (method, path, Authorization) of each."""

    def __init__(self, status):
        self.requests = recorded = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                recorded.append((self.command, self.path, self.headers.get("Authorization")))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(Handler)
