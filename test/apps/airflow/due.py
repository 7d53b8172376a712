"""Makes a run that a schedule would have made hours ago, and leaves it to the scheduler: python due.py <dag> <hours>"""

import sys
from datetime import datetime, timedelta, timezone

from airflow.models import DagBag
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunType

dag_id, hours = sys.argv[1:]
dag = DagBag().get_dag(dag_id)
then = datetime.now(timezone.utc) - timedelta(hours=float(hours))
with create_session() as session:
    run = dag.create_dagrun(
        run_id=f"scheduled__{then.isoformat()}",
        run_type=DagRunType.SCHEDULED,
        execution_date=then - timedelta(days=1),
        data_interval=(then - timedelta(days=1), then),
        start_date=then,
        state=DagRunState.RUNNING,
        session=session,
    )
    run.queued_at = then
