"""Tells how long a delivery takes, and keeps what it has told in the database.

curl $URL/predict --json '{"kilometres": 12.5, "hour": 17, "weekday": 4}'
{"id": 1, "minutes": 48.1, "model": "1.0.0"}
curl $URL/latest
[{"id": 1, "kilometres": 12.5, "hour": 17, "weekday": 4, "minutes": 48.1, "model": "1.0.0"}]
"""

import psycopg
import psycopg_pool
from flask import request
from psycopg.rows import dict_row

import database
import model
from predictions import app, version


@app.post("/predict")
def predict():
    delivery = request.get_json(force=True, silent=True)
    if errors := model.problems(delivery):
        return {"errors": errors}, 400
    told = {"minutes": model.minutes([delivery])[0], **version()}
    insert = """
        INSERT INTO predictions (kilometres, hour, weekday, minutes, model)
        VALUES (%(kilometres)s, %(hour)s, %(weekday)s, %(minutes)s, %(model)s) RETURNING id
    """
    with database.connection() as connection:
        [id] = connection.execute(insert, {**delivery, **told}).fetchone()
    return {"id": id, **told}


@app.get("/latest")
def latest():
    select = "SELECT id, kilometres, hour, weekday, minutes, model FROM predictions ORDER BY id DESC LIMIT 20"
    with database.connection() as connection:
        return connection.cursor(row_factory=dict_row).execute(select).fetchall()


@app.get("/tasks/forget")
def forget():
    """Called each night; App Engine lets nobody else in."""
    with database.connection() as connection:
        deleted = connection.execute("DELETE FROM predictions WHERE asked < now() - interval '90 days'").rowcount
    print(f"forgot {deleted} predictions", flush=True)
    return {"forgotten": deleted}


@app.errorhandler(psycopg.OperationalError)
@app.errorhandler(psycopg_pool.PoolTimeout)
def unreachable(error):
    """While it fails over, for a minute at most, the database is not there; the pool finds it again."""
    print(f"the database cannot be reached: {error}", flush=True)
    return {"errors": ["the database cannot be reached"]}, 503, {"Retry-After": "5"}
