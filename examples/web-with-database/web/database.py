"""The connections to the database, and the schema in it."""

import os
import pathlib
import tempfile
import threading

import google.auth
import google.auth.transport.requests
import psycopg_pool

MIGRATIONS = pathlib.Path(__file__).parent / "migrations"
LOCK = 7251  # any number, as long as all who migrate this database have the same

CA = pathlib.Path(tempfile.mkdtemp()) / "database-ca.pem"

_opening = threading.Lock()
_pool = None


def connection():
    """A connection to use in a `with` block, at whose end it commits. One that was lost meanwhile is passed over."""
    global _pool
    with _opening:
        if _pool is None:
            _pool = opened()
    return _pool.connection()


def opened():
    """Opened at the first request: an instance must start even where the database is not there yet."""
    if "DATABASE_CA" in os.environ:
        CA.write_text(os.environ["DATABASE_CA"])
    pool = psycopg_pool.ConnectionPool(
        os.environ["DATABASE"],
        kwargs=signing_in,
        min_size=1,
        max_size=4,
        timeout=5,
        reconnect_timeout=1,
        check=psycopg_pool.ConnectionPool.check_connection,
        open=True,
    )
    try:
        with pool.connection() as connection:
            migrate(connection)
        return pool
    except Exception:
        pool.close()
        raise


def migrate(connection):
    """Applies each new file of `migrations/`, by its name. Whoever comes at the same time waits, and finds nothing to do."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied timestamptz DEFAULT now())")
    applied = {name for (name,) in connection.execute("SELECT name FROM migrations")}
    for file in sorted(MIGRATIONS.glob("*.sql")):
        if file.name not in applied:
            connection.execute(file.read_text())
            connection.execute("INSERT INTO migrations (name) VALUES (%s)", [file.name])


def signing_in():
    """What each new connection takes beside the URL: a password is rotated, and a token lives for an hour."""
    if "DATABASE_CA" not in os.environ and "DATABASE_PASSWORD_FILE" not in os.environ:
        return {}  # the Auth Proxy signs in
    return {"password": password(), **tls()}


def password():
    if file := os.environ.get("DATABASE_PASSWORD_FILE"):
        return pathlib.Path(file).read_text()
    account, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/sqlservice.login"])
    account.refresh(google.auth.transport.requests.Request())
    return account.token


def tls():
    """By its authority the server is known before it is told a password."""
    return {"sslmode": "verify-ca", "sslrootcert": str(CA)} if "DATABASE_CA" in os.environ else {}
