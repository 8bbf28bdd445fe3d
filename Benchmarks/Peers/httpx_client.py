"""httpx as it comes: httpx_client.py SOCKET CONCURRENCY REQUESTS prints one line of JSON."""

import asyncio
import collections
import errno
import json
import math
import sys
import time

import httpx

TIMEOUT = 5.0


def name_of(error: BaseException) -> str:
    """The system's name for what is below an error, or else the error's own."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, OSError) and below.errno in errno.errorcode:
            return errno.errorcode[below.errno]
        below = below.__cause__ or below.__context__
    return type(error).__name__


async def send(client: httpx.AsyncClient) -> str | None:
    """Sends one request; answers with what went wrong, if anything did."""
    headers = {"Content-Type": "application/json"}
    try:
        # httpx bounds each phase by itself; this bounds their sum, as the other clients do.
        async with asyncio.timeout(TIMEOUT):
            response = await client.post("/metrics/list", content=b"{}", headers=headers)
    except TimeoutError:
        return "timeout"
    except Exception as error:  # counted, whatever it is
        return name_of(error)
    return None if response.status_code == 200 else f"status {response.status_code}"


def milliseconds(times: list[float], quantile: float) -> float:
    """The nearest rank, so that each figure is one that was measured."""
    if not times:
        return 0
    rank = max(1, math.ceil(quantile * len(times)))
    return round(times[rank - 1] * 1000, 3)


async def run(socket: str, concurrency: int, requests: int) -> dict:
    left = requests
    times: list[float] = []
    errors: collections.Counter[str] = collections.Counter()

    async def call(client: httpx.AsyncClient) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            start = time.monotonic()
            failure = await send(client)
            times.append(time.monotonic() - start)
            if failure is not None:
                errors[failure] += 1

    transport = httpx.AsyncHTTPTransport(uds=socket)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://engine", timeout=TIMEOUT
    ) as client:
        start = time.monotonic()
        await asyncio.gather(*(call(client) for _ in range(concurrency)))
        seconds = time.monotonic() - start
    times.sort()
    return {
        "client": "httpx",
        "concurrency": concurrency,
        "requests": len(times),
        "errors": errors,
        "seconds": round(seconds, 3),
        "p50_ms": milliseconds(times, 0.5),
        "p99_ms": milliseconds(times, 0.99),
        "slowest_ms": milliseconds(times, 1),
    }


def main() -> None:
    try:
        socket, concurrency, requests = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        if len(sys.argv) != 4 or min(concurrency, requests) < 1:
            raise ValueError
    except (IndexError, ValueError):
        print("usage: httpx_client.py SOCKET CONCURRENCY REQUESTS", file=sys.stderr)
        sys.exit(64)
    print(json.dumps(asyncio.run(run(socket, concurrency, requests))))


if __name__ == "__main__":
    main()
