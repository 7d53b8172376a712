"""Keeps how many pieces of an article there are, in MySQL, with a user that has a password or signs in by the Auth Proxy."""

import functools
import os
import pathlib
import ssl
import threading
from urllib.parse import parse_qs, unquote, urlsplit

import functions_framework
import pymysql
import sqlalchemy
from sqlalchemy.exc import DBAPIError

_lock = threading.Lock()


@functions_framework.http
def stock(request):
    try:
        with pool().begin() as connection:
            if request.method == "POST":
                article = request.get_json(force=True)
                connection.exec_driver_sql("REPLACE INTO articles VALUES (%(name)s, %(pieces)s)", article)
            return {name: pieces for name, pieces in connection.exec_driver_sql("SELECT name, pieces FROM articles")}
    except DBAPIError as error:
        print(f"the database cannot be reached: {error}", flush=True)
        return {"error": "the database cannot be reached"}, 503


def pool():
    with _lock:
        return opened()


@functools.cache
def opened():
    engine = sqlalchemy.create_engine("mysql+pymysql://", creator=connect, pool_pre_ping=True, pool_size=2)
    with engine.connect() as connection:
        # Statements that change the schema commit by themselves, so that a lock must outlive transactions.
        connection.exec_driver_sql("SELECT GET_LOCK('migrations', 10)")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS migrations (name varchar(100) PRIMARY KEY)")
        applied = {name for (name,) in connection.exec_driver_sql("SELECT name FROM migrations")}
        for file in sorted((pathlib.Path(__file__).parent / "migrations").glob("*.sql")):
            if file.name not in applied:
                connection.exec_driver_sql(file.read_text())
                connection.exec_driver_sql("INSERT INTO migrations VALUES (%(name)s)", {"name": file.name})
        connection.exec_driver_sql("SELECT RELEASE_LOCK('migrations')")
        connection.commit()
    return engine


def connect():
    url = urlsplit(os.environ["DATABASE"])
    where = {"unix_socket": parse_qs(url.query)["unix_socket"][0]} if "unix_socket" in url.query else over_network(url)
    file = os.environ.get("DATABASE_PASSWORD_FILE")
    password = pathlib.Path(file).read_text() if file else ""
    return pymysql.connect(user=unquote(url.username), password=password, database=unquote(url.path[1:]), **where)


def over_network(url):
    """By its authority the server is known before it is told a password; its name is not that of its address."""
    context = ssl.create_default_context(cadata=os.environ["DATABASE_CA"])
    context.check_hostname = False
    return {"host": url.hostname, "port": url.port, "ssl": context}
