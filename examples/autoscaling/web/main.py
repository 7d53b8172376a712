"""Quotes how long a delivery takes: nine of ten simulated deliveries are not longer.

curl "$URL/quote?kilometres=12.5"
{"machine": "web-4x2k", "minutes": 41.4}
"""

import functools
import os
import random
import socket
import urllib.request

from flask import Flask, request

app = Flask(__name__)

DELIVERIES = 5_000


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.get("/quote")
def quote():
    kilometres = request.args.get("kilometres", type=float)
    if kilometres is None or not 0 < kilometres <= 100:
        return {"error": "kilometres: give a number above 0, up to 100"}, 400
    # The same deliveries for each request, so that all machines answer alike.
    chance = random.Random(1)
    minutes = sorted(delivery(kilometres, chance) for _ in range(DELIVERIES))
    return {"minutes": round(minutes[DELIVERIES * 9 // 10], 1), "machine": machine()}


def delivery(kilometres, chance):
    """The minutes of a delivery: packing, the way, and up to three stops of others before."""
    packing = chance.gauss(8, 2)
    way = kilometres * 60 / chance.triangular(20, 60, 40)
    stops = sum(chance.expovariate(1 / 3) for _ in range(chance.randint(0, 3)))
    return max(packing, 2) + way + stops


@functools.cache
def machine():
    """The name of this machine by its metadata server, or of this computer."""
    host = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
    url = f"http://{host}/computeMetadata/v1/instance/name"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Metadata-Flavor": "Google"}), timeout=2) as answer:
            return answer.read().decode()
    except OSError:
        return socket.gethostname()
