import json
import os

import pendulum
from airflow.decorators import dag, task
from airflow.exceptions import AirflowException
from airflow.providers.google.cloud.hooks.vertex_ai.batch_prediction_job import BatchPredictionJobHook


@task
def start() -> str:
    """Starts the job of the component, with everything that is set there."""
    from google.cloud.aiplatform_v1.types import BatchPredictionJob

    request = json.loads(os.environ["NAMED"])
    region = request["parent"].split("/")[-1]
    job = BatchPredictionJob.from_json(json.dumps(request["batchPredictionJob"]))
    client = BatchPredictionJobHook().get_job_service_client(region)
    return client.create_batch_prediction_job(parent=request["parent"], batch_prediction_job=job).name


@task.sensor(poke_interval=60, timeout=6 * 3600, mode="reschedule")
def wait(name: str) -> bool:
    _, project, _, region, _, job = name.split("/")
    state = BatchPredictionJobHook().get_batch_prediction_job(project, region, job).state.name
    if state in ("JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_EXPIRED"):
        raise AirflowException(f"{name} ended as {state}")
    return state in ("JOB_STATE_SUCCEEDED", "JOB_STATE_PARTIALLY_SUCCEEDED")


@dag(schedule="0 5 * * *", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), catchup=False)
def name_flowers():
    wait(start())


name_flowers()
