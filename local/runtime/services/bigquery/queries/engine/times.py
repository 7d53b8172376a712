"""Functions of dates and times; parts are strings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from . import dates
from .signatures import python, sql
from .sqltypes import DATE, DATETIME, INT64, STRING, TIME, TIMESTAMP

for kind in (DATE, DATETIME, TIMESTAMP, TIME):
    python(f"{kind}_ADD", [kind, INT64, STRING], kind, dates.add)
    python(f"{kind}_SUB", [kind, INT64, STRING], kind, lambda value, amount, part: dates.add(value, -amount, part))
    python("$EXTRACT", [kind, STRING], INT64, dates.extract)
    python(f"{kind}_DIFF", [kind, kind, STRING], INT64, dates.timestamp_diff if kind == TIMESTAMP else dates.diff)
    python(f"{kind}_TRUNC", [kind, STRING], kind, dates.trunc)
python("DATE_ADD", [DATETIME, INT64, STRING], DATETIME, dates.add)
python(
    "TIMESTAMP_TRUNC",
    [TIMESTAMP, STRING, STRING],
    TIMESTAMP,
    lambda value, part, zone: dates.moment(dates.trunc(dates.local(value, zone), part), zone),
)
python(
    "$EXTRACT",
    [TIMESTAMP, STRING, STRING],
    INT64,
    lambda value, part, zone: dates.extract(dates.local(value, zone), part),
)
python("LAST_DAY", [DATE, STRING], DATE, dates.last_day)
python("LAST_DAY", [DATETIME, STRING], DATE, dates.last_day)
python("DATE", [INT64] * 3, DATE, lambda year, month, day: civil(date, "date", year, month, day))
python("TIME", [INT64] * 3, TIME, lambda hour, minute, second: civil(time, "time", hour, minute, second))
python("DATETIME", [INT64] * 6, DATETIME, lambda *parts: civil(datetime, "datetime", *parts))


def civil(make, what: str, *parts: int):
    try:
        return make(*parts)
    except (ValueError, OverflowError):
        raise ValueError(f"Input calculates to invalid {what}: {'-'.join(map(str, parts))}") from None


sql("DATE", [DATE], DATE, "{0}")
sql("DATE", [DATETIME], DATE, "CAST({0} AS DATE)")
sql("DATE", [TIMESTAMP], DATE, "CAST({0} AS DATE)")
python("DATE", [STRING], DATE, dates.date_of)
python("DATE", [TIMESTAMP, STRING], DATE, lambda value, zone: dates.local(value, zone).date())
sql("DATETIME", [DATETIME], DATETIME, "{0}")
sql("DATETIME", [TIMESTAMP], DATETIME, "{0}")
sql("DATETIME", [DATE], DATETIME, "CAST({0} AS TIMESTAMP)")
sql("DATETIME", [DATE, TIME], DATETIME, "({0} + {1})")
python("DATETIME", [STRING], DATETIME, dates.datetime_of)
python("DATETIME", [TIMESTAMP, STRING], DATETIME, dates.local)
sql("TIME", [DATETIME], TIME, "CAST({0} AS TIME)")
sql("TIME", [TIMESTAMP], TIME, "CAST({0} AS TIME)")
python("TIME", [TIMESTAMP, STRING], TIME, lambda value, zone: dates.local(value, zone).time())
sql("TIMESTAMP", [TIMESTAMP], TIMESTAMP, "{0}")
sql("TIMESTAMP", [DATETIME], TIMESTAMP, "{0}")
sql("TIMESTAMP", [DATE], TIMESTAMP, "CAST({0} AS TIMESTAMP)")
python("TIMESTAMP", [STRING], TIMESTAMP, dates.timestamp_of)
python("TIMESTAMP", [STRING, STRING], TIMESTAMP, dates.timestamp_of)
python("TIMESTAMP", [DATETIME, STRING], TIMESTAMP, dates.moment)
python("TIMESTAMP", [DATE, STRING], TIMESTAMP, lambda value, zone: dates.moment(datetime.combine(value, time()), zone))
python("STRING", [TIMESTAMP], STRING, dates.shown_timestamp)
python("STRING", [TIMESTAMP, STRING], STRING, dates.shown_timestamp)
python("STRING", [DATE], STRING, dates.shown_date)
python("STRING", [DATETIME], STRING, dates.shown_datetime)
python("STRING", [TIME], STRING, dates.shown_time)
for name, size in (("SECONDS", 1_000_000), ("MILLIS", 1000), ("MICROS", 1)):
    python(f"UNIX_{name}", [TIMESTAMP], INT64, lambda value, size=size: dates.micros_since_epoch(value) // size)
    python(f"TIMESTAMP_{name}", [INT64], TIMESTAMP, lambda value, size=size: dates.from_micros(value * size))
sql("UNIX_DATE", [DATE], INT64, "CAST({0} - DATE '1970-01-01' AS BIGINT)")
python("DATE_FROM_UNIX_DATE", [INT64], DATE, lambda days: date(1970, 1, 1) + timedelta(days=days))
python("FORMAT_DATE", [STRING, DATE], STRING, dates.render)
python("FORMAT_DATETIME", [STRING, DATETIME], STRING, dates.render)
python("FORMAT_TIME", [STRING, TIME], STRING, dates.render)
python("FORMAT_TIMESTAMP", [STRING, TIMESTAMP], STRING, lambda form, value: dates.render(form, value, "UTC"))
python(
    "FORMAT_TIMESTAMP",
    [STRING, TIMESTAMP, STRING],
    STRING,
    lambda form, value, zone: dates.render(form, dates.local(value, zone), zone),
)
python("PARSE_DATE", [STRING, STRING], DATE, lambda form, text: dates.parse(form, text, "PARSE_DATE")[0].date())
python("PARSE_DATETIME", [STRING, STRING], DATETIME, lambda form, text: dates.parse(form, text, "PARSE_DATETIME")[0])
python("PARSE_TIME", [STRING, STRING], TIME, lambda form, text: dates.parse(form, text, "PARSE_TIME")[0].time())


def parsed_timestamp(form: str, text: str, zone: str = "UTC") -> datetime:
    value, own = dates.parse(form, text, "PARSE_TIMESTAMP")
    return dates.moment(value, own or zone)


python("PARSE_TIMESTAMP", [STRING, STRING], TIMESTAMP, parsed_timestamp)
python("PARSE_TIMESTAMP", [STRING, STRING, STRING], TIMESTAMP, parsed_timestamp)
