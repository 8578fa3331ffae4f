"""Cloud Storage's answers, canned: tokens, sessions, the XML API, and of the JSON API what its clients ask for."""

import json
from email.utils import formatdate
from urllib.parse import parse_qs, unquote

from answers import ETAG, multipart
from media import serve

GENERATION = "1700000000000000"
TOKEN = {"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}


def answer(connection, request, content, state):
    query = parse_qs(request.query, keep_blank_values=True)
    headers = {"date": formatdate(usegmt=True), "x-goog-generation": GENERATION, "etag": ETAG}
    if request.path == "/token":
        return send_json(connection, headers, TOKEN)
    if request.method == "PUT" and "upload_id" in query:
        return take_chunk(connection, request, content, state, headers)
    if request.method == "POST" and ("uploadType" in query or "x-goog-resumable" in request.headers):
        state.begin(request)
        return connection.answer("201 Created", {**headers, "location": session_uri(connection, request)})
    if request.method == "PUT":
        return take_part(connection, request, query, state, headers)
    if request.method == "DELETE":
        return connection.answer("204 No Content", headers)
    if "uploads" in query or "uploadId" in query:
        return take_multipart(connection, request, query, state, headers)
    return look_or_read(connection, request, query, content, state, headers)


def session_uri(connection, request):
    scheme = "https" if connection.encrypted else "http"
    return f"{scheme}://{request.headers['host']}{request.path}?upload_id=session"


def take_chunk(connection, request, content, state, headers):
    """`bytes 0-7/20`, `bytes 0-*/*` with all that there is, or `bytes */20`, which asks how much is there."""
    stated, _, total = request.headers.get("content-range", "").removeprefix("bytes ").partition("/")
    first, _, last = stated.partition("-")
    held = state.noted().get("content-length", 0)
    end = held if first in ("", "*") else int(first) + request.body_size
    state.sized(end)
    if last != "*" and (total in ("", "*") or end < int(total)):
        reached = {"range": f"bytes=0-{end - 1}"} if end > 0 else {}
        return connection.answer("308 Resume Incomplete", {**headers, **reached})
    return send_json(connection, headers, resource(request, content, state))


def take_part(connection, request, query, state, headers):
    if "partNumber" in query:
        state.add(int(query["partNumber"][0]), request.body_size, "")
    else:
        state.begin(request)
        state.note(request, request.body_size)
    connection.answer("200 OK", headers)


def take_multipart(connection, request, query, state, headers):
    before = state.noted()
    body = multipart(request, query, state)
    if request.method == "POST" and "uploadId" in query:
        # The type is that of the object, and not that of the request that puts it together.
        state.write({**before, "content-length": sum(size for _, size, _ in state.parts())})
    connection.answer("200 OK", {**headers, "content-type": "application/xml"}, body)


def look_or_read(connection, request, query, content, state, headers):
    served = content.named(unquote(request.path))
    if served is None or (request.path.startswith("/storage/") and query.get("alt") != ["media"]):
        return send_json(connection, headers, resource(request, content, state))
    stored = {"x-goog-stored-content-encoding": "identity", "x-goog-stored-content-length": served["size"]}
    whole = {"x-goog-hash": f"crc32c={served['crc32c']}", "accept-ranges": "bytes"}
    type_of = {"content-type": "application/octet-stream"}
    serve(connection, request, content, served, {**headers, **stored, **whole, **type_of})


def resource(request, content, state):
    """A served object by its name; any other key is what was uploaded last. Its digest is known by its size."""
    served = content.named(unquote(request.path))
    facts = {} if served else state.noted()
    size = served["size"] if served else facts.get("content-length", 0)
    metadata = {name[12:]: text for name, text in facts.items() if name.startswith("x-goog-meta-")}
    return {
        "kind": "storage#object",
        "size": str(size),
        "generation": GENERATION,
        "contentType": facts.get("content-type", "application/octet-stream"),
        "contentDisposition": facts.get("content-disposition", ""),
        "crc32c": content.of_size(size).get("crc32c", ""),
        "metadata": metadata,
    }


def send_json(connection, headers, value):
    connection.answer("200 OK", {**headers, "content-type": "application/json"}, json.dumps(value).encode())
