"""Asks the endpoint for the species of an iris with these measures in centimetres.

curl $URL --json '{"sepalLength": 5.1, "sepalWidth": 3.5, "petalLength": 1.4, "petalWidth": 0.2}'
{"model": "1", "species": "setosa"}
"""

import functools
import os

import functions_framework
from google.cloud import aiplatform

FEATURES = ["sepalLength", "sepalWidth", "petalLength", "petalWidth"]  # in the order of training/train.py


@functions_framework.http
def ask(request):
    if request.method != "POST":
        return {"errors": ["send a POST request"]}, 405, {"Allow": "POST"}
    flower = request.get_json(force=True, silent=True)
    errors = problems(flower)
    if errors:
        return {"errors": errors}, 400
    answer = endpoint().predict(instances=[[flower[name] for name in FEATURES]], use_dedicated_endpoint=True)
    return {"species": answer.predictions[0], "model": answer.model_version_id}


@functools.cache
def endpoint():
    aiplatform.init(api_transport="rest")
    return aiplatform.Endpoint(os.environ["IRIS"])


def problems(flower):
    if not isinstance(flower, dict):
        return ["send a JSON object with " + ", ".join(FEATURES)]
    # Not isinstance, as True is an int.
    return [f"{name} must be a number" for name in FEATURES if type(flower.get(name)) not in (int, float)]
