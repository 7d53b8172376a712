"""Writes a line to the log of each owner of a DAG whose run has failed, or was late: the owners' alerts look for it."""

import json
import logging
import re
from datetime import datetime, timedelta, timezone

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

log = logging.getLogger("airflow.slipway")

LATE = timedelta(seconds=int("@late@"))
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def owners_of(dag):
    return sorted({owner.strip() for owner in str(getattr(dag, "owner", "") or "").split(",") if owner.strip()}) or ["airflow"]


def limit_of(dag):
    """How late a run may end: the DAG's own tag `late:90m`, or what holds for all."""
    for tag in getattr(dag, "tags", None) or []:
        found = re.fullmatch(r"late:(\d+)([mhd])", str(getattr(tag, "name", tag)))
        if found:
            return timedelta(**{UNITS[found.group(2)]: int(found.group(1))})
    return LATE


def due(run):
    """When a run was to start. Only those that a schedule made are ever late."""
    kind = str(getattr(run.run_type, "value", run.run_type))
    if kind != "scheduled":
        return None
    return getattr(run, "data_interval_end", None) or getattr(run, "run_after", None)


def tell(state, run):
    dag = getattr(run, "dag", None)
    lines = []
    for owner in owners_of(dag):
        event = {"state": state, "dag": run.dag_id, "run": run.run_id, "owner": owner}
        lines.append("slipway-alert " + json.dumps(event))
        log.error(lines[-1])
    return lines


def tell_if_late(run):
    planned = due(run)
    if planned is not None and datetime.now(timezone.utc) - planned > limit_of(getattr(run, "dag", None)):
        return tell("late", run)
    return []


class Alerts:
    @hookimpl
    def on_dag_run_running(self, dag_run, msg):
        tell_if_late(dag_run)

    @hookimpl
    def on_dag_run_success(self, dag_run, msg):
        tell_if_late(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run, msg):
        tell("failed", dag_run)


class SlipwayAlerts(AirflowPlugin):
    name = "slipway_alerts"
    listeners = [Alerts()]
