"""Echoes what it is sent, and predicts with a model how long a delivery takes.

curl $URL/echo --json '{"hello": "world"}'
{"hello": "world"}
curl $URL/predict --json '{"kilometres": 12.5}'
{"minutes": 31.6, "model": "1.0.0"}
"""

import functools
import json
import os

from flask import Flask, request
from google.cloud import storage

app = Flask(__name__)


@app.get("/live")
def live():
    return {"status": "ok"}


@app.get("/ready")
def ready():
    """Requests come once the model is there: it is read when an instance is first asked this."""
    return {"status": "ok", "model": model()["version"]}


@app.post("/echo")
def echo():
    return request.get_data(), 200, {"Content-Type": request.content_type or "application/octet-stream"}


@app.post("/predict")
def predict():
    kilometres = (request.get_json(force=True, silent=True) or {}).get("kilometres")
    low, high = model()["minimum"], model()["maximum"]
    if type(kilometres) not in (int, float) or not low <= kilometres <= high:  # not isinstance, as True is an int
        return {"error": f"kilometres: give a number from {low} to {high}"}, 400
    minutes = model()["intercept"] + model()["slope"] * kilometres
    return {"minutes": round(minutes, 1), "model": model()["version"]}


@functools.cache
def model():
    """The generation is that of the deployment, so that all that run answer alike."""
    blob = storage.Client().bucket(os.environ["MODELS"]).blob(
        os.environ["MODEL"], generation=int(os.environ["MODEL_GENERATION"])
    )
    return json.loads(blob.download_as_bytes())
