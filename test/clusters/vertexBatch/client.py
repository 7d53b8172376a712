"""Runs a batch prediction with Google's client, reads its results, starts another one as DAGs do, and prints both as JSON."""

import json
import sys

from google.api_core.client_options import ClientOptions
from google.cloud import aiplatform
from google.cloud.aiplatform_v1 import JobServiceClient
from google.cloud.aiplatform_v1.types import BatchPredictionJob
from google.oauth2.credentials import Credentials

address, token, project, location, model, source, destination, request = sys.argv[1:]
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
parsed = json.loads(request)
client = JobServiceClient(
    credentials=Credentials(token), transport="rest", client_options=ClientOptions(api_endpoint=address)
)
started = client.create_batch_prediction_job(
    parent=parsed["parent"],
    batch_prediction_job=BatchPredictionJob.from_json(json.dumps(parsed["batchPredictionJob"])),
)
print(
    json.dumps(
        {
            "state": job.state.name,
            "successful": job.completion_stats.successful_count,
            "outputs": outputs,
            "started": started.name,
        }
    )
)
