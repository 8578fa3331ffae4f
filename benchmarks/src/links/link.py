"""A link that is slow: a TCP proxy that delays and limits each connection and the whole.

Settings in JSON on the first line of standard input: port (of the target on loopback), delay (round trip, in seconds),
each and whole (bytes a second in each direction, or null). Prints its own port. Ends with its standard input.

It holds as little as a link does: what was sent and is not there yet. Its sockets take the segments of an Ethernet and
have small buffers, or the client's system would swallow megabytes at once, as it does on loopback alone.
"""

import asyncio
import json
import os
import socket
import sys

SEGMENT = 1448
BUFFER = 32 * 1024


class Rate:
    """Lets through so many bytes a second, in the order of asking."""

    def __init__(self, bytes_per_second):
        self.rate = bytes_per_second
        self.free_at = 0.0

    def reserve(self, count, now):
        """When so many bytes are through."""
        if self.rate is None:
            return now
        # A busy machine wakes us late: up to a tenth of a second is made up for.
        self.free_at = max(self.free_at, now - 0.1) + count / self.rate
        return self.free_at


def chunk_of(rates):
    """Bytes taken at once: some 40 ms of the slowest rate, or many would wait behind one."""
    least = min([rate.rate for rate in rates if rate.rate is not None], default=None)
    return 64 * 1024 if least is None else int(min(64 * 1024, max(SEGMENT, least * 0.04)))


async def pump(reader, writer, rates, delay, first_delay):
    loop = asyncio.get_running_loop()
    arriving = asyncio.Queue()
    size = chunk_of(rates)

    async def deliver():
        while True:
            at, data = await arriving.get()
            wait = at - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            if data is None:
                writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    delivering = asyncio.ensure_future(deliver())
    extra = first_delay
    try:
        while not delivering.done():
            data = await reader.read(size)
            now = loop.time()
            through = now
            for rate in rates:
                through = max(through, rate.reserve(max(1, len(data)), now))
            arriving.put_nowait((through + delay + extra, data or None))
            extra = 0.0
            if not data:
                break
            # The next is taken when this one is on its way: what waits stays with the sender.
            if through - loop.time() > 0.002:
                await asyncio.sleep(through - loop.time())
        await delivering
    finally:
        delivering.cancel()


async def main():
    settings = json.loads(sys.stdin.readline())
    way = settings["delay"] / 2
    up, down = Rate(settings["whole"]), Rate(settings["whole"])

    async def on_client(reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", settings["port"], limit=BUFFER)
        except OSError:
            writer.close()
            return
        each = settings["each"]
        try:
            # The handshake takes a round trip before the first byte.
            await asyncio.gather(
                pump(reader, back, [Rate(each), up], way, settings["delay"]),
                pump(there, writer, [Rate(each), down], way, 0.0),
            )
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            back.close()
            writer.close()

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
    listener.bind(("127.0.0.1", 0))
    await asyncio.start_server(on_client, sock=listener, limit=BUFFER)
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # Connections that are open are nobody's any more.
    os._exit(0)


asyncio.run(main())
