"""The objects that are served: one block of random bytes, repeated. Nothing is stored or worked out per request."""

import os


class Content:
    def __init__(self, block_file, objects):
        """`objects`: name to size and digests in base64. An object's last block may be cut short."""
        with open(block_file, "rb") as file:
            self.block = file.read()
        self.file = os.open(block_file, os.O_RDONLY)
        self.objects = objects

    def named(self, path):
        return self.objects.get(path.rpartition("/")[2])

    def of_size(self, size):
        """What is served in this size; inputs of uploads are the same bytes, so it tells their digests, too."""
        return self.objects.get(f"object-{size}", {})

    def pieces(self):
        """Digests of the pieces that the objects consist of, by their bytes as text."""
        return {size: digests for served in self.objects.values() for size, digests in served["pieces"].items()}

    def send(self, connection, first, count):
        """Writes `count` bytes from offset `first`: out of the page cache over TCP, out of memory over TLS."""
        size = len(self.block)
        view = memoryview(self.block)
        while count > 0:
            at = first % size
            length = min(size - at, count)
            if connection.encrypted:
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
