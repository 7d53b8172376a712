"""Tells how long a delivery takes, and keeps what it has told in the database.

curl $URL --json '{"kilometres": 12.5}'
{"id": 1, "kilometres": 12.5, "minutes": 35.0}

curl $URL
[{"id": 1, "kilometres": 12.5, "minutes": 35.0}]
"""

import functions_framework
import psycopg
import psycopg_pool
from psycopg.rows import dict_row

import database

COLUMNS = "id, kilometres, minutes"


@functions_framework.http
def web(request):
    try:
        if request.method == "POST":
            return told(request.get_json(force=True, silent=True))
        return latest() if request.method == "GET" else ({"error": "send GET or POST"}, 405, {"Allow": "GET, POST"})
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
        # While it fails over, for a minute at most, the database is not there; the pool finds it again.
        print(f"the database cannot be reached: {error}", flush=True)
        return {"error": "the database cannot be reached"}, 503, {"Retry-After": "5"}


def told(delivery):
    kilometres = delivery.get("kilometres") if isinstance(delivery, dict) else None
    if type(kilometres) not in (int, float) or not 0 <= kilometres <= 100:
        return {"error": f"kilometres is {kilometres!r:.40}: give a number from 0 to 100"}, 400
    minutes = round(10 + 2 * kilometres, 1)
    insert = f"INSERT INTO deliveries (kilometres, minutes) VALUES (%s, %s) RETURNING {COLUMNS}"
    with database.connection() as connection:
        return connection.cursor(row_factory=dict_row).execute(insert, [kilometres, minutes]).fetchone()


def latest():
    select = f"SELECT {COLUMNS} FROM deliveries ORDER BY asked DESC, id DESC LIMIT 20"
    with database.connection() as connection:
        return connection.cursor(row_factory=dict_row).execute(select).fetchall()
