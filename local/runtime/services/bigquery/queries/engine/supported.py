"""Prints the functions that run, for the page that lists them."""

import json

from .aggregates import aggregates, navigation
from .compiler import Compiler
from .functions import signatures


def supported() -> dict[str, list[str]]:
    families = {
        f"{kind}_{action}"
        for kind in ("DATE", "DATETIME", "TIMESTAMP", "TIME")
        for action in ("ADD", "SUB", "DIFF", "TRUNC")
    }
    words = {
        "CAST",
        "SAFE_CAST",
        "EXTRACT",
        "IF",
        "CURRENT_DATE",
        "CURRENT_DATETIME",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
    }
    special = {name.removeprefix("call_").upper() for name in dir(Compiler) if name.startswith("call_")}
    plain = {name for name in signatures if not name.startswith("$")} | families | words | special
    return {"functions": sorted(plain), "aggregates": sorted(aggregates), "windows": sorted(navigation)}


if __name__ == "__main__":
    print(json.dumps(supported()))
