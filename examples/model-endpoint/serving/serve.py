"""Serves model.joblib with the requests, answers and files of Google's prebuilt container for scikit-learn.

The model must have been saved with the version of scikit-learn that loads it: training/requirements.txt has the same. A
joblib file runs code when it is loaded: load only models that you have trained.
"""

import io
import os

import joblib
from flask import Flask, request
from google.cloud import storage

app = Flask(__name__)


def loaded():
    # Vertex AI's copy of the trained files.
    model = storage.Blob.from_uri(f"{os.environ['AIP_STORAGE_URI']}/model.joblib", client=storage.Client())
    return joblib.load(io.BytesIO(model.download_as_bytes()))


# Before the first request: the server is healthy once the model is there.
model = loaded()


@app.get(os.environ["AIP_HEALTH_ROUTE"])
def health():
    return "", 200


@app.post(os.environ["AIP_PREDICT_ROUTE"])
def predict():
    try:
        return {"predictions": model.predict(request.get_json()["instances"]).tolist()}
    except (KeyError, TypeError, ValueError) as error:
        return {"error": f"Prediction failed: {error}"}, 400
