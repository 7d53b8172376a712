"""Has an API server take the pod that a KubernetesPodOperator would start for its latest run, in a dry run:
python pod.py <dag> <task> <kubeconfig>
"""

import json
import sys

from airflow.models import DagBag, TaskInstance
from airflow.utils.session import create_session
from kubernetes.client import ApiClient

dag_id, task_id, kubeconfig = sys.argv[1:]
task = DagBag().get_dag(dag_id).get_task(task_id)
task.config_file = kubeconfig
with create_session() as session:
    found = session.query(TaskInstance).filter_by(dag_id=dag_id, task_id=task_id)
    instance = found.order_by(TaskInstance.start_date.desc()).first()
    instance.refresh_from_task(task)
    context = instance.get_template_context(session=session)
    task.render_template_fields(context)
    pod = task.build_pod_request_obj(context)
    taken = task.client.create_namespaced_pod(pod.metadata.namespace, pod, dry_run="All", field_validation="Strict")
print("pod:" + json.dumps(ApiClient().sanitize_for_serialization(taken)))
