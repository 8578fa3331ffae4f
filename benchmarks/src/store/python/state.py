"""What was received, in memory that all processes share: parts by number, and the headers of the last object."""

import json
import mmap
import struct

PARTS = 10_000
SLOT = struct.Struct("<Q16s")
NOTE = 4096
KEPT = (
    *("content-type", "content-disposition", "x-amz-checksum-crc32", "x-amz-checksum-type"),
    *("x-ms-blob-content-type", "x-ms-blob-content-disposition"),
)
METADATA = ("x-amz-meta-", "x-goog-meta-", "x-ms-meta-")


class State:
    def __init__(self):
        self.memory = mmap.mmap(-1, NOTE + SLOT.size * (PARTS + 1))

    def begin(self, request):
        self.memory[:] = bytes(len(self.memory))
        self.note(request, 0)

    def note(self, request, size):
        kept = {
            name: value
            for name, value in request.headers.items()
            if name in KEPT or name.startswith(METADATA)
        }
        self.write({**self.noted(), **kept, "content-length": size})

    def sized(self, size):
        """Notes the size, and leaves the rest as it is."""
        self.write({**self.noted(), "content-length": size})

    def write(self, facts):
        self.memory[:NOTE] = json.dumps(facts).encode().ljust(NOTE, b"\0")

    def noted(self):
        return json.loads(self.memory[:NOTE].rstrip(b"\0") or b"{}")

    def add(self, number, size, crc32):
        # One more than the size, so that an empty part is told from none.
        SLOT.pack_into(self.memory, NOTE + number * SLOT.size, size + 1, crc32.encode())
        # Number 0 is no part: its slot holds the highest number, so that a list of one part costs no walk over all.
        highest, _ = SLOT.unpack_from(self.memory, NOTE)
        if number > highest:
            SLOT.pack_into(self.memory, NOTE, number, b"")

    def parts(self):
        highest, _ = SLOT.unpack_from(self.memory, NOTE)
        for number in range(1, highest + 1):
            size, crc32 = SLOT.unpack_from(self.memory, NOTE + number * SLOT.size)
            if size > 0:
                yield number, size - 1, crc32.rstrip(b"\0").decode()
