"""Tells what a delivery costs.

curl "$URL/quote?kilometres=12.5"
{"euros": 8.88}
"""

from flask import Flask, request

app = Flask(__name__)


@app.get("/ready")
def ready():
    return {"status": "ok"}


@app.get("/quote")
def quote():
    kilometres = request.args.get("kilometres", type=float)
    if kilometres is None or not 0 <= kilometres <= 100:
        return {"error": "kilometres: give a number from 0 to 100"}, 400
    return {"euros": price(kilometres)}


def price(kilometres):
    return round(4.5 + 0.35 * kilometres, 2)
