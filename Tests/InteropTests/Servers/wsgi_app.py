"""What gunicorn serves: every framing that WSGI allows."""

import os
from urllib.parse import parse_qs

PIECE = 65536


def content(size):
    return bytes(range(256)) * (size // 256) + bytes(range(size % 256))


def pieces(size):
    body = content(size)
    for start in range(0, size, PIECE):
        yield body[start:start + PIECE]


def cut_pieces(size):
    yield from pieces(size)
    raise RuntimeError("as asked")


def read_all(environ):
    stream = environ["wsgi.input"]
    parts = []
    while part := stream.read(PIECE):
        parts.append(part)
    return b"".join(parts)


def note(identifier):
    file = os.open("executed.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, identifier + b"\n")
    finally:
        os.close(file)


def application(environ, start_response):
    path = environ["PATH_INFO"]
    query = parse_qs(environ["QUERY_STRING"])
    size = int(query.get("size", ["0"])[0])

    def answer(status, body, *fields):
        start_response(status, [("Content-Length", str(len(body))), *fields])
        return [body]

    if path == "/echo":
        return answer("200 OK", read_all(environ))
    if path == "/method":
        return answer("200 OK", environ["REQUEST_METHOD"].encode())
    if path == "/length":
        return answer("200 OK", content(size))
    if path == "/chunked":
        start_response("200 OK", [("X-Framing", "chunked")])
        return pieces(size)
    if path == "/count":
        return answer("200 OK", str(len(read_all(environ))).encode())
    if path == "/note":
        identifier = read_all(environ)
        note(identifier)
        return answer("200 OK", identifier)
    if path == "/early":
        return answer("413 Content Too Large", b"enough")
    if path == "/cut":
        start_response("200 OK", [("Content-Length", str(size + 1))])
        return cut_pieces(size)
    if path == "/none":
        start_response("204 No Content", [])
        return []
    if path == "/unchanged":
        start_response("304 Not Modified", [("ETag", '"1"')])
        return []
    if path == "/raise":
        raise RuntimeError("as asked")
    return answer("404 Not Found", b"not found")
