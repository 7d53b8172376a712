"""Predicts the range of the units of a product that are sold in the coming week.

curl $URL --json '{"price": 2.2, "discount": 0.1, "temperature": 18, "holidays": 0, "recentUnits": 240}'
{"expected": 252.3, "high": 299, "low": 211, "model": "1.0.0"}
"""

import functools
import json
import math
import os

import functions_framework
from google.cloud import storage


@functions_framework.http
def predict(request):
    if request.method != "POST":
        return {"errors": ["send a POST request"]}, 405, {"Allow": "POST"}
    sale = request.get_json(force=True, silent=True)
    errors = problems(sale)
    return ({"errors": errors}, 400) if errors else prediction(sale)


# From here on as in ../record/main.py: each function is deployed by itself.


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
