"""What uvicorn serves: every framing that ASGI allows."""

from urllib.parse import parse_qs

from wsgi_app import content, note, pieces


async def read_all(receive):
    parts = []
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise ConnectionError("the client left")
        parts.append(event.get("body", b""))
        if not event.get("more_body", False):
            return b"".join(parts)


async def application(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    path = scope["path"]
    query = parse_qs(scope["query_string"].decode())
    size = int(query.get("size", ["0"])[0])

    async def start(status, *fields):
        await send({"type": "http.response.start", "status": status, "headers": fields})

    async def answer(status, body, *fields):
        await start(status, (b"content-length", str(len(body)).encode()), *fields)
        await send({"type": "http.response.body", "body": body})

    async def stream(ends=True):
        for piece in pieces(size):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not ends:
            raise RuntimeError("as asked")
        await send({"type": "http.response.body", "body": b""})

    if path == "/echo":
        await answer(200, await read_all(receive))
    elif path == "/method":
        await answer(200, scope["method"].encode())
    elif path == "/length":
        await answer(200, content(size))
    elif path == "/chunked":
        await start(200, (b"x-framing", b"chunked"))
        await stream()
    elif path == "/count":
        await answer(200, str(len(await read_all(receive))).encode())
    elif path == "/note":
        identifier = await read_all(receive)
        note(identifier)
        await answer(200, identifier)
    elif path == "/close":
        await answer(200, b"last", (b"connection", b"close"))
    elif path == "/early":
        await answer(413, b"enough")
    elif path == "/cut":
        await start(200, (b"content-length", str(size + 1).encode()))
        await stream(ends=False)
    elif path == "/none":
        await start(204)
        await send({"type": "http.response.body", "body": b""})
    elif path == "/unchanged":
        await start(304, (b"etag", b'"1"'))
        await send({"type": "http.response.body", "body": b""})
    elif path == "/raise":
        raise RuntimeError("as asked")
    else:
        await answer(404, b"not found")
