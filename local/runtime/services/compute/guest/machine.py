"""
The first process of a virtual machine's container. It does what systemd and Google's guest agent do on a machine: it runs the startup
script when the machine starts, and the shutdown script when it stops.
https://github.com/GoogleCloudPlatform/guest-agent/tree/main/google_metadata_script_runner
"""
import fcntl
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
import urllib.error
import urllib.request

METADATA_ADDRESS = "169.254.169.254"
SCRIPTS = "/run/google-startup-scripts"
# Lines with this character are for the process that runs the machine.
REPORT = "\x1e"
# The exit code of a machine that starts again.
REBOOT = 100

SIOCADDRT = 0x890B
RTF_UP, RTF_GATEWAY, RTF_HOST = 1, 2, 4

ended = {}
changed = threading.Condition()
stopping = threading.Event()
printing = threading.Lock()


def log(text):
    with printing:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def report(**values):
    log(REPORT + json.dumps(values))


def add_route(gateway):
    """Sends what is for the metadata server to the gateway: `struct rtentry` of <linux/route.h>."""

    def address(text):
        return struct.pack("=H2x4s8x", socket.AF_INET, socket.inet_aton(text))

    entry = struct.pack(
        "@L16s16s16sHhLPhPLLH",
        0,
        *map(address, (METADATA_ADDRESS, gateway, "255.255.255.255")),
        RTF_UP | RTF_GATEWAY | RTF_HOST,
        *[0] * 8,
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, SIOCADDRT, entry)


def metadata(path):
    """A value of the metadata server; None if there is none."""
    url = f"http://{METADATA_ADDRESS}/computeMetadata/v1/{path}"
    request = urllib.request.Request(url, headers={"Metadata-Flavor": "Google"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def download(url):
    """The script at an address, also in Cloud Storage: https://cloud.google.com/compute/docs/instances/startup-scripts/linux"""
    headers = {}
    if url.startswith("gs://"):
        bucket, _, name = url.removeprefix("gs://").partition("/")
        url = f"https://storage.googleapis.com/download/storage/v1/b/{bucket}/o/{urllib.request.quote(name, '')}?alt=media"
        token = json.loads(metadata("instance/service-accounts/default/token"))
        headers["Authorization"] = f"Bearer {token['access_token']}"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return answer.read()


def run(key, content):
    """Runs a script by its first line, or by Bash; its services in the background stay."""
    os.makedirs(SCRIPTS, exist_ok=True)
    file = f"{SCRIPTS}/{key}"
    with open(file, "wb") as script:
        script.write(content)
    os.chmod(file, 0o700)
    output, end = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, end, 1), (os.POSIX_SPAWN_DUP2, end, 2)]
    pid = os.posix_spawn("/bin/bash", ["/bin/bash", "-c", file], os.environ, file_actions=actions, setsid=True)
    os.close(end)

    def show():
        with os.fdopen(output, errors="replace") as lines:
            for line in lines:
                log(f"{key}: {line.rstrip()}")

    reader = threading.Thread(target=show, daemon=True)
    reader.start()
    with changed:
        changed.wait_for(lambda: pid in ended)
    reader.join(0.5)
    log(f"{key} exit status {ended[pid]}")


def run_scripts(kind):
    """ "Startup scripts […] added directly" are before those of Cloud Storage."""
    log(f"Starting {kind} scripts.")
    found = False
    for key, load in ((f"{kind}-script", lambda value: value), (f"{kind}-script-url", lambda value: download(value.decode().strip()))):
        try:
            value = metadata(f"instance/attributes/{key}")
            if value:
                found = True
                log(f"Found {key} in metadata.")
                run(key, load(value))
        except (OSError, ValueError) as error:
            log(f"{key}: {error}")
    log(f"Finished running {kind} scripts." if found else f"No {kind} scripts to run.")


def start():
    run_scripts("startup")
    report(booted=True)


def stop(code):
    """Runs the shutdown script, and ends all processes."""
    if stopping.is_set():
        return
    stopping.set()
    run_scripts("shutdown")
    deadline = time.monotonic() + 2
    try:
        os.kill(-1, signal.SIGTERM)
        while time.monotonic() < deadline:
            os.kill(-1, 0)
            time.sleep(0.05)
    except ProcessLookupError:
        # No other process is left.
        pass
    os._exit(code)


def listening():
    """The TCP ports that are open for others: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html"""
    found = set()
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(file) as table:
                rows = [line.split() for line in table][1:]
        except OSError:
            continue
        for _, local, _, state, *_ in rows:
            address, port = local.split(":")
            is_loopback = address.endswith("7F") or address == "00000000000000000000000001000000"
            if state == "0A" and not is_loopback:
                found.add(int(port, 16))
    return sorted(found)


def watch_ports():
    before = []
    while True:
        ports = listening()
        if ports != before:
            report(ports=ports)
            before = ports
        time.sleep(0.5)


def add_commands():
    """The commands that end a machine from inside."""
    signals = {"poweroff": "TERM", "halt": "TERM", "reboot": "HUP"}
    for name, kind in signals.items():
        write_command(name, f"kill -{kind} 1")
    write_command("shutdown", 'case " $* " in *" -r "*) kill -HUP 1;; *) kill -TERM 1;; esac')


def write_command(name, command):
    file = f"/usr/local/sbin/{name}"
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "w") as script:
        script.write(f"#!/bin/sh\n{command}\n")
    os.chmod(file, 0o755)


def main(gateway):
    for kind, code in ((signal.SIGTERM, 0), (signal.SIGHUP, REBOOT)):
        signal.signal(kind, lambda *_, code=code: threading.Thread(target=stop, args=(code,)).start())
    add_route(gateway)
    add_commands()
    report(address=socket.gethostbyname(socket.gethostname()))
    for work in (start, watch_ports):
        threading.Thread(target=work, daemon=True).start()
    # The first process gets those whose parents have ended.
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            time.sleep(0.05)
            continue
        with changed:
            ended[pid] = os.waitstatus_to_exitcode(status)
            changed.notify_all()


main(**json.loads(sys.argv[1]))
