import { normalized } from "../packages";

/**
 * What DAG files import of the packages that every image has: those that Airflow 2.11.1 with the providers of "Preinstalled packages
 * changelog" requires on PyPI, and the providers themselves. Whatever else they import is to be among `packages`, which may name what
 * an image has already.
 */
const modules = `
    aiofiles aiohttp alembic amqp anyio apache_beam argcomplete asgiref attr attrs babel bcrypt billiard blinker cachelib cachetools cattrs
    celery certifi cffi charset_normalizer click cloudpickle colorlog connexion cron_descriptor croniter cryptography dateutil db_dtypes
    deprecated dill distlib docutils dotenv email_validator filelock flask flask_appbuilder flask_babel flask_caching flask_login
    flask_session flask_wtf flower frozenlist fsspec gcloud gcsfs google google_auth_httplib2 google_auth_oauthlib googleapiclient greenlet
    grpc gunicorn h11 httpcore httplib2 httpx humanize hvac idna importlib_metadata importlib_resources itsdangerous jinja2 jmespath
    jsonschema jwt kombu kubernetes kubernetes_asyncio lazy_object_proxy limits looker_sdk lockfile mako markdown_it markupsafe marshmallow
    msgpack multidict numpy oauthlib openlineage opentelemetry packaging pandas pandas_gbq paramiko pathspec pendulum pip pkg_resources
    platformdirs pluggy prometheus_client proto psutil psycopg2 pyarrow pydantic pydantic_core pygments pyparsing pytz redis referencing
    regex requests requests_oauthlib requests_toolbelt rich ruamel sendgrid setproctitle setuptools six slugify sniffio sqlalchemy
    sqlalchemy_bigquery sqlalchemy_utils sqlparse sshtunnel tabulate tenacity termcolor tornado tqdm typing_extensions tzdata tzlocal upath
    uritemplate urllib3 vine websocket werkzeug wrapt wtforms yaml yarl zipp`
    .trim()
    .split(/\s+/);

const providers = `
    apache.beam apache.kafka celery cncf.kubernetes common.compat common.io common.sql dbt.cloud fab ftp google hashicorp http imap mysql
    openlineage postgres sendgrid smtp sqlite ssh standard`
    .trim()
    .split(/\s+/);

/** Packages that are not imported by their own names. */
const otherwise: Record<string, string> = {
    "apache-beam": "apache_beam",
    beautifulsoup4: "bs4",
    "google-cloud-aiplatform": "google vertexai",
    mysqlclient: "MySQLdb",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    pillow: "PIL",
    protobuf: "google",
    "psycopg2-binary": "psycopg2",
    pycryptodome: "Crypto",
    pyjwt: "jwt",
    "python-dateutil": "dateutil",
    "python-dotenv": "dotenv",
    pyyaml: "yaml",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "sentry-sdk": "sentry_sdk",
    "snowflake-connector-python": "snowflake",
};

/** What may be imported in an environment. */
export interface Importable {
    modules: string[];
    /** Below `airflow.providers`. */
    providers: string[];
    /** By packages whose modules nobody here knows, what they would be called if they were called as the package is. */
    guessed: string[];
}

/** What DAG files can import with these packages beside those of the image. */
export function importable(packages: string[]): Importable {
    const names = packages.map(normalized);
    const ofAirflow = names.flatMap((name) => /^apache-airflow-providers-(.+)$/.exec(name)?.[1] ?? []);
    const others = names.filter((name) => !name.startsWith("apache-airflow-providers-"));
    const known = others.flatMap((name) => {
        return otherwise[name]?.split(" ") ?? (name.startsWith("google-") ? ["google"] : []);
    });
    const guessed = others.filter((name) => !Object.hasOwn(otherwise, name) && !name.startsWith("google-"));
    return {
        modules: [...modules, ...known],
        providers: [...providers, ...ofAirflow.map((name) => name.replaceAll("-", "."))],
        guessed: guessed.map((name) => name.replaceAll("-", "_")),
    };
}
