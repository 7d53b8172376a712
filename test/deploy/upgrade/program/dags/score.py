import os

import pendulum
from airflow import DAG
from airflow.models import Variable
from airflow.operators.python import PythonOperator


def extract():
    print("reads", os.environ["CUSTOMERS"])


def score():
    print("scores above", Variable.get("threshold"))


with DAG(
    "score",
    schedule="0 3 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    # Whose alert it is, and how late it may be.
    default_args={"owner": "scoring", "retries": 2},
    tags=["late:90m"],
) as dag:
    PythonOperator(task_id="extract", python_callable=extract) >> PythonOperator(
        task_id="score", python_callable=score, pool="scoring"
    )
