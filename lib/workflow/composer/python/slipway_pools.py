"""Sets the pools that the program of this environment tells, and takes away those that it no longer tells."""

import json

import pendulum
from airflow import DAG
from airflow.models.pool import Pool
from airflow.operators.python import PythonOperator
from airflow.utils.session import provide_session

POOLS = json.loads("@pools@")
MARK = "(set by slipway)"


@provide_session
def set_pools(session=None):
    names = [pool["name"] for pool in POOLS]
    for pool in POOLS:
        described = {**pool, "description": f"{pool['description']} {MARK}".strip()}
        Pool.create_or_update_pool(**described, session=session)
    for old in session.query(Pool).filter(Pool.description.endswith(MARK, autoescape=True)).all():
        if old.pool not in names and old.pool != Pool.DEFAULT_POOL_NAME:
            session.delete(old)


# Its id changes with the pools, so that new ones are set at once; those of before that come back are set within the hour.
with DAG(
    "slipway_pools_@hash@",
    schedule="@hourly",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    is_paused_upon_creation=False,
    default_args={"owner": "slipway", "retries": 3},
    tags=["slipway"],
) as dag:
    # In the pool that is always there, as those that it sets may not be.
    PythonOperator(task_id="set_pools", python_callable=set_pools, pool=Pool.DEFAULT_POOL_NAME)
