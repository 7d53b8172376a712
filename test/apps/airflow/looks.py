"""Looks for late runs as the plugin does in the scheduler: python looks.py <hours from now> <hours from now> ..."""

import sys
from datetime import datetime, timedelta, timezone

from airflow.utils.session import create_session
from slipway_plugin import Lateness, settings

lateness = Lateness()
for hours in sys.argv[1:]:
    print(f"{hours} hours from now:", flush=True)
    with create_session() as session:
        lateness.look(datetime.now(timezone.utc) + timedelta(hours=float(hours)), settings()["late_after"], session)
