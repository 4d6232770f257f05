"""As much of SQS and S3 as a drain needs: a queue of so many messages, and a bucket that was empty.

    python small_aws.py PORT MESSAGES

A message that was received is hidden for good; deletes are counted by nobody but the tools.
"""
import asyncio
import json
import sys

import canned_messages


class Aws:
    def __init__(self, count):
        self.left = count
        self.count = count

    def answer(self, head, body):
        """Status and body for a request."""
        method = head.split(b" ", 1)[0]
        action = canned_messages.header(head, b"x-amz-target")
        if not action:
            return (b"404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>") if method == b"GET" else (b"200 OK", b"")
        return b"200 OK", json.dumps(self.act(action.rpartition(b".")[2], json.loads(body)), separators=(",", ":")).encode()

    def act(self, action, request):
        if action == b"GetQueueAttributes":
            return canned_messages.ATTRIBUTES
        if action != b"ReceiveMessage":
            return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]]}
        first = self.count - self.left
        taken = min(self.left, request["MaxNumberOfMessages"])
        self.left -= taken
        return {"Messages": [canned_messages.message(first + number) for number in range(taken)]} if taken else {}


async def serve(aws, reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if canned_messages.header(head, b"expect"):
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(int(canned_messages.header(head, b"content-length") or 0))
            status, answer = aws.answer(head, body)
            writer.write(b'HTTP/1.1 %s\r\nETag: "e"\r\nContent-Length: %d\r\n\r\n%s' % (status, len(answer), answer))
            await writer.drain()
    except (OSError, EOFError):
        pass
    finally:
        writer.close()


async def main(port, count):
    aws = Aws(count)
    server = await asyncio.start_server(lambda *streams: serve(aws, *streams), "127.0.0.1", port, limit=1 << 20)
    async with server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
