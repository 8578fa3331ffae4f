"""A store that throws uploads away and serves a few objects: a process per connection, so that no lock is shared.

Reads its settings as one line of JSON, prints its ports as one line of JSON when it is ready, and serves until its
standard input ends.
"""

import json
import os
import selectors
import signal
import socket
import ssl
import sys

import answers
import azure
import gcs
from connection import Connection
from content import Content
from state import State


ANSWERS = {"s3": answers.answer, "gcs": gcs.answer, "azure": azure.answer}


def serve_connection(sock, tls, answer, content, state):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if tls:
        sock = tls.wrap_socket(sock, server_side=True)
    connection = Connection(sock)
    while request := connection.next_request():
        connection.drop_body(request)
        answer(connection, request, content, state)


def reap(*_):
    """Waited for, so that their CPU time is added to this process's."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        pass


def accept(server, tls, answer, content, state):
    sock, _ = server.accept()
    if os.fork() > 0:
        sock.close()
        return
    server.close()
    try:
        serve_connection(sock, tls, answer, content, state)
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        os._exit(0)


def main():
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    settings = json.loads(sys.stdin.readline())
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(settings["cert"], settings["key"])
    content = Content(settings["block"], settings["objects"])
    state = State()
    answer = ANSWERS[settings["cloud"]]
    ready = selectors.DefaultSelector()
    ports = {}
    for scheme, context in (("http", None), ("https", tls)):
        server = socket.create_server(("127.0.0.1", 0), backlog=128)
        ports[scheme] = server.getsockname()[1]
        ready.register(server, selectors.EVENT_READ, context)
    ready.register(sys.stdin, selectors.EVENT_READ)
    signal.signal(signal.SIGCHLD, reap)
    print(json.dumps(ports), flush=True)
    while True:
        for key, _ in ready.select():
            if key.fileobj is sys.stdin:
                os.killpg(0, signal.SIGKILL)
            accept(key.fileobj, key.data, answer, content, state)


main()
