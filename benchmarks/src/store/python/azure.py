"""Blob Storage's answers, canned: single blobs, blocks and their lists, properties, and reading."""

from base64 import b64decode, b64encode
from email.utils import formatdate
from urllib.parse import parse_qs, unquote

from answers import element, xml
from azure_digests import block_fault, stated_digests, whole_fault
from media import serve

ETAG = '"0x8DA2F4B2C1D0E3F"'
# No blob has this name; the signer looks for it to learn that the container is there.
NOTHING = "mesibo-files-looks-whether-it-may"


def answer(connection, request, content, state):
    query = parse_qs(request.query, keep_blank_values=True)
    operation = query.get("comp", [""])[0]
    headers = {
        **{"date": formatdate(usegmt=True), "server": "Windows-Azure-Blob/1.0", "etag": ETAG},
        **{"last-modified": formatdate(0, usegmt=True), "x-ms-request-id": "0", "x-ms-version": "2026-04-06"},
    }
    if request.path.endswith(NOTHING):
        return connection.answer("404 Not Found", {**headers, "x-ms-error-code": "BlobNotFound"})
    if request.method == "PUT" and operation == "block":
        number = number_of(query["blockid"][0])
        if fault := block_fault(request, number, content):
            return connection.answer("400 Bad Request", {**headers, "x-ms-error-code": fault})
        take_block(request, number, state)
    elif request.method == "PUT" and operation == "blocklist":
        size = sum(size for _, size, _ in state.parts())
        if fault := whole_fault(request, size, content):
            return connection.answer("400 Bad Request", {**headers, "x-ms-error-code": fault})
        state.note(request, size)
    elif request.method == "PUT":
        state.begin(request)
        state.note(request, request.body_size)
    elif request.method == "DELETE":
        return connection.answer("202 Accepted", headers)
    elif operation == "blocklist":
        return connection.answer("200 OK", {**headers, "content-type": "application/xml"}, block_list(state))
    else:
        return look_or_read(connection, request, content, state, headers)
    return connection.answer("201 Created", {**headers, "x-ms-request-server-encrypted": "true"})


def number_of(block_id):
    """Six digits are ours; of others' blocks nobody asks for a list."""
    text = b64decode(unquote(block_id)).decode("latin-1")
    return int(text) if len(text) == 6 and text.isdigit() else None


def take_block(request, number, state):
    if number == 0:
        state.begin(request)
    elif number is not None:
        state.add(number, request.body_size, "")


def block_list(state):
    """What was staged, with the block 0 that begins an upload of ours; nothing is committed yet."""
    blocks = [(0, 1), *((number, size) for number, size, _ in state.parts())]
    rows = "".join(
        element("Block", element("Name", b64encode(f"{number:06}".encode()).decode()) + element("Size", size))
        for number, size in blocks
    )
    return xml("BlockList", "<CommittedBlocks />" + element("UncommittedBlocks", rows))


def look_or_read(connection, request, content, state, headers):
    """A served object by its name; under any other key what was uploaded last, of which only the facts are left."""
    headers = {**headers, "x-ms-blob-type": "BlockBlob", "accept-ranges": "bytes"}
    served = content.named(request.path)
    if served is None:
        return connection.answer("200 OK", {**headers, **facts_of(state.noted())}, size=0)
    headers["content-type"] = "application/octet-stream"
    serve(connection, request, content, served, {**headers, **stated_digests(request.path, served)})


def facts_of(noted):
    metadata = {name: text for name, text in noted.items() if name.startswith("x-ms-meta-")}
    return {
        **metadata,
        "content-length": noted.get("content-length", 0),
        "content-type": noted.get("x-ms-blob-content-type") or noted.get("content-type", ""),
        "content-disposition": noted.get("x-ms-blob-content-disposition", ""),
    }
