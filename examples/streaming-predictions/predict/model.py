"""The model that predicts the range of sales in the coming week, as ../../platform/train.py writes it."""

import functools
import json
import math
import os

from google.cloud import storage


@functools.cache
def model():
    """Read once an instance, at its first use: an instance must start even where the model is not there yet."""
    blob = storage.Client().bucket(os.environ["MODELS"]).blob("sale-range.json")
    return json.loads(blob.download_as_bytes())


def prediction(sale):
    """The prediction for a sale; ValueError for one that the model has never seen the like of."""
    units = model()["intercept"]
    for name, feature in model()["features"].items():
        value, low, high = sale[name], feature["minimum"], feature["maximum"]
        if not low <= value <= high:
            raise ValueError(f"{name} is {value}: the model knows {low} to {high} ({feature['description']})")
        units += feature["coefficient"] * value
    low, high = (units * model()["range"][end] for end in ("low", "high"))
    return {
        "product": sale["product"],
        "low": math.floor(low),
        "high": math.ceil(high),
        "expected": round(units, 1),
        "model": model()["version"],
    }
