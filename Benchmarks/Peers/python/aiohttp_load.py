"""aiohttp under the load that the command line describes."""

import asyncio

import aiohttp
from measurement import Load, check, options, zeros


async def main() -> None:
    """Sends what is asked for, through one session."""
    asked = options(aiohttp.__version__)
    load = Load(asked)
    connector = aiohttp.UnixConnector(path=asked.socket, limit=asked.connections or 100)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(
        connector=connector, base_url="http://engine", timeout=timeout
    ) as session:

        async def send(work: str) -> None:
            headers = {"Content-Type": "application/json"}
            if work == "json":
                call = session.get("/status")
            elif work == "download":
                received = 0
                async with session.get(f"/bytes/{asked.size}") as response:
                    async for chunk in response.content.iter_any():
                        received += len(chunk)
                check(work, asked.size, response.status, received)
                return
            elif work == "upload":
                headers["Content-Length"] = str(asked.size)
                call = session.put("/sink", data=zeros(asked.size), headers=headers)
            elif work == "hold":
                call = session.get(f"/hold/{asked.callers}")
            else:
                if work == "connect":
                    headers["Connection"] = "close"
                call = session.post("/metrics/list", data=b"{}", headers=headers)
            async with call as response:
                body = await response.read()
            check(work, asked.size, response.status, len(body), body)

        await load.run(send)


if __name__ == "__main__":
    asyncio.run(main())
