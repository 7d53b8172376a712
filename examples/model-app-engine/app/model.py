"""The model, as train.py has written it to the bucket."""

import functools
import os

from google.cloud import storage
from skops import io


@functools.cache
def known():
    """Read once an instance. The generation is that of the deployment, so that all instances of a version answer alike."""
    blob = storage.Client().bucket(os.environ["MODELS"]).blob(
        os.environ["MODEL"], generation=int(os.environ["MODEL_GENERATION"])
    )
    # Unlike a pickle, such a file can run no code: types that are not scikit-learn's own are refused.
    return io.loads(blob.download_as_bytes())


def problems(delivery):
    """What is wrong with each feature; a model is no guide beyond what it has learnt from."""
    features, minimum, maximum = (known()[name] for name in ("features", "minimum", "maximum"))
    if not isinstance(delivery, dict):
        return ["send a JSON object with " + ", ".join(features)]
    wrong = []
    for name, low, high in zip(features, minimum, maximum):
        value = delivery.get(name)
        if type(value) not in (int, float) or not low <= value <= high:  # not isinstance, as True is an int
            found = f"is {value!r:.40}" if name in delivery else "is missing"
            wrong.append(f"{name} {found}: give a number from {low:g} to {high:g}")
    return wrong


def minutes(deliveries):
    """How long each takes."""
    rows = [[delivery[name] for name in known()["features"]] for delivery in deliveries]
    return [round(float(each), 1) for each in known()["pipeline"].predict(rows)]
