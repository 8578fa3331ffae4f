"""S3's answers, canned: as much of them as the clients of this benchmark look at."""

from email.utils import formatdate
from urllib.parse import parse_qs

from content import requested_range

ETAG = '"9bb58f26192e4ba00f01e2e7b136bbd8"'


def answer(connection, request, content, state):
    query = parse_qs(request.query, keep_blank_values=True)
    headers = {"date": formatdate(usegmt=True), "x-amz-request-id": "0"}
    if request.method in ("GET", "HEAD") and "uploadId" not in query:
        return serve(connection, request, content, state, headers)
    if request.method == "PUT" and "partNumber" in query:
        crc32 = request.headers.get("x-amz-checksum-crc32", "")
        state.add(int(query["partNumber"][0]), request.body_size, crc32)
        return connection.answer("200 OK", {**headers, "etag": ETAG, **checksum(crc32)})
    if request.method == "PUT":
        state.begin(request)
        state.note(request, request.body_size)
        return connection.answer("200 OK", {**headers, "etag": ETAG})
    if request.method == "DELETE":
        return connection.answer("204 No Content", headers)
    headers["content-type"] = "application/xml"
    return connection.answer("200 OK", headers, multipart(request, query, state))


def checksum(crc32):
    return {"x-amz-checksum-crc32": crc32} if crc32 else {}


def multipart(request, query, state):
    if "uploads" in query:
        state.begin(request)
        return xml("InitiateMultipartUploadResult", "<UploadId>upload</UploadId>")
    if request.method == "GET":
        return list_parts(state, int(query.get("part-number-marker", ["0"])[0]))
    state.note(request, sum(size for _, size, _ in state.parts()))
    crc32 = element("ChecksumCRC32", request.headers.get("x-amz-checksum-crc32", ""))
    return xml("CompleteMultipartUploadResult", f"<ETag>{ETAG}</ETag>{crc32}")


def list_parts(state, after):
    wanted = [part for part in state.parts() if part[0] > after]
    page = wanted[:1000]
    rows = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{ETAG}</ETag><Size>{size}</Size>"
        f"{element('ChecksumCRC32', crc32)}</Part>"
        for number, size, crc32 in page
    )
    more = len(wanted) > len(page)
    marker = element("NextPartNumberMarker", str(page[-1][0]) if more else "")
    truncated = element("IsTruncated", str(more).lower())
    return xml("ListPartsResult", f"<UploadId>upload</UploadId>{truncated}{marker}{rows}")


def element(name, text):
    return f"<{name}>{text}</{name}>" if text else ""


def xml(name, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inner}</{name}>'.encode()


def serve(connection, request, content, state, headers):
    """A served object by its name; under any other key what was uploaded last, of which only the facts are left."""
    headers = {**headers, "etag": ETAG, "accept-ranges": "bytes", "last-modified": formatdate(0, usegmt=True)}
    served = content.named(request.path)
    if served is None:
        return connection.answer("200 OK", {**headers, **state.noted()}, size=0)
    headers["content-type"] = "application/octet-stream"
    size = served["size"]
    wanted = requested_range(request.headers.get("range", ""), size)
    first, count = wanted or (0, size)
    if wanted:
        headers["content-range"] = f"bytes {first}-{first + count - 1}/{size}"
    elif request.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED":
        headers.update({**checksum(served["crc32"]), "x-amz-checksum-type": "FULL_OBJECT"})
    connection.answer("206 Partial Content" if wanted else "200 OK", headers, size=count)
    if request.method == "GET":
        content.send(connection, first, count)
