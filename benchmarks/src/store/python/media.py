"""Bytes of a served object, whole or a range of it, for the clouds whose headers are their own."""

from content import requested_range


def serve(connection, request, content, served, headers):
    size = served["size"]
    asked = request.headers.get("x-ms-range") or request.headers.get("range", "")
    wanted = requested_range(asked, size)
    first, count = wanted or (0, size)
    if wanted:
        headers = {**headers, "content-range": f"bytes {first}-{first + count - 1}/{size}"}
    connection.answer("206 Partial Content" if wanted else "200 OK", headers, size=count)
    if request.method == "GET":
        content.send(connection, first, count)
