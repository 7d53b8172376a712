"""Tells how long many deliveries take.

curl $URL/predictions --json '[{"kilometres": 12.5, "hour": 17, "weekday": 4}, {"kilometres": 12.5, "hour": 11, "weekday": 6}]'
{"minutes": [48.1, 29.7], "model": "1.0.0"}
"""

from flask import Flask, request

import model

MOST = 10_000

app = Flask(__name__, static_folder=None)  # App Engine itself answers for static files


@app.get("/live")
def live():
    return {"status": "ok"}


@app.get("/ready")
@app.get("/_ah/warmup")
def ready():
    """Requests come once the model is there: it is read when an instance is first asked this."""
    return {"status": "ok", "model": model.known()["version"]}


@app.post("/predictions")
def predictions():
    deliveries = request.get_json(force=True, silent=True)
    if not isinstance(deliveries, list) or not 1 <= len(deliveries) <= MOST:
        return {"errors": [f"send a JSON array of 1 to {MOST} deliveries"]}, 400
    errors = [f"{index}: {each}" for index, delivery in enumerate(deliveries) for each in model.problems(delivery)]
    return ({"errors": errors[:20]}, 400) if errors else {"minutes": model.minutes(deliveries), **version()}


def version():
    return {"model": model.known()["version"]}
