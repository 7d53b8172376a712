"""Functions of strings and bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid

from .signatures import python, sql
from .sqltypes import BOOL, BYTES, INT64, STRING, Unsupported, array

sql("$CONCAT", [STRING], STRING, "||", is_variadic=True)
sql("$CONCAT", [BYTES], BYTES, "||", is_variadic=True)
sql("LENGTH CHAR_LENGTH CHARACTER_LENGTH", [STRING], INT64, "length({0})")
sql("LENGTH", [BYTES], INT64, "octet_length({0})")
sql("BYTE_LENGTH OCTET_LENGTH", [STRING], INT64, "octet_length(encode({0}))")
sql("BYTE_LENGTH OCTET_LENGTH", [BYTES], INT64, "octet_length({0})")
python("LOWER LCASE", [STRING], STRING, str.lower)
python("UPPER UCASE", [STRING], STRING, str.upper)
python("LOWER LCASE", [BYTES], BYTES, bytes.lower)
python("UPPER UCASE", [BYTES], BYTES, bytes.upper)
python("REPLACE", [BYTES] * 3, BYTES, lambda text, old, new: text.replace(old, new) if old else text)
python("REVERSE", [STRING], STRING, lambda text: text[::-1])
python("REVERSE", [BYTES], BYTES, lambda value: value[::-1])
python("REPLACE", [STRING] * 3, STRING, lambda text, old, new: text.replace(old, new) if old else text)
python("STARTS_WITH", [STRING] * 2, BOOL, str.startswith)
python("STARTS_WITH", [BYTES] * 2, BOOL, bytes.startswith)
python("ENDS_WITH", [STRING] * 2, BOOL, str.endswith)
python("ENDS_WITH", [BYTES] * 2, BOOL, bytes.endswith)
python("STRPOS", [STRING] * 2, INT64, lambda text, part: text.find(part) + 1)
python("STRPOS", [BYTES] * 2, INT64, lambda text, part: text.find(part) + 1)

spaces = "".join(
    chr(each)
    for each in (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
for name, way in (("TRIM", "strip"), ("LTRIM", "lstrip"), ("RTRIM", "rstrip")):
    python(name, [STRING], STRING, lambda text, way=way: getattr(text, way)(spaces))
    python(name, [STRING, STRING], STRING, lambda text, cut, way=way: getattr(text, way)(cut))
    python(name, [BYTES, BYTES], BYTES, lambda text, cut, way=way: getattr(text, way)(cut))


def substring(text, start: int, length: int | None = None):
    if length is not None and length < 0:
        raise ValueError("Third argument in SUBSTR() cannot be negative")
    size = len(text)
    begin = start - 1 if start > 0 else 0 if start == 0 else max(size + start, 0)
    return text[begin:] if length is None else text[begin : begin + length]


for kind in (STRING, BYTES):
    python("SUBSTR SUBSTRING", [kind, INT64], kind, substring)
    python("SUBSTR SUBSTRING", [kind, INT64, INT64], kind, substring)


def side(text, length: int, is_left: bool):
    if length < 0:
        raise ValueError(f"Second argument in {'LEFT' if is_left else 'RIGHT'}() cannot be negative")
    return text[:length] if is_left else text[max(len(text) - length, 0) :]


def padded(text, length: int, pad, is_left: bool):
    if length < 0:
        raise ValueError(f"Second argument (output size) for {'LPAD' if is_left else 'RPAD'} cannot be negative")
    if len(pad) == 0:
        raise ValueError(f"Third argument (pad pattern) for {'LPAD' if is_left else 'RPAD'} cannot be empty")
    if length > 1024 * 1024:
        raise ValueError("Output of LPAD/RPAD exceeds max allowed output size of 1MB")
    if len(text) >= length:
        return text[:length]
    more = (pad * length)[: length - len(text)]
    return more + text if is_left else text + more


def repeated(text, times: int):
    if times < 0:
        raise ValueError("Second argument in REPEAT() cannot be negative")
    if len(text) * times > 1024 * 1024:
        raise ValueError("Output of REPEAT exceeds max allowed output size of 1MB")
    return text * times


for kind, blank in ((STRING, " "), (BYTES, b" ")):
    python("LEFT", [kind, INT64], kind, lambda text, length: side(text, length, True))
    python("RIGHT", [kind, INT64], kind, lambda text, length: side(text, length, False))
    python("REPEAT", [kind, INT64], kind, repeated)
    for name in ("LPAD", "RPAD"):
        python(
            name,
            [kind, INT64],
            kind,
            lambda text, length, blank=blank, left=name == "LPAD": padded(text, length, blank, left),
        )
        python(
            name,
            [kind, INT64, kind],
            kind,
            lambda text, length, pad, left=name == "LPAD": padded(text, length, pad, left),
        )


def instr(text, part, position: int = 1, occurrence: int = 1) -> int:
    if occurrence <= 0:
        raise ValueError("Occurrence must be positive.")
    if position == 0:
        raise ValueError("Position must be non-zero.")
    size = len(text)
    found = [at for at in range(size - len(part) + 1) if text[at : at + len(part)] == part] if len(part) else []
    if position > 0:
        found = [at for at in found if at >= position - 1]
    else:
        found = [at for at in reversed(found) if at <= size + position]
    return found[occurrence - 1] + 1 if len(found) >= occurrence else 0


for count in range(3):
    python("INSTR", [STRING, STRING, *[INT64] * count], INT64, instr)
    python("INSTR", [BYTES, BYTES, *[INT64] * count], INT64, instr)

python("SPLIT", [STRING], array(STRING), lambda text: split(text, ","))
python("SPLIT", [STRING, STRING], array(STRING), lambda text, by: split(text, by))


def split(text: str, by: str) -> list[str]:
    """ "Splitting an empty STRING returns an array with a single empty STRING"; an empty delimiter gives the characters."""
    return text.split(by) if by else list(text) or [""]


python("ASCII", [STRING], INT64, lambda text: ascii_of(text))
python("UNICODE", [STRING], INT64, lambda text: ord(text[0]) if text else 0)
python("CHR", [INT64], STRING, chr)
python("TO_CODE_POINTS", [STRING], array(INT64), lambda text: [ord(each) for each in text])
python("TO_CODE_POINTS", [BYTES], array(INT64), list)
python(
    "CODE_POINTS_TO_STRING", [array(INT64)], STRING, lambda codes: None if None in codes else "".join(map(chr, codes))
)
python("CODE_POINTS_TO_BYTES", [array(INT64)], BYTES, lambda codes: None if None in codes else bytes(codes))


def ascii_of(text: str) -> int:
    if text and ord(text[0]) > 127:
        raise ValueError(f"First character of input to ASCII() function is not ASCII: {text[0]}")
    return ord(text[0]) if text else 0


initial = ' \t\n\v\f\r[](){}/|<>!?@"^#$&~_,.:;*%+\\-'
python("INITCAP", [STRING], STRING, lambda text: capitals(text, initial))
python("INITCAP", [STRING, STRING], STRING, lambda text, by: capitals(text, by))


def capitals(text: str, by: str) -> str:
    shown, is_first = [], True
    for letter in text:
        shown.append(letter.upper() if is_first else letter.lower())
        is_first = letter in by
    return "".join(shown)


def translated(text: str, source: str, target: str) -> str:
    if len(set(source)) < len(source):
        raise ValueError("Duplicate character in TRANSLATE source characters")
    return text.translate({ord(each): target[at] if at < len(target) else None for at, each in enumerate(source)})


python("TRANSLATE", [STRING] * 3, STRING, translated)
python("TO_HEX", [BYTES], STRING, bytes.hex)
python("FROM_HEX", [STRING], BYTES, lambda text: bytes.fromhex(text if len(text) % 2 == 0 else f"0{text}"))
python("TO_BASE64", [BYTES], STRING, lambda value: base64.b64encode(value).decode())


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("Failed to decode invalid base64 string") from None


python("FROM_BASE64", [STRING], BYTES, decoded)
python("SAFE_CONVERT_BYTES_TO_STRING", [BYTES], STRING, lambda value: value.decode(errors="replace"))
for name in ("MD5", "SHA1", "SHA256", "SHA512"):
    python(name, [BYTES], BYTES, lambda value, name=name: hashlib.new(name.lower(), value).digest())
    python(name, [STRING], BYTES, lambda value, name=name: hashlib.new(name.lower(), value.encode()).digest())
python("GENERATE_UUID", [], STRING, lambda: str(uuid.uuid4()), is_stable=False)
sql("REGEXP_CONTAINS", [STRING, STRING], BOOL, "regexp_matches({0}, {1})")
sql("REGEXP_REPLACE", [STRING] * 3, STRING, "regexp_replace({0}, {1}, {2}, 'g')")


# https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#format_string
element = re.compile(r"%(%|([-+ #0']*)(\d*)(?:\.(\d+))?([diufFeEgGsxXot]))")


def formatted(form: str, kinds: list[str], texts: list[str | None]) -> str | None:
    waiting = list(zip(kinds, texts))
    shown, at = [], 0
    while at < len(form):
        if form[at] != "%":
            shown.append(form[at])
            at += 1
            continue
        match = element.match(form, at)
        if not match or match[1] != "%" and ("'" in match[2] or "#" in match[2]):
            raise Unsupported(f"the format specifier {form[at : at + 3]} of FORMAT")
        at = match.end()
        if match[1] == "%":
            shown.append("%")
            continue
        if not waiting:
            raise ValueError("Invalid FORMAT string: too few arguments")
        kind, text = waiting.pop(0)
        letter = match[5]
        if text is None:
            if letter == "t":
                shown.append("NULL".rjust(int(match[3] or 0)))
                continue
            return None
        shown.append(formatted_value(letter, kind, text, match[2], match[3], match[4]))
    if waiting:
        raise ValueError(f"Too many arguments to FORMAT for pattern {form!r}")
    return "".join(shown)


def formatted_value(letter: str, kind: str, text: str, flags: str, width: str, precision: str | None) -> str:
    takes = {"INT64": "dioxXu", "FLOAT64": "fFeEgG", "NUMERIC": "fFeEgG", "STRING": "s"}.get(kind, "")
    if letter == "t":
        if kind in ("FLOAT64", "NUMERIC") or precision or flags.strip("-"):
            raise Unsupported(f"%t of {kind} in FORMAT")
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))
    if letter not in takes:
        raise ValueError(f"Invalid type for argument to FORMAT; Expected another type for %{letter}; Got {kind}")
    if kind == "NUMERIC" or letter in "oxXuFG" or letter in "sd" and precision:
        raise Unsupported(f"%{letter} of {kind} in FORMAT")
    value = {"INT64": int, "FLOAT64": float}.get(kind, str)(text)
    dot = f".{precision}" if precision else ""
    return f"%{flags}{width}{dot}{'d' if letter == 'i' else letter}" % value


python("$FORMAT", [STRING, array(STRING), array(STRING)], STRING, formatted)
