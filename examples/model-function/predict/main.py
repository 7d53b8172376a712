"""Tells the species of an iris from its measures in centimetres.

curl $URL --json '{"sepalLength": 5.1, "sepalWidth": 3.5, "petalLength": 1.4, "petalWidth": 0.2}'
{"model": "1.0.0", "probabilities": {"setosa": 0.981, "versicolor": 0.019, "virginica": 0.0}, "species": "setosa"}
"""

import functools
import os

import functions_framework
from google.cloud import storage
from skops import io


@functions_framework.http
def predict(request):
    if request.method != "POST":
        return {"errors": ["send a POST request"]}, 405, {"Allow": "POST"}
    flower = request.get_json(force=True, silent=True)
    errors = problems(flower)
    return ({"errors": errors}, 400) if errors else prediction(flower)


@functools.cache
def model():
    """Read once an instance, at its first use: an instance must start even where the model is not there yet."""
    blob = storage.Client().bucket(os.environ["MODELS"]).blob(
        os.environ["MODEL"], generation=int(os.environ["MODEL_GENERATION"])
    )
    # Unlike a pickle, such a file can run no code: types that are not scikit-learn's own are refused.
    return io.loads(blob.download_as_bytes())


def problems(flower):
    """What is wrong with each measure; a model is no guide beyond what it has learnt from."""
    known = model()
    if not isinstance(flower, dict):
        return ["send a JSON object with " + ", ".join(known["features"])]
    wrong = []
    for name, low, high in zip(known["features"], known["minimum"], known["maximum"]):
        value = flower.get(name)
        if type(value) not in (int, float) or not low <= value <= high:  # not isinstance, as True is an int
            found = f"is {value!r:.40}" if name in flower else "is missing"
            wrong.append(f"{name} {found}: give a number of centimetres from {low} to {high}")
    return wrong


def prediction(flower):
    known = model()
    pipeline = known["pipeline"]
    [probabilities] = pipeline.predict_proba([[flower[name] for name in known["features"]]])
    by_species = {str(species): round(float(p), 3) for species, p in zip(pipeline.classes_, probabilities)}
    return {"species": max(by_species, key=by_species.get), "probabilities": by_species, "model": known["version"]}
