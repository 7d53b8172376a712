"""Functions of arrays."""

from __future__ import annotations

from datetime import date

from . import dates
from .signatures import python
from .sqltypes import DATE, FLOAT64, INT64, STRING, TIMESTAMP, array

python(
    "ARRAY_TO_STRING",
    [array(STRING), STRING],
    STRING,
    lambda items, by: by.join(each for each in items if each is not None),
)
python(
    "ARRAY_TO_STRING",
    [array(STRING), STRING, STRING],
    STRING,
    lambda items, by, missing: by.join(missing if each is None else each for each in items),
)


def stepped(start, end, step, zero) -> list:
    if step == zero:
        raise ValueError("Sequence step cannot be 0.")
    values = []
    value = start
    while value <= end if step > zero else value >= end:
        values.append(value)
        if len(values) > 1_048_575:
            raise ValueError("Cannot generate arrays with more than 1048575 elements.")
        value = start + step * len(values)
    return values


python("GENERATE_ARRAY", [INT64, INT64], array(INT64), lambda start, end: stepped(start, end, 1, 0))
python("GENERATE_ARRAY", [INT64, INT64, INT64], array(INT64), lambda start, end, step: stepped(start, end, step, 0))
python("GENERATE_ARRAY", [FLOAT64, FLOAT64], array(FLOAT64), lambda start, end: stepped(start, end, 1.0, 0))
python(
    "GENERATE_ARRAY", [FLOAT64, FLOAT64, FLOAT64], array(FLOAT64), lambda start, end, step: stepped(start, end, step, 0)
)


def dates_between(start: date, end: date, step: int = 1, part: str = "DAY") -> list[date]:
    if step == 0:
        raise ValueError("Sequence step cannot be 0.")
    values = []
    value = start
    while value <= end if step > 0 else value >= end:
        values.append(value)
        value = dates.add(start, step * len(values), part)
    return values


python("GENERATE_DATE_ARRAY", [DATE, DATE], array(DATE), dates_between)
python("$GENERATE_DATE_ARRAY", [DATE, DATE, INT64, STRING], array(DATE), dates_between)
python("$GENERATE_TIMESTAMP_ARRAY", [TIMESTAMP, TIMESTAMP, INT64, STRING], array(TIMESTAMP), dates_between)
