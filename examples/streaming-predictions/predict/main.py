"""Predicts for each sale that Pub/Sub pushes, and publishes the prediction.

Any answer but a success makes Pub/Sub push the message again, and after some times put it to the dead letters: there
lies what cannot be predicted, for a person to look at.
"""

import base64
import functools
import json
import os

import functions_framework
from google.cloud import pubsub_v1
from model import prediction


@functions_framework.http
def predict(request):
    message = request.get_json()["message"]
    sale = json.loads(base64.b64decode(message["data"]))
    try:
        result = prediction(sale)
    except ValueError as error:
        log("ERROR", f"message {message['messageId']} cannot be predicted: {error}")
        return {"error": str(error)}, 422
    # The answer acknowledges the sale, so its prediction must be with Pub/Sub before.
    publisher().publish(os.environ["PREDICTIONS"], json.dumps(result).encode()).result(timeout=30)
    return "", 204


@functools.cache
def publisher():
    return pubsub_v1.PublisherClient()


def log(severity, message):
    """Cloud Logging reads a line of JSON as an entry with a severity."""
    print(json.dumps({"severity": severity, "message": message}), flush=True)
