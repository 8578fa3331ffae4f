"""Digests as Azure compares them, though what is sent is thrown away: all files here are one block over and over."""

from base64 import b64decode, b64encode

META = "x-ms-meta-mesibo"


def block_fault(request, number, content):
    """What is wrong with the digest of a block of ours; of others' blocks, which state none, nothing is known."""
    if not number:
        return None
    expected = content.pieces().get(str(request.body_size), {"crc64nvme": "", "md5": ""})
    crc64, md5 = request.headers.get("x-ms-content-crc64"), request.headers.get("content-md5")
    if crc64 is None and md5 is None:
        return "MissingRequiredHeader"
    if crc64 is not None and crc64 != reverse(expected["crc64nvme"]):
        return "Crc64Mismatch"
    return "Md5Mismatch" if md5 is not None and md5 != expected["md5"] else None


def reverse(digest):
    """Azure writes a CRC-64 with its least significant byte first."""
    return b64encode(b64decode(digest)[::-1]).decode()


def whole_fault(request, size, content):
    """What is wrong with the digests in the metadata. Azure would not know; what was read back would be refused."""
    served = content.of_size(size)
    expected = stated_digests("", served) | stated_digests("/md5/", served) if served else {}
    wrong = [name for name, text in request.headers.items() if name in expected and text != str(expected[name])]
    return "InvalidMetadata" if wrong else None


def stated_digests(path, served):
    """The metadata of a served object; under /wrong-.../ one digest alone, which is not its own."""
    crc64, crc32 = {f"{META}crc64": served["crc64nvme"]}, {f"{META}crc32": served["crc32"]}
    md5 = {f"{META}md5pieces": served["md5Pieces"], f"{META}piecesize": served["pieceSize"]}
    if "/wrong-crc64/" in path:
        return {f"{META}crc64": b64encode(bytes(8)).decode()}
    if "/wrong-crc32/" in path:
        return {f"{META}crc32": b64encode(bytes(4)).decode()}
    if "/wrong-md5/" in path:
        return {**md5, f"{META}md5pieces": b64encode(bytes(16)).decode()}
    return md5 if "/md5/" in path else {**crc64, **crc32}
