# SPDX-License-Identifier: BSD-2-Clause
"""An asyncio echo server, and a client with many connections at once: epoll, non-blocking connect.

    aio.py serve ADDRESS PORT
    aio.py ask ADDRESS PORT CONNECTIONS
"""
import asyncio
import os
import sys


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(address, port):
    server = await asyncio.start_server(echo, address, port)
    print("ready")
    await server.serve_forever()


async def ask_one(address, port):
    reader, writer = await asyncio.open_connection(address, port)
    sent = os.urandom(200000)
    writer.write(sent)
    writer.write_eof()
    got = await reader.read()
    writer.close()
    await writer.wait_closed()
    return got == sent


async def ask(address, port, count):
    right = await asyncio.gather(*(ask_one(address, port) for _ in range(int(count))))
    print(sum(right), "of", count, "answers right")


asyncio.run({"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:]))
