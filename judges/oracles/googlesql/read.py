"""Writes the cases of a checkout of https://github.com/google/googlesql for judge.py.

python read.py <checkout> > all.jsonl
"""

import json
import re
import sys
from pathlib import Path

# GoogleSQL has parts that BigQuery has not, or that are statements of other products.
other = "graph|proto|enum|tvf|differential|anonymization|collation|pipe|measure|match_recognize|generalized|value_table|default_time|with_default|elementwise"

for file in sorted(Path(sys.argv[1], "googlesql/compliance/testdata").glob("*.test")):
    if re.search(other, file.stem):
        continue
    tables, cases = [], []
    for section in re.split(r"^==\s*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
        options, body = {}, []
        for line in section.strip("\n").split("\n"):
            option = re.fullmatch(r"\[([a-z_ ]+)(?:=(.*))?\]\s*", line)
            if option and not body:
                options[option[1]] = option[2] or True
            elif body or line.strip() and not line.startswith("#"):
                body.append(line)
        sql, *expected = re.split(r"^--\s*$", "\n".join(body), flags=re.MULTILINE)
        if "prepare_database" in options:
            tables.append(sql.strip())
        elif sql.strip() and expected:
            case = {"file": file.stem, "name": options.get("name"), "sql": sql.strip(), "expected": expected[0].strip()}
            cases.append({**case, "parameters": True} if "parameters" in options else case)
    for each in [{"file": file.stem, "tables": tables}, *cases]:
        print(json.dumps(each))
