"""An HTTP proxy in front of the local AWS that does to requests and answers what the plan says.

It hands on the bytes of a request as they came, the Host header too, so that signatures stay right.
"""

import asyncio
import json
import random
import re
import socket
import struct

import faults

_HEAD_LIMIT = 1 << 20
_LONGEST_WAIT = 1.5


class Request:
    """One request; `kind` is one of faults.REQUESTS and faults.PART_REQUESTS, or other."""

    def __init__(self, head, body):
        self.head = head
        self.body = body
        self.kind = _kind(head)

    @property
    def bytes(self):
        return self.head + self.body

    @property
    def path(self):
        return self.head.split(b" ", 2)[1].decode()

    @property
    def is_renewal(self):
        return self.kind == "visibility" and b'"VisibilityTimeout":0}' not in self.body


class Answer:
    def __init__(self, head, body):
        self.head = head
        self.body = body

    @property
    def ok(self):
        return self.head.split(b" ", 2)[1].startswith(b"2")

    @property
    def bytes(self):
        return self.head + self.body

    def with_body(self, body):
        return Answer(_with_length(self.head, len(body)), body)


class Proxy:
    """Listens between start() and stop(), for one seed.

    `take(request kind)` is asked for the fault of each request, None for none; `passed(kind, after)` is told
    of each request as it comes and when its answer is about to go out; `hit(fault kind, request kind)` of
    each fault that was done. `await meddle(path)` writes the object of a path as another writer would, and
    says whether it could. Without `renewals` no message may be hidden for longer than it was, only given back.
    """

    def __init__(self, upstream_port, seed, take, passed, hit, meddle, renewals=True):
        self.port = None
        self._last_sign = 0.0
        self._upstream_port = upstream_port
        # Of its own: how many requests come is no matter of the seed.
        self._rng = random.Random(f"proxy {seed}")
        self._take = take
        self._passed = passed
        self._hit = hit
        self._meddle = meddle
        self._renewals = renewals
        self._server = None
        self._tasks = set()
        self._busy = 0

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]
        self._last_sign = asyncio.get_running_loop().time()

    async def stop(self):
        if self._server:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def idle_seconds(self):
        """For how long nothing has been asked; 0 while a request is being answered."""
        return 0 if self._busy else asyncio.get_running_loop().time() - self._last_sign

    async def until_idle(self):
        """Returns when nothing that was sent is still on its way to AWS."""
        while self._busy:
            await asyncio.sleep(0.02)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while request := await _read_request(reader, writer):
                if not await self._exchange(request, writer):
                    break
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # the client went away
        except asyncio.CancelledError:
            pass  # by stop(); Python's streams would complain of it
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, request, writer):
        """Answers one request; whether the connection can be used for another."""
        self._busy += 1
        try:
            if request.is_renewal and not self._renewals:
                await _send(writer, _error("denied", request.kind))
                return True
            fault = self._take(request.kind)
            self._passed(request.kind, False)
            if fault is None:
                answer = await self._forward(request)
                self._passed(request.kind, True)
                await _send(writer, answer.bytes)
                return True
            return await self._do(fault, request, writer)
        finally:
            self._busy -= 1
            self._last_sign = asyncio.get_running_loop().time()

    async def _do(self, fault, request, writer):
        kind = fault.kind
        wait = fault.amount * _LONGEST_WAIT
        if kind == "delay":
            self._hit(kind, request.kind)
            await asyncio.sleep(wait)
        elif kind == "other-writer":
            if await self._meddle(request.path.partition("?")[0]):
                self._hit(kind, request.kind)
        elif kind == "reset":
            self._hit(kind, request.kind)
            return _reset(writer)
        elif kind == "late":
            self._hit(kind, request.kind)
            _reset(writer)
            await asyncio.sleep(wait)
            await self._forward(request)
            return False
        elif kind in _ERRORS and not kind.endswith("-after"):
            self._hit(kind, request.kind)
            self._passed(request.kind, True)
            await _send(writer, _error(kind, request.kind))
            return True

        answer = await self._forward(request)
        if kind == "request-twice":
            self._hit(kind, request.kind)
            answer = await self._forward(request)
        self._passed(request.kind, True)
        return await self._answer(fault, request, answer, writer)

    async def _answer(self, fault, request, answer, writer):
        kind = fault.kind
        if kind in ("delay", "request-twice", "other-writer"):
            await _send(writer, answer.bytes)
            return True
        if kind in _CHANGES:
            changed = _CHANGES[kind](answer, request, self._rng) if answer.ok else None
            if changed is not None:
                self._hit(kind, request.kind)
            await _send(writer, (changed or answer).bytes)
            return True
        if kind in ("drop-answer", "close-answer") or kind.endswith("-after"):
            # Of a request that failed they are nothing new.
            if not answer.ok:
                await _send(writer, answer.bytes)
                return True
            self._hit(kind, request.kind)
            if kind == "drop-answer":
                return _reset(writer)
            if kind.endswith("-after"):
                await _send(writer, _error(kind, request.kind))
                return True
            return False
        self._hit(kind, request.kind)
        if kind == "slow-answer":
            await asyncio.sleep(fault.amount * _LONGEST_WAIT)
            await _send(writer, answer.bytes)
            return True
        if kind == "answer-twice":
            await _send(writer, answer.bytes + answer.bytes)
            return True
        if kind == "drip":
            step = max(1, len(answer.bytes) // 8)
            for start in range(0, len(answer.bytes), step):
                await _send(writer, answer.bytes[start : start + step])
                await asyncio.sleep(0.02 + 0.05 * fault.amount)
            return True
        await _send(writer, _cut(kind, answer, fault.amount))
        return False

    async def _forward(self, request):
        """What AWS answers. The client's going away does not stop it, as it would not at AWS."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream_port, limit=_HEAD_LIMIT)
        try:
            writer.write(request.bytes)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            # Large bodies are announced by "Expect: 100-continue", which is handed on too.
            while head.split(b" ", 2)[1] == b"100":
                head = await reader.readuntil(b"\r\n\r\n")
            if _header(head, b"transfer-encoding") == b"chunked":
                body = await _read_chunks(reader)
                return Answer(_with_length(head, len(body)), body)
            status = head.split(b" ", 2)[1]
            length = 0 if status in (b"204", b"304") else int(_header(head, b"content-length") or 0)
            return Answer(head, await reader.readexactly(length))
        finally:
            writer.close()


async def _read_request(reader, writer):
    """The next request of a connection; None when there is none."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    if (_header(head, b"expect") or b"").lower() == b"100-continue":
        await _send(writer, b"HTTP/1.1 100 Continue\r\n\r\n")
    if _header(head, b"transfer-encoding") == b"chunked":
        raise OSError("the tools send no chunked requests")
    return Request(head, await reader.readexactly(int(_header(head, b"content-length") or 0)))


async def _read_chunks(reader):
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


async def _send(writer, data):
    writer.write(data)
    await writer.drain()


def _reset(writer):
    """Ends the connection by RST; for the caller's convenience False."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


def _kind(head):
    method = head.split(b" ", 1)[0]
    target = _header(head, b"x-amz-target")
    if target:
        action = target.decode().rpartition(".")[2]
        return {
            "ReceiveMessage": "receive",
            "DeleteMessageBatch": "delete",
            "ChangeMessageVisibilityBatch": "visibility",
            "GetQueueAttributes": "attributes",
        }.get(action, "other")
    query = head.split(b" ", 2)[1].partition(b"?")[2]
    if b"uploadId=" in query:
        return {b"PUT": "part", b"POST": "complete", b"DELETE": "abort"}.get(method, "other")
    if method == b"POST" and query.startswith(b"uploads"):
        return "create"
    return {b"GET": "get", b"PUT": "put"}.get(method, "other")


def _header(head, name):
    found = re.search(rb"(?im)^" + re.escape(name) + rb":[ \t]*(.*?)[ \t]*\r$", head)
    return found and found[1]


def _with_length(head, length):
    """The head with this Content-Length, or without any for None; not chunked in either case."""
    head = re.sub(rb"(?im)^(content-length|transfer-encoding):.*\r\n", b"", head)
    if length is None:
        return head
    return head[:-2] + b"Content-Length: %d\r\n\r\n" % length


def _cut(kind, answer, amount):
    if kind == "truncate-head":
        return answer.head[: int(len(answer.head) * amount)]
    part = answer.body[: int(len(answer.body) * amount)]
    if kind == "truncate-unsized":
        return _with_length(answer.head, None)[:-2] + b"Connection: close\r\n\r\n" + part
    if not part and not answer.body:
        return answer.head[:-2]
    return answer.head + part


# --- Answers of errors ---------------------------------------------------------------------------

# Status, and the code as SQS and S3 have it.
_ERRORS = {
    "500": (500, "InternalError"),
    "500-after": (500, "InternalError"),
    "502-html": (502, None),
    "503": (503, "ServiceUnavailable"),
    "503-empty": (503, None),
    "slow-down": (503, "SlowDown"),
    "throttled-403": (403, "RequestThrottled"),
    "expired-token": (400, "ExpiredToken"),
    "skewed-clock": (403, "RequestTimeTooSkewed"),
    "denied": (403, "AccessDenied"),
    "over-limit": (403, "OverLimit"),
    "conflict-409": (409, "ConditionalRequestConflict"),
    "error-in-200": (200, "InternalError"),
    "forgotten-after": (404, "NoSuchUpload"),
}


def _error(kind, request_kind):
    status, code = _ERRORS[kind]
    type_, body = b"text/html", b"" if kind == "503-empty" else b"<html>Bad Gateway</html>"
    if code and request_kind in ("get", "put", *faults.PART_REQUESTS):
        type_ = b"application/xml"
        body = f"<Error><Code>{code}</Code><Message>by plan</Message></Error>".encode()
    elif code:
        type_ = b"application/x-amz-json-1.0"
        body = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": "by plan"}).encode()
    head = b"HTTP/1.1 %d By Plan\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (status, type_, len(body)) + body


# --- Answers that are changed --------------------------------------------------------------------


def _of_messages(change):
    """A change of what ReceiveMessage brought; none where it brought nothing."""

    def apply(answer, _, rng):
        content = json.loads(answer.body)
        if not content.get("Messages"):
            return None
        content["Messages"] = change(content["Messages"], rng)
        if not content["Messages"]:
            del content["Messages"]
        return answer.with_body(json.dumps(content).encode())

    return apply


def _garbled(messages, rng):
    message = rng.choice(messages)
    at = rng.randrange(len(message["Body"]))
    other = "x" if message["Body"][at] != "x" else "y"
    message["Body"] = message["Body"][:at] + other + message["Body"][at + 1 :]
    return messages


def _twice(messages, rng):
    return messages + rng.sample(messages, rng.randint(1, len(messages)))


def _withheld(messages, rng):
    return rng.sample(messages, rng.randrange(len(messages)))


def _shuffled(messages, rng):
    return rng.sample(messages, len(messages))


def _some_failed(answer, request, rng):
    """Some that were deleted are said to have failed."""
    content = json.loads(answer.body)
    done = content.get("Successful") or []
    if not done:
        return None
    failed = rng.sample(done, rng.randint(1, len(done)))
    content["Successful"] = [each for each in done if each not in failed]
    content["Failed"] = content.get("Failed", []) + [
        {"Id": each["Id"], "Code": "InternalError", "SenderFault": rng.random() < 0.3} for each in failed
    ]
    return answer.with_body(json.dumps(content).encode())


_CHANGES = {
    "garble": _of_messages(_garbled),
    "deliver-twice": _of_messages(_twice),
    "withhold": _of_messages(_withheld),
    "shuffle": _of_messages(_shuffled),
    "some-failed": _some_failed,
}
