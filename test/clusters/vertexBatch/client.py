"""Runs a batch prediction with Google's client, reads its results, and prints them as JSON."""

import json
import sys

from google.cloud import aiplatform
from google.oauth2.credentials import Credentials

address, token, project, location, model, source, destination = sys.argv[1:]
aiplatform.init(
    project=project, location=location, api_endpoint=address, api_transport="rest", credentials=Credentials(token)
)
job = aiplatform.BatchPredictionJob.create(
    job_display_name="client",
    model_name=model,
    instances_format="jsonl",
    gcs_source=source,
    gcs_destination_prefix=destination,
    machine_type="n1-standard-2",
    starting_replica_count=1,
    max_replica_count=1,
    batch_size=2,
    sync=True,
)
outputs = {blob.name.split("/")[-1]: blob.download_as_text() for blob in job.iter_outputs()}
print(json.dumps({"state": job.state.name, "successful": job.completion_stats.successful_count, "outputs": outputs}))
