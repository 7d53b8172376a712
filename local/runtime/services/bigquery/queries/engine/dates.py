"""Arithmetic and formats of dates and times.

https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions
https://cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions
https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .sqltypes import Unsupported

epoch = datetime(1970, 1, 1)
weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
micros = {
    "MICROSECOND": 1,
    "MILLISECOND": 1000,
    "SECOND": 1_000_000,
    "MINUTE": 60_000_000,
    "HOUR": 3_600_000_000,
    "DAY": 86_400_000_000,
}
months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def zone_of(name: str):
    match = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d{2}))?", name)
    if match:
        sign, hours, minutes = match.groups()
        from datetime import timezone

        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(offset if sign == "+" else -offset)
    try:
        return ZoneInfo(name)
    except Exception:
        raise ValueError(f"Invalid time zone: {name}") from None


def local(moment: datetime, zone: str) -> datetime:
    """The local time of a UTC time."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone_of(zone)).replace(tzinfo=None)


def moment(value: datetime, zone: str) -> datetime:
    """The UTC time of a local time."""
    return value.replace(tzinfo=zone_of(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def micros_since_epoch(value: datetime) -> int:
    return (value - epoch) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    try:
        return epoch + timedelta(microseconds=value)
    except OverflowError:
        raise ValueError(f"Invalid timestamp value: {value}") from None


def add(value, amount: int, part: str):
    """Adds so many parts; the last day of a month remains in its month."""
    try:
        if part in months or part == "ISOYEAR":
            total = value.year * 12 + value.month - 1 + amount * months[part]
            year, month = total // 12, total % 12 + 1
            return value.replace(year=year, month=month, day=min(value.day, monthrange(year, month)[1]))
        if part == "WEEK":
            amount, part = amount * 7, "DAY"
        if isinstance(value, time):
            whole = (micros_of_day(value) + amount * micros[part]) % micros["DAY"]
            return (epoch + timedelta(microseconds=whole)).time()
        return value + timedelta(microseconds=amount * micros[part])
    except (OverflowError, ValueError):
        what = "Adding" if amount >= 0 else "Subtracting"
        raise ValueError(f"{what} {abs(amount)} {part} to {value} causes overflow") from None


def micros_of_day(value: time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def trunc(value, part: str):
    """The start of the part. Weeks start on Sundays unless they name a day."""
    if part.startswith("WEEK") or part == "ISOWEEK":
        start = weekdays.index("MONDAY" if part == "ISOWEEK" else part[5:-1] or "SUNDAY")
        day = trunc(value, "DAY")
        return day - timedelta(days=(day.weekday() - start) % 7)
    if part == "ISOYEAR":
        return trunc(trunc_to_iso_year(value), "DAY")
    if part in months:
        month = {"MONTH": value.month, "QUARTER": (value.month - 1) // 3 * 3 + 1, "YEAR": 1}[part]
        return trunc(value.replace(month=month, day=1), "DAY")
    if isinstance(value, time):
        whole = micros_of_day(value)
        return (epoch + timedelta(microseconds=whole - whole % micros[part])).time()
    if not isinstance(value, datetime):
        return value
    whole = micros_since_epoch(value)
    return from_micros(whole - whole % micros[part])


def trunc_to_iso_year(value):
    year = value.isocalendar().year
    day = date.fromisocalendar(year, 1, 1)
    return datetime.combine(day, time()) if isinstance(value, datetime) else day


def diff(later, earlier, part: str) -> int:
    """The number of boundaries of parts between two values."""
    if part in months:
        size = months[part]
        return (later.year * 12 + later.month - 1) // size - (earlier.year * 12 + earlier.month - 1) // size
    if part == "ISOYEAR":
        return later.isocalendar().year - earlier.isocalendar().year
    if part.startswith("WEEK") or part == "ISOWEEK":
        return (trunc(later, part) - trunc(earlier, part)).days // 7
    if isinstance(later, time):
        return micros_of_day(trunc(later, part)) // micros[part] - micros_of_day(trunc(earlier, part)) // micros[part]
    return (trunc(later, part) - trunc(earlier, part)) // timedelta(microseconds=micros[part])


def timestamp_diff(later: datetime, earlier: datetime, part: str) -> int:
    """The number of whole parts between two times; unlike others, it counts no boundaries."""
    whole = micros_since_epoch(later) - micros_since_epoch(earlier)
    size = micros[part]
    return whole // size if whole >= 0 else -(-whole // size)


def extract(value, part: str) -> int:
    match part:
        case "MICROSECOND":
            return value.microsecond
        case "MILLISECOND":
            return value.microsecond // 1000
        case "SECOND" | "MINUTE" | "HOUR" | "DAY" | "MONTH" | "YEAR":
            return getattr(value, part.lower())
        case "QUARTER":
            return (value.month - 1) // 3 + 1
        case "DAYOFWEEK":
            return value.isoweekday() % 7 + 1
        case "DAYOFYEAR":
            return value.timetuple().tm_yday
        case "ISOWEEK":
            return value.isocalendar().week
        case "ISOYEAR":
            return value.isocalendar().year
        case _:
            # "Dates prior to the first weekday of the year are in week 0."
            start = weekdays.index(part[5:-1] or "SUNDAY")
            first = date(value.year, 1, 1)
            return (value.timetuple().tm_yday - 1 + 7 - (start - first.weekday()) % 7) // 7


def last_day(value, part: str) -> date:
    start = trunc(value if not isinstance(value, datetime) else value.date(), part)
    if part == "ISOYEAR":
        return date.fromisocalendar(start.isocalendar().year + 1, 1, 1) - timedelta(days=1)
    step = "WEEK" if part.startswith("WEEK") or part == "ISOWEEK" else part
    return add(start, 1, step) - timedelta(days=1)


month_names = "January February March April May June July August September October November December".split()
day_names = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def render(form: str, value, zone: str | None = None) -> str:
    """Formats a value, whose time is local."""
    shown = []
    at = 0
    while at < len(form):
        if form[at] != "%":
            shown.append(form[at])
            at += 1
            continue
        match = re.compile(r"%(E[0-9*][SfR]?|E4Y|E[a-zA-Z]|O[a-zA-Z]|[a-zA-Z%])").match(form, at)
        if not match:
            raise Unsupported(f"the format element {form[at : at + 2]}")
        shown.append(element(match[1], value, zone))
        at = match.end()
    return "".join(shown)


def element(name: str, value, zone: str | None) -> str:
    hour = getattr(value, "hour", 0)
    twelve = hour % 12 or 12
    day = value if not isinstance(value, time) else None
    digits = re.fullmatch(r"E([0-6*])S", name)
    if digits:
        fraction = f"{value.microsecond:06d}"
        fraction = fraction.rstrip("0") if digits[1] == "*" else fraction[: int(digits[1])]
        return f"{value.second:02d}" + (f".{fraction}" if fraction else "")
    single = {
        "H": lambda: f"{hour:02d}",
        "I": lambda: f"{twelve:02d}",
        "k": lambda: f"{hour:2d}",
        "l": lambda: f"{twelve:2d}",
        "M": lambda: f"{getattr(value, 'minute', 0):02d}",
        "S": lambda: f"{getattr(value, 'second', 0):02d}",
        "P": lambda: "am" if hour < 12 else "pm",
        "p": lambda: "AM" if hour < 12 else "PM",
        "T": lambda: render("%H:%M:%S", value, zone),
        "R": lambda: render("%H:%M", value, zone),
        "%": lambda: "%",
        "n": lambda: "\n",
        "t": lambda: "\t",
    }
    dated = {
        "Y": lambda: str(day.year),
        "E4Y": lambda: f"{day.year:04d}",
        "y": lambda: f"{day.year % 100:02d}",
        "C": lambda: f"{day.year // 100:02d}",
        "m": lambda: f"{day.month:02d}",
        "d": lambda: f"{day.day:02d}",
        "e": lambda: f"{day.day:2d}",
        "j": lambda: f"{extract(day, 'DAYOFYEAR'):03d}",
        "b": lambda: month_names[day.month - 1][:3],
        "h": lambda: month_names[day.month - 1][:3],
        "B": lambda: month_names[day.month - 1],
        "a": lambda: day_names[day.weekday()][:3],
        "A": lambda: day_names[day.weekday()],
        "u": lambda: str(day.isoweekday()),
        "w": lambda: str(day.isoweekday() % 7),
        "Q": lambda: str(extract(day, "QUARTER")),
        "G": lambda: str(day.isocalendar().year),
        "g": lambda: f"{day.isocalendar().year % 100:02d}",
        "V": lambda: f"{day.isocalendar().week:02d}",
        "U": lambda: f"{extract(day, 'WEEK(SUNDAY)'):02d}",
        "W": lambda: f"{extract(day, 'WEEK(MONDAY)'):02d}",
        "F": lambda: render("%Y-%m-%d", value, zone),
        "D": lambda: render("%m/%d/%y", value, zone),
        "x": lambda: render("%m/%d/%y", value, zone),
        "X": lambda: render("%H:%M:%S", value, zone),
        "c": lambda: render("%a %b %e %H:%M:%S %Y", value, zone),
    }
    zoned = {
        "Z": lambda: zone_name(value, zone),
        "z": lambda: offset_of(value, zone).replace(":", ""),
        "Ez": lambda: offset_of(value, zone),
        "s": lambda: str(micros_since_epoch(moment(value, zone)) // 1_000_000),
    }
    if name in single:
        return single[name]()
    if name in dated and day is not None:
        return dated[name]()
    if name in zoned and zone is not None:
        return zoned[name]()
    raise Unsupported(f"the format element %{name} here")


def offset_of(value: datetime, zone: str) -> str:
    text = value.replace(tzinfo=zone_of(zone)).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def zone_name(value: datetime, zone: str) -> str:
    if zone in ("UTC", "+00", "+00:00"):
        return "UTC"
    raise Unsupported("the format element %Z of another zone than UTC")


def parse(form: str, text: str, what: str) -> tuple[datetime, str | None]:
    """Reads a value; parts without an element are as of 1970-01-01 00:00:00."""
    simple = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "E4Y": "%Y", "E*S": "%S.%f"}
    for name, longer in simple.items():
        form = form.replace(f"%{name}", longer)
    known = re.findall(r"%(E\dS|E[a-zA-Z]|.)", form)
    odd = [each for each in known if each not in list("YmdHIMSpbBaAyjzf%eh")]
    if odd:
        raise Unsupported(f"the format element %{odd[0]} in {what}")
    form = form.replace("%e", "%d").replace("%h", "%b")
    try:
        if "%S.%f" in form and "." not in text:
            form = form.replace("%S.%f", "%S")
        read = datetime.strptime(text, form)
    except ValueError:
        raise ValueError(f'Failed to parse input string "{text}"') from None
    if "%Y" not in form and "%y" not in form:
        read = read.replace(year=1970)
    return read.replace(tzinfo=None), (read.tzinfo and read.strftime("%z"))


def date_of(text: str) -> date:
    match = re.fullmatch(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*", text)
    try:
        return date(*map(int, match.groups()))
    except (AttributeError, ValueError):
        raise ValueError(f"Invalid date: '{text}'") from None


def time_of(text: str) -> time:
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?\s*", text)
    try:
        hour, minute, second, fraction = match.groups()
        return time(int(hour), int(minute), int(second), int((fraction or "").ljust(6, "0")))
    except (AttributeError, ValueError):
        raise ValueError(f'Invalid time string "{text}"') from None


def civil(text: str, what: str) -> tuple[datetime, str | None]:
    """A date, which can have a time and a zone."""
    match = re.fullmatch(
        r"\s*(\d{4}-\d{1,2}-\d{1,2})(?:[ Tt](\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,6})?|\d{1,2}:\d{1,2}))?\s*(Z|z|[+-]\d{1,2}(?::?\d{2})?| ?[A-Za-z_]+(?:/[A-Za-z_+-]+)*)?\s*",
        text,
    )
    if not match:
        raise ValueError(f"Invalid {what}: '{text}'")
    day, clock, zone = match.groups()
    clock = clock if clock is None or clock.count(":") == 2 else f"{clock}:00"
    try:
        return datetime.combine(date_of(day), time_of(clock) if clock else time()), zone and zone.strip()
    except ValueError:
        raise ValueError(f"Invalid {what}: '{text}'") from None


def datetime_of(text: str) -> datetime:
    value, zone = civil(text, "datetime string")
    if zone:
        raise ValueError(f'Invalid datetime string "{text}"')
    return value


def timestamp_of(text: str, zone: str = "UTC") -> datetime:
    value, own = civil(text, "timestamp")
    own = "UTC" if own in ("Z", "z") else own
    return moment(value, own or zone)


def shown_date(value: date) -> str:
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def shown_time(value: time) -> str:
    """With no digits, three digits or six digits of a second."""
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    fraction = f"{value.microsecond:06d}"
    fraction = fraction[:3] if fraction.endswith("000") else fraction
    return text if value.microsecond == 0 else f"{text}.{fraction}"


def shown_datetime(value: datetime) -> str:
    return f"{shown_date(value)} {shown_time(value.time())}"


def shown_timestamp(value: datetime, zone: str = "UTC") -> str:
    offset = offset_of(local(value, zone), zone)
    return f"{shown_datetime(local(value, zone))}{offset[:3] if offset.endswith(':00') else offset}"
