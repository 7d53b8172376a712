"""
Relays connections of virtual machines to the process that runs them: those to the metadata server, and those to Google's APIs. It is a
container of its own, so that all ports of the machines stay free.
"""
import asyncio
import fcntl
import json
import socket
import struct
import sys

METADATA_ADDRESS = "169.254.169.254"

SIOCSIFADDR = 0x8916
SIOCSIFNETMASK = 0x891C


def add_address(address):
    """Adds an address to the loopback interface: https://man7.org/linux/man-pages/man7/netdevice.7.html"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for request, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.255")):
            data = struct.pack("=16sH2x4s8x", b"lo:1", socket.AF_INET, socket.inet_aton(value))
            fcntl.ioctl(device, request, data)


def connect(target):
    """Connects to `unix:/path` or `host:port`."""
    if target.startswith("unix:"):
        return asyncio.open_unix_connection(target.removeprefix("unix:"))
    host, port = target.rsplit(":", 1)
    return asyncio.open_connection(host, int(port))


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (OSError, NotImplementedError):
        writer.close()


def relay(target):
    """Handles connections. The first line to the target is the address of the machine."""

    async def handle(reader, writer):
        try:
            there = await connect(target)
        except OSError:
            writer.close()
            return
        there[1].write(f"{writer.get_extra_info('peername')[0]}\n".encode())
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))
        for each in (writer, there[1]):
            each.close()

    return handle


async def main(metadata, http, https):
    add_address(METADATA_ADDRESS)
    own = socket.gethostbyname(socket.gethostname())
    listening = [(METADATA_ADDRESS, 80, metadata), (own, 80, http), (own, 443, https)]
    servers = [await asyncio.start_server(relay(target), host, port) for host, port, target in listening]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main(**json.loads(sys.argv[1])))
