"""Sets the pools that the program of this environment tells, and writes a line to the log for each owner of a DAG when one of its runs
fails or is late: the owners' alerts look for it. All this happens in the scheduler, which may write to Airflow's database.
"""

import json
import logging
import re
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

log = logging.getLogger("airflow.slipway")

SETTINGS = Path(__file__).with_suffix(".json")
MARK = "(set by slipway)"
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SECONDS_BETWEEN_LOOKS = 60


def settings():
    """What the program tells: `pools`, and after how many seconds a run is late, `late_after`, where owners are told of runs."""
    return json.loads(SETTINGS.read_text(encoding="utf-8"))


def set_pools(pools, session):
    """Takes away those that it has set and that are no longer told."""
    from airflow.models.pool import Pool

    for pool in pools:
        described = {**pool, "description": f"{pool['description']} {MARK}".strip()}
        Pool.create_or_update_pool(**described, session=session)
    names = [Pool.DEFAULT_POOL_NAME, *(pool["name"] for pool in pools)]
    for old in session.query(Pool).filter(Pool.description.endswith(MARK, autoescape=True)).all():
        if old.pool not in names:
            session.delete(old)


def owners_of(dag):
    """The owners of its tasks; Airflow's own default where nothing is known of it."""
    named = str(getattr(dag, "owners", None) or getattr(dag, "owner", None) or "").split(",")
    return sorted({owner.strip() for owner in named if owner.strip()}) or ["airflow"]


def limit_of(dag, late_after):
    """After how long a run is late: the DAG's own tag `late:90m`, or what holds for all."""
    for tag in dag.tags:
        found = re.fullmatch(r"late:(\d+)([mhd])", tag.name)
        if found:
            return timedelta(**{UNITS[found.group(2)]: int(found.group(1))})
    return timedelta(seconds=late_after)


def tell(state, dag_id, run_id, owners):
    for owner in owners:
        log.error("slipway-alert %s", json.dumps({"state": state, "dag": dag_id, "run": run_id, "owner": owner}))


def begun(run):
    """When it was due, or when it was made where that is later, as that of a run which catches up is."""
    due = getattr(run, "run_after", None) or run.data_interval_end or run.start_date
    return max(each for each in (due, run.queued_at) if each)


class Lateness:
    """Looks again and again for runs of schedules that are not done, or were not even made, though it is time."""

    def __init__(self):
        self.told = set()
        self.unmade = set()

    def look(self, now, late_after, session):
        """Tells of what is late; of a run that was not made when that is so twice, as one that is due is made in this moment."""
        from airflow.models import DagModel, DagRun
        from sqlalchemy.orm import selectinload

        late, unmade = {}, {}
        dags = session.query(DagModel).filter(DagModel.is_paused.is_(False)).options(selectinload(DagModel.tags))
        for dag in dags:
            limit = limit_of(dag, late_after)
            unfinished = session.query(DagRun).filter(
                DagRun.dag_id == dag.dag_id, DagRun.run_type == "scheduled", DagRun.state.in_(["queued", "running"])
            )
            for run in unfinished:
                if now - begun(run) > limit:
                    late[dag.dag_id, run.run_id] = owners_of(dag)
            due = dag.next_dagrun_create_after
            gone = dag.is_stale if hasattr(DagModel, "is_stale") else not dag.is_active
            if due and not gone and now - due > limit:
                unmade[dag.dag_id, due.isoformat()] = owners_of(dag)
        late.update({run: owners for run, owners in unmade.items() if run in self.unmade})
        for run in late.keys() - self.told:
            tell("late", *run, late[run])
        self.told = late.keys()
        self.unmade = unmade.keys()


def watch(job):
    """For as long as the scheduler lives, and not where other jobs start. A job knows only later which one it is."""
    from airflow.utils.session import create_session

    lateness = Lateness()
    while job.job_type is None:
        time.sleep(1)
    while job.job_type == "SchedulerJob":
        try:
            told = settings()
            with create_session() as session:
                set_pools(told["pools"], session)
            if told["late_after"]:
                with create_session() as session:
                    lateness.look(datetime.now(timezone.utc), told["late_after"], session)
        except Exception:
            log.exception("could not set pools, or look for late runs")
        time.sleep(SECONDS_BETWEEN_LOOKS)


class InScheduler:
    @hookimpl
    def on_starting(self, component):
        if hasattr(component, "job_type"):
            threading.Thread(target=watch, args=[component], name="slipway", daemon=True).start()

    @hookimpl
    def on_dag_run_failed(self, dag_run, msg):
        if settings()["late_after"]:
            tell("failed", dag_run.dag_id, dag_run.run_id, owners_of(getattr(dag_run, "dag", None)))


class SlipwayPlugin(AirflowPlugin):
    name = "slipway"
    listeners = [InScheduler()]
