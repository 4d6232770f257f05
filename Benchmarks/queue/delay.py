"""A proxy that hands every piece of a connection on some time after it came, as a long way does.

    python delay.py PORT UPSTREAM_PORT SECONDS
"""
import asyncio
import sys


async def hand_on(reader, writer, seconds):
    """All pieces in their order, each so much later; the end too."""
    loop = asyncio.get_running_loop()
    pieces = asyncio.Queue()

    async def write():
        while piece := await pieces.get():
            due, data = piece
            await asyncio.sleep(max(0, due - loop.time()))
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()

    writing = asyncio.create_task(write())
    try:
        while True:
            data = await reader.read(1 << 18)
            pieces.put_nowait((loop.time() + seconds, data))
            if not data:
                break
        await writing
    except OSError:
        writing.cancel()
        writer.close()


async def main(port, upstream, seconds):
    async def serve(reader, writer):
        try:
            # A connection takes a way there and back before anything can be sent.
            await asyncio.sleep(2 * seconds)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", upstream, limit=1 << 18)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            hand_on(reader, far_writer, seconds), hand_on(far_reader, writer, seconds), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 18)
    async with server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
