"""S3's answers, canned: as much of them as the clients of this benchmark look at."""

import json
import mmap
import struct
from email.utils import formatdate
from urllib.parse import parse_qs

from content import requested_range

ETAG = '"9bb58f26192e4ba00f01e2e7b136bbd8"'
PARTS = 10_000
SLOT = struct.Struct("<Q16s")
NOTE = 4096
KEPT = ("content-type", "content-disposition", "x-amz-checksum-crc32", "x-amz-checksum-type")


class State:
    """The parts received since the last upload began, and what is known of the last object. Shared by all processes."""

    def __init__(self):
        self.memory = mmap.mmap(-1, NOTE + SLOT.size * (PARTS + 1))

    def begin(self, request):
        self.memory[:] = bytes(len(self.memory))
        self.note(request, 0)

    def note(self, request, size):
        kept = {name: value for name, value in request.headers.items() if name in KEPT or name.startswith("x-amz-meta-")}
        text = json.dumps({**self.noted(), **kept, "content-length": size}).encode()
        self.memory[:NOTE] = text.ljust(NOTE, b"\0")

    def noted(self):
        return json.loads(self.memory[:NOTE].rstrip(b"\0") or b"{}")

    def add(self, number, size, crc32):
        SLOT.pack_into(self.memory, NOTE + number * SLOT.size, size + 1, crc32.encode())

    def parts(self):
        for number in range(1, PARTS + 1):
            size, crc32 = SLOT.unpack_from(self.memory, NOTE + number * SLOT.size)
            if size > 0:
                yield number, size - 1, crc32.rstrip(b"\0").decode()


def xml(name, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inner}</{name}>'.encode()


def list_parts(state, after):
    wanted = [part for part in state.parts() if part[0] > after]
    rows = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{ETAG}</ETag><Size>{size}</Size>"
        + (f"<ChecksumCRC32>{crc32}</ChecksumCRC32>" if crc32 else "")
        + "</Part>"
        for number, size, crc32 in wanted[:1000]
    )
    marker = wanted[999][0] if len(wanted) > 1000 else 0
    more = f"<IsTruncated>{str(len(wanted) > 1000).lower()}</IsTruncated><NextPartNumberMarker>{marker}</NextPartNumberMarker>"
    return xml("ListPartsResult", f"<UploadId>upload</UploadId><MaxParts>1000</MaxParts>{more}{rows}")


def answer(connection, request, content, state):
    query = parse_qs(request.query, keep_blank_values=True)
    headers = {"date": formatdate(usegmt=True), "x-amz-request-id": "0", "content-type": "application/xml"}
    if request.method in ("GET", "HEAD") and "uploadId" not in query:
        return serve(connection, request, content, state, headers)
    if request.method == "POST" and "uploads" in query:
        state.begin(request)
        return connection.answer("200 OK", headers, xml("InitiateMultipartUploadResult", "<UploadId>upload</UploadId>"))
    if request.method == "PUT" and "partNumber" in query:
        crc32 = request.headers.get("x-amz-checksum-crc32", "")
        state.add(int(query["partNumber"][0]), request.body_size, crc32)
        echo = {"x-amz-checksum-crc32": crc32} if crc32 else {}
        return connection.answer("200 OK", {**headers, "etag": ETAG, **echo})
    if request.method == "GET":
        after = int(query.get("part-number-marker", ["0"])[0])
        return connection.answer("200 OK", headers, list_parts(state, after))
    if request.method == "POST":
        state.note(request, sum(size for _, size, _ in state.parts()))
        return connection.answer("200 OK", headers, xml("CompleteMultipartUploadResult", f"<ETag>{ETAG}</ETag>"))
    if request.method == "DELETE":
        return connection.answer("204 No Content", headers)
    state.note(request, request.body_size)
    return connection.answer("200 OK", {**headers, "etag": ETAG})


def serve(connection, request, content, state, headers):
    """The object: what was uploaded last for HEAD of any other key, the served content for `…/served`."""
    headers = {**headers, "etag": ETAG, "accept-ranges": "bytes", "last-modified": formatdate(0, usegmt=True)}
    if not request.path.endswith("/served"):
        return connection.answer("200 OK", {**headers, **state.noted()}, size=0)
    headers["content-type"] = "application/octet-stream"
    wanted = requested_range(request.headers.get("range", ""), content.size)
    first, count = wanted or (0, content.size)
    if wanted:
        headers["content-range"] = f"bytes {first}-{first + count - 1}/{content.size}"
    elif request.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED":
        headers.update({"x-amz-checksum-crc32": content.crc32, "x-amz-checksum-type": "FULL_OBJECT"})
    connection.answer("206 Partial Content" if wanted else "200 OK", headers, size=count)
    if request.method == "GET":
        content.send(connection, first, count)
