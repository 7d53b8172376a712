"""Scores each night's customers: how likely it is that each of them leaves.

A run has a day, its logical date, and does the same when it is run again: a backfill over past days takes what is archived.
"""

import os
from datetime import timedelta

import pendulum
from airflow.decorators import dag, task

from scoring import steps

# The image of this code, where scores are computed in a pod; nothing where Airflow's workers do it.
IMAGE = os.environ.get("SCORING_IMAGE")


@dag(
    schedule="0 3 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    # Retried after what `default_task_retry_delay` says; whom `alerts` names is told when the last attempt has failed.
    default_args={"owner": "scoring", "retries": 2},
    dagrun_timeout=timedelta(hours=2),
    max_active_runs=3,
    tags=["late:2h"],
    doc_md=__doc__,
)
def score_customers():
    day = "{{ ds }}"

    extracted = task(steps.extract)(day)
    validated = task(steps.validate)(day)
    model = task(steps.model)(os.environ.get("MODEL_VERSION", ""))
    scored = in_a_pod(day, model) if IMAGE else task(steps.score)(day, model)
    loaded = task(steps.load)(day)
    archived = task(steps.archive)(day)

    extracted >> validated
    [validated, model] >> scored >> loaded >> archived


def in_a_pod(day, model):
    """The same step in a pod of the environment's cluster, which has its account, and as much CPU and memory as it asks for."""
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
    from kubernetes.client import models as k8s

    resources = {"cpu": "1", "memory": "2Gi"}
    return KubernetesPodOperator(
        task_id="score",
        name="score-customers",
        # "Use the KubernetesPodOperator": the one namespace for pods of Cloud Composer 3.
        namespace="composer-user-workloads",
        config_file="/home/airflow/composer_kube_config",
        image=IMAGE,
        arguments=["score", day, "{{ ti.xcom_pull(task_ids='model') | tojson }}"],
        env_vars={name: os.environ[name] for name in ("CUSTOMERS", "MODELS")},
        container_resources=k8s.V1ResourceRequirements(requests=resources, limits=resources),
        startup_timeout_seconds=300,
        get_logs=True,
        on_finish_action="delete_pod",
    )


score_customers()
