"""A service on aiobotocore with its default session."""

import asyncio

from aiobotocore.session import get_session

from loop import PAUSE_SECONDS, WORKERS, tell


async def work(sts):
    while True:
        try:
            await sts.get_caller_identity()
        except Exception as failure:
            tell(failure)
        await asyncio.sleep(PAUSE_SECONDS)


async def main():
    async with get_session().create_client("sts") as sts:
        await asyncio.gather(*(work(sts) for _ in range(WORKERS)))


asyncio.run(main())
