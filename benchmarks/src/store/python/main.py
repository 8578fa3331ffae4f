"""A store that throws uploads away and serves one object: a process per connection, so that no lock is shared.

Prints one line of JSON when it is ready, and serves until its standard input ends.
"""

import argparse
import json
import os
import signal
import socket
import ssl
import sys

from answers import State, answer
from connection import Connection
from content import Content


def serve_connection(sock, tls, content, state):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if tls:
        sock = tls.wrap_socket(sock, server_side=True)
    connection = Connection(sock)
    while request := connection.next_request():
        connection.drop_body(request)
        answer(connection, request, content, state)


def listen(tls, content, state):
    """A process that accepts, and one more per connection. Answers the port."""
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    if "RCV" in os.environ: server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(os.environ["RCV"]))
    if "CC" in os.environ: server.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, os.environ["CC"].encode())
    if os.fork() > 0:
        return server.getsockname()[1]
    # Ended children are reaped by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        sock, _ = server.accept()
        if os.fork() == 0:
            server.close()
            try:
                serve_connection(sock, tls, content, state)
            except (ConnectionError, ssl.SSLError):
                pass
            os._exit(0)
        sock.close()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--size", type=int, required=True)
    options.add_argument("--crc32", required=True)
    options.add_argument("--seed", type=int, required=True)
    options.add_argument("--cert")
    options.add_argument("--key")
    chosen = options.parse_args()
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    content = Content(chosen.size, chosen.crc32, chosen.seed)
    state = State()
    ports = {"http": listen(None, content, state)}
    if chosen.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(chosen.cert, chosen.key)
        ports["https"] = listen(tls, content, state)
    print(json.dumps(ports), flush=True)
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


main()
