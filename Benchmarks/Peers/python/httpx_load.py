"""httpx under the load that the command line describes."""

import asyncio

import httpx
from measurement import Load, check, options, zeros


async def main() -> None:
    """Sends what is asked for, through one client."""
    asked = options(httpx.__version__)
    load = Load(asked)
    limits = httpx.Limits(max_connections=asked.connections or 100)
    transport = httpx.AsyncHTTPTransport(uds=asked.socket, limits=limits)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://engine", timeout=60
    ) as client:

        async def send(work: str) -> None:
            headers = {"Content-Type": "application/json"}
            if work == "json":
                response = await client.get("/status")
            elif work == "download":
                received = 0
                async with client.stream("GET", f"/bytes/{asked.size}") as response:
                    async for chunk in response.aiter_raw():
                        received += len(chunk)
                check(work, asked.size, response.status_code, received)
                return
            elif work == "upload":
                headers["Content-Length"] = str(asked.size)
                response = await client.put("/sink", content=zeros(asked.size), headers=headers)
            elif work == "hold":
                response = await client.get(f"/hold/{asked.callers}")
            else:
                if work == "connect":
                    headers["Connection"] = "close"
                response = await client.post("/metrics/list", content=b"{}", headers=headers)
            body = response.content
            check(work, asked.size, response.status_code, len(body), body)

        await load.run(send)


if __name__ == "__main__":
    asyncio.run(main())
