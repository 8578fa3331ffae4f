# aiohttp. Prints the status, then the body.
import asyncio, os, sys
import aiohttp


async def main():
    url, token, path = sys.argv[1:4]
    form = aiohttp.FormData()
    for name, value in {'op': 'upload', 'auth': token, 'uid': '7', 'mid': '42', 'source': '0'}.items():
        form.add_field(name, value)
    form.add_field('photo', open(path, 'rb'), filename=os.path.basename(path), content_type='image/jpeg')
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        print(answer.status)
        print(await answer.text())


asyncio.run(main())
