"""Keeps minReplicas of one HorizontalPodAutoscaler at what its schedules say now.

Reads schedules.json beside it, asks the Kubernetes API every few seconds, and changes minReplicas only where it differs.
With --alive it says by its exit code whether the schedules were looked at lately.
"""

import json
import os
import signal
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

FIELDS = [
    (0, 59, []),
    (0, 23, []),
    (1, 31, []),
    (1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()),
    (0, 7, "SUN MON TUE WED THU FRI SAT".split()),
]
FRESH_SECONDS = 90


def values(field, text):
    """The values of one field of a cron expression: *, 7, MON-FRI, 0-23/2, and lists of them."""
    least, most, names = field

    def number(word):
        return names.index(word.upper()) + least if word.upper() in names else int(word)

    found = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        low, high = (least, most) if first == "*" else (number(first), number(last or first))
        found.update(range(low, high + 1, int(step or 1)))
    return found


def starts(expression, day, zone):
    """The moments of one day at which a cron expression begins.

    Where clocks are put forward, a time that is left out counts as if they were not; where they are put back, a time
    that comes twice counts once, the first time.
    """
    minutes, hours, days, months, weekdays = map(values, FIELDS, expression.split())
    in_month, in_week = day.day in days, day.isoweekday() in weekdays or day.isoweekday() % 7 in weekdays
    restricted = [field != "*" for field in expression.split()[2::2]]
    comes = in_month or in_week if all(restricted) else in_month and in_week
    if day.month in months and comes:
        for hour in hours:
            for minute in minutes:
                yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(timezone.utc)


def moment(text, zone, is_end=False):
    """A day or a time as a moment; a day that ends something lasts until the next one begins."""
    if "T" in text:
        given = datetime.fromisoformat(text)
        return given if given.tzinfo else given.replace(tzinfo=zone)
    day = date.fromisoformat(text) + timedelta(days=1 if is_end else 0)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def holds(schedule, now):
    """Whether a schedule holds at a moment."""
    zone = ZoneInfo(schedule["timeZone"])
    if "from" in schedule:
        return moment(schedule["from"], zone) <= now < moment(schedule["to"], zone, is_end=True)
    length = timedelta(seconds=schedule["durationSeconds"])
    day, first = now.astimezone(zone).date(), (now - length).astimezone(zone).date()
    while day >= first:
        if any(start <= now < start + length for start in starts(schedule["schedule"], day, zone)):
            return True
        day -= timedelta(days=1)
    return False


def minimum(settings, now):
    """How many replicas there are to be at least, and the schedules because of which."""
    active = {name: one for name, one in settings["schedules"].items() if holds(one, now)}
    return max([settings["minReplicas"], *(one["minReplicas"] for one in active.values())]), sorted(active)


class Cluster:
    """The API of the cluster, for the one object that this account may change."""

    def __init__(self, settings):
        account = Path(os.environ["SERVICE_ACCOUNT_FOLDER"])
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        host = f"[{host}]" if ":" in host else host
        namespace = (account / "namespace").read_text().strip()
        self.url = (
            f"https://{host}:{port}/apis/autoscaling/v2/namespaces/{namespace}"
            f"/horizontalpodautoscalers/{settings['autoscaler']}"
        )
        self.token = account / "token"
        self.trust = ssl.create_default_context(cafile=account / "ca.crt")

    def call(self, method, patch=None):
        # The token is read anew each time, as it is replaced before it ends.
        headers = {"Authorization": f"Bearer {self.token.read_text().strip()}", "Accept": "application/json"}
        if patch is not None:
            headers["Content-Type"] = "application/merge-patch+json"
        body = json.dumps(patch).encode() if patch is not None else None
        url = f"{self.url}?fieldManager=scaling-schedule" if patch is not None else self.url
        request = urllib.request.Request(url, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=10, context=self.trust) as answer:
            return json.load(answer)


def keep(settings, cluster, now):
    """Sets minReplicas if it is not what the schedules say; tells what was changed, if anything was."""
    try:
        autoscaler = cluster.call("GET")
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise
    # One that no longer says so has its minimum from elsewhere, and this keeper is about to be removed.
    if autoscaler["metadata"].get("annotations", {}).get(settings["annotation"]) != "true":
        return None
    wanted, because = minimum(settings, now)
    wanted = min(wanted, autoscaler["spec"]["maxReplicas"])
    before = autoscaler["spec"].get("minReplicas", 1)
    if before == wanted:
        return None
    cluster.call("PATCH", {"spec": {"minReplicas": wanted}})
    return {"autoscaler": settings["autoscaler"], "from": before, "to": wanted, "schedules": because}


def say(severity, message, **details):
    print(json.dumps({"severity": severity, "message": message, **details}), flush=True)


def run(settings, done):
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    cluster, trouble = Cluster(settings), None
    while not ended.is_set():
        try:
            change = keep(settings, cluster, datetime.now(timezone.utc))
            if change or trouble:
                say("INFO", "minReplicas was changed" if change else "the Kubernetes API answers again", **(change or {}))
            trouble = None
            done.touch()
        except Exception as error:  # whatever it is, the next round is to come
            # What goes on failing is told once.
            if trouble != str(error):
                say("WARNING", f"minReplicas could not be looked at: {error}")
            trouble = str(error)
        ended.wait(settings["everySeconds"])


def main():
    settings = json.loads((Path(__file__).parent / "schedules.json").read_text())
    done = Path(os.environ["DONE_FILE"])
    if "--alive" in sys.argv:
        is_fresh = done.exists() and time.time() - done.stat().st_mtime < FRESH_SECONDS
        sys.exit(0 if is_fresh else 1)
    run(settings, done)


if __name__ == "__main__":
    main()
