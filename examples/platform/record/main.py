"""Predicts for each message of the topic, and keeps the prediction as predictions/<message id>.json.

An exception makes Pub/Sub deliver the message again, so there is one only where that helps, as when the model cannot
be read for a moment. A message that can never be predicted is logged and done with.
"""

import base64
import functools
import json
import math
import os

import functions_framework
from google.api_core.exceptions import PreconditionFailed
from google.cloud import storage


@functions_framework.cloud_event
def record(event):
    message = event.data["message"]
    sale = decoded(message)
    errors = problems(sale)
    if errors:
        log("ERROR", f"message {message['messageId']} is not predicted: {'; '.join(errors)}")
        return
    result = {"sale": sale, "published": message["publishTime"], "prediction": prediction(sale)}
    name = f"predictions/{message['messageId']}.json"
    try:
        # Only where there is none yet: a message may come twice, and its first prediction stands.
        storage.Client().bucket(os.environ["RESULTS"]).blob(name).upload_from_string(
            json.dumps(result), content_type="application/json", if_generation_match=0
        )
    except PreconditionFailed:
        log("INFO", f"message {message['messageId']} was predicted before")


def decoded(message):
    """The JSON that a message carries; None where it carries none."""
    try:
        return json.loads(base64.b64decode(message.get("data", "")))
    except (ValueError, RecursionError):  # no JSON, or JSON that is nested deeper than Python reads
        return None


def log(severity, message):
    """Cloud Logging reads a line of JSON as an entry with a severity."""
    print(json.dumps({"severity": severity, "message": message}), flush=True)


# From here on as in ../predict/main.py: each function is deployed by itself.


@functools.cache
def model():
    """Read once an instance, at its first use: an instance must start even where the model is not there yet."""
    blob = storage.Client().bucket(os.environ["MODELS"]).blob("sale-range.json")
    return json.loads(blob.download_as_bytes())


def problems(sale):
    """What is wrong with each field of a sale; the model knows between which bounds it has learnt."""
    if not isinstance(sale, dict):
        return ["send a JSON object with " + ", ".join(model()["features"])]
    wrong = []
    for name, feature in model()["features"].items():
        value, low, high = sale.get(name), feature["minimum"], feature["maximum"]
        if type(value) not in (int, float) or not low <= value <= high:  # not isinstance, as True is an int
            found = f"is {json.dumps(value)[:40]}" if name in sale else "is missing"
            wrong.append(f"{name} {found}: give a number from {low} to {high} ({feature['description']})")
    return wrong


def prediction(sale):
    units = model()["intercept"]
    for name, feature in model()["features"].items():
        units += feature["coefficient"] * sale[name]
    low, high = (units * model()["range"][end] for end in ("low", "high"))
    return {"expected": round(units, 1), "low": math.floor(low), "high": math.ceil(high), "model": model()["version"]}
