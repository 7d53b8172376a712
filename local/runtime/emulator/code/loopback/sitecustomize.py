"""Loaded by each Python: servers listen on the loopback interface, so that other machines do not reach them."""

import socket

_bind = socket.socket.bind


def bind(self, address):
    if self.type & socket.SOCK_STREAM and isinstance(address, tuple) and address[1] != 0:
        host, *others = address
        if self.family == socket.AF_INET and host in ("", "0.0.0.0"):
            address = ("127.0.0.1", *others)
        elif self.family == socket.AF_INET6 and host in ("", "::"):
            only = self.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
            address = ("::1" if only else "::ffff:127.0.0.1", *others)
    return _bind(self, address)


socket.socket.bind = bind
