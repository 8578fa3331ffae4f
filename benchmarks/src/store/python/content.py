"""The object that is served: one block of random bytes, repeated. Nothing is stored or worked out per request."""

import os
import random

BLOCK = 8 * 1024 * 1024


class Content:
    def __init__(self, size, crc32, seed):
        self.size = size
        self.crc32 = crc32
        self.block = random.Random(seed).randbytes(BLOCK)
        self.file = os.memfd_create("block") if hasattr(os, "memfd_create") else None
        if self.file is not None:
            os.write(self.file, self.block)

    def send(self, connection, first, count):
        """Writes `count` bytes from offset `first`: from the page cache over TCP, record by record over TLS."""
        view = memoryview(self.block)
        while count > 0:
            at = first % BLOCK
            length = min(BLOCK - at, count)
            if connection.encrypted or self.file is None:
                connection.socket.sendall(view[at : at + length])
                sent = length
            else:
                sent = os.sendfile(connection.socket.fileno(), self.file, at, length)
            first += sent
            count -= sent


def requested_range(header, size):
    """First byte and count of `bytes=a-b`, `bytes=a-` or `bytes=-n`; None without a range."""
    if not header.startswith("bytes="):
        return None
    first, _, last = header[6:].partition("-")
    if first == "":
        return max(0, size - int(last)), min(size, int(last))
    end = min(size - 1, int(last)) if last else size - 1
    return int(first), end - int(first) + 1
