"""Asks an endpoint with Google's client, and prints its answers as JSON."""

import json
import sys

from google.api_core import exceptions
from google.auth.transport.requests import AuthorizedSession
from google.cloud import aiplatform
from google.oauth2.credentials import Credentials

address, token, project, location, name = sys.argv[1:]
aiplatform.init(
    project=project, location=location, api_endpoint=address, api_transport="rest", credentials=Credentials(token)
)
endpoint = aiplatform.Endpoint(name)
answer = endpoint.predict(instances=[1, 2], parameters={})
# Only for these requests, the client has a fixed address with HTTPS.
session = endpoint.authorized_session = AuthorizedSession(Credentials(token))
post = session.post
session.post = lambda url, **options: post(url=f"{address}/v1/{name}:rawPredict", **options)
raw = endpoint.raw_predict(body=b"1,2", headers={"Content-Type": "text/csv"})
try:
    endpoint.predict(instances=[1], parameters={"fail": 503})
    error = None
except exceptions.GoogleAPICallError as found:
    error = {"kind": type(found).__name__, "message": found.message}
print(
    json.dumps(
        {
            "predictions": answer.predictions,
            "deployed": answer.deployed_model_id,
            "version": answer.model_version_id,
            "model": answer.model_resource_name,
            "raw": raw.text,
            "rawDeployed": raw.headers["X-Vertex-AI-Deployed-Model-Id"],
            "error": error,
        }
    )
)
