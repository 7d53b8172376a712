"""Loaded by each Python: servers listen on the loopback interface, and a debugger if there is to be one."""

import os
import socket
import sys

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


def open_debugger(port):
    """The process of the code before has the port until it ends."""
    import time

    import debugpy

    for _ in range(150):
        try:
            debugpy.listen(("127.0.0.1", port))
            print(f"debugger listening on 127.0.0.1:{port}", flush=True)
            return
        except (RuntimeError, OSError):
            time.sleep(0.2)


def debug():
    import threading

    port = int(os.environ["SLIPWAY_DEBUGGER"])
    threading.Thread(target=open_debugger, args=(port,), daemon=True).start()


if "SLIPWAY_DEBUGGER" in os.environ and not any("debugpy" in arg for arg in sys.orig_argv):
    # Gunicorn runs the code in a process that it forks.
    if any("gunicorn" in arg or "functions_framework" in arg for arg in sys.orig_argv):
        os.register_at_fork(after_in_child=debug)
    else:
        debug()
