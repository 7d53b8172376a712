import { facts } from "./facts";

/** The requirements of a minor version of Airflow. */
export interface AirflowRequirements {
    /** The release whose metadata has them. */
    release: string;
    /** The packages with their ranges of versions, for Python 3.11 and without the packages of Apache Airflow. */
    packages: string;
}

/** Requirements of Airflow, by minor version: `Requires-Dist` in the metadata of `apache-airflow`, and since 3 of `apache-airflow-core`. */
export const airflowRequirements = facts<AirflowRequirements>()({
    subject: "Requirements of Airflow",
    source: "https://pypi.org/project/apache-airflow/",
    checked: "2026-11-21",
    rows: {
        "2.9": {
            release: "2.9.3",
            packages: `
                alembic>=1.13.1,<2.0 argcomplete>=1.10 attrs>=22.1.0 blinker>=1.6.2 colorlog>=4.0.2,<5.0
                configupdater>=3.1.1 connexion>=2.10.0,<3.0 cron-descriptor>=1.2.24 croniter>=2.0.2
                cryptography>=39.0.0 deprecated>=1.2.13 dill>=0.2.2 flask>=2.2,<2.3 flask-caching>=1.5.0
                flask-session>=0.4.0,<0.6 flask-wtf>=0.15 fsspec>=2023.10.0 google-re2>=1.0 gunicorn>=20.1.0
                importlib-metadata>=6.5 itsdangerous>=2.0 jinja2>=3.0.0 jsonschema>=4.18.0 linkify-it-py>=2.0.0
                lockfile>=0.12.2 markdown-it-py>=2.1.0 markupsafe>=1.1.1 marshmallow-oneofschema>=2.0.1
                mdit-py-plugins>=0.3.0 methodtools>=0.4.7 opentelemetry-api>=1.15.0 packaging>=14.0 pathspec>=0.9.0
                pendulum>=2.1.2,<4.0 pluggy>=1.0 psutil>=4.2.0 pygments>=2.0.1 pyjwt>=2.0.0 python-daemon>=3.0.0
                python-dateutil>=2.3 python-nvd3>=0.15.0 python-slugify>=5.0 requests>=2.27.0,<3
                rfc3339-validator>=0.1.4 rich>=12.4.4 rich-argparse>=1.0.0 setproctitle>=1.1.8 sqlalchemy>=1.4.36,<2.0
                sqlalchemy-jsonfield>=1.0 tabulate>=0.7.5 tenacity>=6.2.0,!=8.2.0 termcolor>=1.1.0 unicodecsv>=0.14.1
                universal-pathlib>=0.2.2 werkzeug>=2.0,<3
            `,
        },
        "2.10": {
            release: "2.10.5",
            packages: `
                alembic>=1.13.1,<2.0 argcomplete>=1.10 asgiref>=2.3.0 attrs>=22.1.0 blinker>=1.6.2 colorlog>=6.8.2
                configupdater>=3.1.1 connexion>=2.14.2,<3.0 cron-descriptor>=1.2.24 croniter>=2.0.2
                cryptography>=41.0.0 deprecated>=1.2.13 dill>=0.2.2 flask>=2.2.1,<2.3 flask-caching>=2.0.0
                flask-session>=0.4.0,<0.6 flask-wtf>=1.1.0 fsspec>=2023.10.0 google-re2>=1.0 gunicorn>=20.1.0
                httpx>=0.25.0 importlib-metadata>=6.5 itsdangerous>=2.0 jinja2>=3.0.0 jsonschema>=4.18.0
                lazy-object-proxy>=1.2.0 linkify-it-py>=2.0.0 lockfile>=0.12.2 markdown-it-py>=2.1.0 markupsafe>=1.1.1
                marshmallow-oneofschema>=2.0.1 mdit-py-plugins>=0.3.0 methodtools>=0.4.7 opentelemetry-api>=1.24.0
                opentelemetry-exporter-otlp>=1.24.0 packaging>=23.0 pathspec>=0.9.0 pendulum>=2.1.2,<4.0 pluggy>=1.5.0
                psutil>=5.8.0 pygments>=2.0.1 pyjwt>=2.0.0 python-daemon>=3.0.0 python-dateutil>=2.7.0
                python-nvd3>=0.15.0 python-slugify>=5.0 requests>=2.27.0,<3 requests-toolbelt>=0.4.0
                rfc3339-validator>=0.1.4 rich>=12.4.4 rich-argparse>=1.0.0 setproctitle>=1.3.3 sqlalchemy>=1.4.36,<2.0
                sqlalchemy-jsonfield>=1.0 tabulate>=0.7.5 tenacity>=8.0.0,!=8.2.0 termcolor>=1.1.0
                universal-pathlib>=0.2.2,!=0.2.4 werkzeug>=2.0,<3
            `,
        },
        "2.11": {
            release: "2.11.1",
            packages: `
                alembic>=1.14.0,<2.0 argcomplete>=1.10 asgiref>=2.3.0 attrs>=22.1.0 blinker>=1.6.2 colorlog>=6.8.2
                configupdater>=3.1.1 connexion>=2.15.1,<3.0 cron-descriptor>=1.2.24 croniter>=2.0.2
                cryptography>=41.0.0 deprecated>=1.2.13 dill>=0.2.2 flask>=2.3.3,<4 flask-caching>=2.3.1
                flask-session>=0.8.0 flask-wtf>=1.2.2 fsspec>=2023.10.0 google-re2>=1.0 gunicorn>=21.2.0 httpx>=0.25.0
                importlib-metadata>=6.5 itsdangerous>=2.0 jinja2>=3.0.0 jsonschema>=4.18.0 lazy-object-proxy>=1.2.0
                linkify-it-py>=2.0.0 lockfile>=0.12.2 markdown-it-py>=2.1.0 markupsafe>=1.1.1
                marshmallow-oneofschema>=2.0.1 mdit-py-plugins>=0.3.0 methodtools>=0.4.7 opentelemetry-api>=1.24.0
                opentelemetry-exporter-otlp>=1.24.0 packaging>=23.0 pathspec>=0.9.0 pendulum>=2.1.2,<4.0 pluggy>=1.5.0
                psutil>=5.8.0 pygments>=2.16.9 pyjwt>=2.0.0 python-daemon>=3.0.0 python-dateutil>=2.7.0
                python-nvd3>=0.15.0 python-slugify>=5.0 requests>=2.27.0,<3 requests-toolbelt>=1.0.0
                rfc3339-validator>=0.1.4 rich>=12.4.4 rich-argparse>=1.0.0 setproctitle>=1.3.3 sqlalchemy>=1.4.36,<2.0
                sqlalchemy-jsonfield>=1.0 tabulate>=0.7.5 tenacity>=8.0.0,!=8.2.0 termcolor>=1.1.0
                universal-pathlib>=0.2.6,<0.3.0 werkzeug>=3.1.3,<4
            `,
        },
        "3.1": {
            source: "https://pypi.org/project/apache-airflow-core/",
            release: "3.1.8",
            packages: `
                a2wsgi>=1.10.8 aiosqlite<0.22.0,>=0.20.0 alembic<2.0,>=1.13.1 argcomplete>=1.10 asgiref>=2.3.0
                attrs!=25.2.0,>=22.1.0 cadwyn>=5.2.1 colorlog>=6.8.2 cron-descriptor>=1.2.24 croniter>=2.0.2
                cryptography>=41.0.0 deprecated>=1.2.13 dill>=0.2.2 fastapi<0.118.0,>=0.116.0 httpx>=0.25.0
                importlib-metadata>=6.5 itsdangerous>=2.0 jinja2>=3.1.5 jsonschema>=4.19.1 lazy-object-proxy>=1.2.0
                libcst>=1.8.2 linkify-it-py>=2.0.0 lockfile>=0.12.2 methodtools>=0.4.7 msgspec>=0.19.0 natsort>=8.4.0
                opentelemetry-api>=1.27.0 opentelemetry-exporter-otlp>=1.27.0 opentelemetry-proto<9999,>=1.27.0
                packaging>=25.0 pathspec>=0.9.0 pendulum>=3.1.0 pluggy>=1.5.0 psutil>=5.8.0 pydantic>=2.11.0
                pygments!=2.19.0,>=2.0.1 pygtrie>=2.5.0 pyjwt>=2.11.0 python-daemon>=3.0.0 python-dateutil>=2.7.0
                python-slugify>=5.0 requests<3,>=2.32.0 rich>=13.6.0 rich-argparse>=1.0.0 setproctitle>=1.3.3
                sqlalchemy>=1.4.54 sqlalchemy-jsonfield>=1.0 sqlalchemy-utils>=0.41.2 starlette>=0.45.0
                structlog>=25.4.0 svcs>=25.1.0 tabulate>=0.9.0 tenacity>=8.3.0 termcolor>=3.0.0
                typing-extensions>=4.14.1 universal-pathlib<0.3.0,>=0.2.6 uuid6>=2024.7.10 uvicorn>=0.37.0
            `,
        },
        "3.2": {
            source: "https://pypi.org/project/apache-airflow-core/",
            release: "3.2.2",
            packages: `
                a2wsgi>=1.10.8 aiosqlite<0.22.0,>=0.20.0 alembic<2.0,>=1.13.1 argcomplete>=1.10 asgiref>=2.3.0
                attrs!=25.2.0,>=22.1.0 cachetools>=6.0.0 cadwyn>=6.1.1 colorlog>=6.8.2 cron-descriptor>=1.2.24
                croniter>=2.0.2 cryptography>=44.0.3 deprecated>=1.2.13 dill>=0.2.2 fastapi>=0.129.0 httpx>=0.25.0
                importlib-metadata>=6.5 itsdangerous>=2.0 jinja2>=3.1.5 jsonschema>=4.19.1 lazy-object-proxy>=1.2.0
                libcst>=1.8.2 linkify-it-py>=2.0.0 lockfile>=0.12.2 methodtools>=0.4.7 msgspec>=0.19.0 natsort>=8.4.0
                opentelemetry-api>=1.27.0 opentelemetry-exporter-otlp>=1.27.0 opentelemetry-proto<9999,>=1.27.0
                packaging>=25.0 pathspec>=0.9.0 pendulum>=3.1.0 pluggy>=1.5.0 psutil>=5.8.0 pydantic>=2.11.0
                pygments!=2.19.0,>=2.0.1 pygtrie>=2.5.0 pyjwt>=2.11.0 python-daemon>=3.0.0 python-dateutil>=2.7.0
                python-slugify>=5.0 pyyaml>=6.0.3 requests<3,>=2.32.0 rich>=13.6.0 rich-argparse>=1.0.0
                setproctitle>=1.3.3 sqlalchemy>=2.0.48 starlette>=1.0.1 structlog>=25.4.0 svcs>=25.1.0 tabulate>=0.9.0
                tenacity>=8.3.0 termcolor>=3.0.0 typing-extensions>=4.14.1 universal-pathlib>=0.3.8 uuid6>=2024.7.10
                uvicorn>=0.37.0
            `,
        },
        "3.3": {
            source: "https://pypi.org/project/apache-airflow-core/",
            release: "3.3.1",
            packages: `
                a2wsgi>=1.10.8 aiosqlite!=0.22.0,>=0.20.0 alembic<2.0,>=1.13.1 argcomplete>=1.10 asgiref>=2.3.0
                attrs!=25.2.0,>=22.1.0 cachetools>=6.0.0 cadwyn>=6.1.1 colorlog>=6.8.2 cron-descriptor>=1.2.24
                croniter>=6.2.2 cryptography>=44.0.3 deprecated>=1.2.13 dill>=0.2.2 fastapi<0.137.0,>=0.129.0
                httpx>=0.25.0 importlib-metadata>=6.5 isoduration>=20.11.0 itsdangerous>=2.0 jinja2>=3.1.5
                jsonschema>=4.19.1 lazy-object-proxy>=1.2.0 libcst>=1.8.2 linkify-it-py>=2.0.0 lockfile>=0.12.2
                methodtools>=0.4.7 msgspec>=0.19.0 natsort>=8.4.0 opentelemetry-api>=1.27.0
                opentelemetry-exporter-otlp>=1.27.0 opentelemetry-proto<9999,>=1.27.0 packaging>=25.0 pathspec>=0.9.0
                pendulum>=3.1.0 pluggy>=1.5.0 psutil>=5.8.0 pydantic>=2.11.0 pygments!=2.19.0,>=2.0.1 pygtrie>=2.5.0
                pyjwt>=2.11.0 python-daemon>=3.0.0 python-dateutil>=2.7.0 python-slugify>=5.0 pyyaml>=6.0.3
                requests<3,>=2.32.0 rich>=13.6.0 rich-argparse>=1.0.0 setproctitle>=1.3.3 sqlalchemy>=2.0.50
                starlette>=1.0.1 structlog>=26.1.0 svcs>=25.1.0 tabulate>=0.9.0 tenacity>=8.3.0 termcolor>=3.0.0
                typing-extensions>=4.14.1 universal-pathlib>=0.3.8 uuid6>=2024.7.10 uvicorn>=0.37.0
            `,
        },
    },
});

/** The requirements of an Airflow version by package; undefined for a version that is not listed. */
export function requirementsOfAirflow(airflow: string): Record<string, string> | undefined {
    const rows: Record<string, AirflowRequirements> = airflowRequirements.rows;
    const each = rows[airflow.split(".").slice(0, 2).join(".")]?.packages.trim().split(/\s+/);
    return (
        each &&
        Object.fromEntries(each.map((one) => one.split(/(?=[<>=!~])(.*)/s)).map(([name, range]) => [name, range]))
    );
}
