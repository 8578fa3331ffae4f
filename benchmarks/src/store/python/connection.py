"""HTTP/1.1 on one socket, no more of it than a benchmark's clients speak. Bodies are thrown away unread."""

import mmap
import socket
import ssl
import sys

# Mapped and not touched where the kernel throws the bytes away, so its size costs nothing.
SCRATCH = 64 * 1024 * 1024
HEAD = 64 * 1024
# Linux only: bytes of a TCP stream are dropped in the kernel, without a copy.
DROP = socket.MSG_TRUNC | socket.MSG_WAITALL if sys.platform == "linux" else 0


class Request:
    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        self.method, target, _ = lines[0].split(" ", 2)
        self.path, _, self.query = target.partition("?")
        pairs = (line.partition(":") for line in lines[1:])
        self.headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self.body_size = 0


class Connection:
    def __init__(self, sock):
        self.socket = sock
        self.encrypted = isinstance(sock, ssl.SSLSocket)
        self.ahead = b""
        self.scratch = memoryview(mmap.mmap(-1, SCRATCH))

    def next_request(self):
        """The next head, or None when the client hung up."""
        while (end := self.ahead.find(b"\r\n\r\n")) < 0:
            if not self.receive():
                return None
        head, self.ahead = self.ahead[:end], self.ahead[end + 4 :]
        return Request(head)

    def receive(self):
        data = self.socket.recv(HEAD)
        self.ahead += data
        return len(data) > 0

    def line(self):
        while (end := self.ahead.find(b"\r\n")) < 0:
            if not self.receive():
                raise ConnectionError("cut off")
        found, self.ahead = self.ahead[:end], self.ahead[end + 2 :]
        return found

    def drop(self, count):
        held = min(count, len(self.ahead))
        self.ahead = self.ahead[held:]
        count -= held
        flags = 0 if self.encrypted else DROP
        while count > 0:
            got = self.socket.recv_into(self.scratch, min(count, SCRATCH), flags)
            if got == 0:
                raise ConnectionError("cut off")
            count -= got

    def drop_body(self, request):
        if request.headers.get("expect", "").lower() == "100-continue":
            self.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if request.headers.get("transfer-encoding", "").lower() != "chunked":
            request.body_size = int(request.headers.get("content-length", "0"))
            self.drop(request.body_size)
            return
        while (size := int(self.line().split(b";")[0], 16)) > 0:
            self.drop(size)
            self.line()
            request.body_size += size
        while self.line():
            pass

    def answer(self, status, headers, body=b"", size=None):
        """Sends the head and `body`; with `size` the caller sends that many bytes itself."""
        fields = {"content-length": len(body) if size is None else size, **headers}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
        self.socket.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
