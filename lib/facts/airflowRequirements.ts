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

/**
 * Requirements of `apache-airflow-providers-google`, which is {@link https://cloud.google.com/composer/docs/versions-packages in
 * all images}: the lower bounds in the metadata of the release that was current with Airflow 2.9, which later ones only raise.
 */
export const googleProviderRequirements = facts<AirflowRequirements>()({
    subject: "Requirements of Airflow's package for Google Cloud",
    source: "https://pypi.org/project/apache-airflow-providers-google/10.17.0/",
    checked: "2026-11-28",
    rows: {
        "apache-airflow-providers-google": {
            release: "10.17.0",
            packages: `
                asgiref>=3.5.2 gcloud-aio-auth>=4.0.0 gcloud-aio-bigquery>=6.1.2 gcloud-aio-storage>=9.0.0 gcsfs>=2023.10.0
                google-ads>=23.1.0 google-api-core>=2.11.0 google-api-python-client>=1.6.0 google-auth>=1.0.0
                google-auth-httplib2>=0.0.1 google-cloud-aiplatform>=1.42.1 google-cloud-batch>=0.13.0
                google-cloud-bigquery>=3.0.1 google-cloud-bigquery-datatransfer>=3.13.0 google-cloud-bigtable>=2.17.0
                google-cloud-build>=3.22.0 google-cloud-compute>=1.10.0 google-cloud-container>=2.17.4
                google-cloud-dataflow-client>=0.8.6 google-cloud-dataform>=0.5.0 google-cloud-dataplex>=1.10.0
                google-cloud-dataproc>=5.8.0 google-cloud-dataproc-metastore>=1.12.0 google-cloud-dlp>=3.12.0
                google-cloud-kms>=2.15.0 google-cloud-language>=2.9.0 google-cloud-logging>=3.5.0
                google-cloud-memcache>=1.7.0 google-cloud-monitoring>=2.18.0 google-cloud-orchestration-airflow>=1.10.0
                google-cloud-os-login>=2.9.1 google-cloud-pubsub>=2.19.0 google-cloud-redis>=2.12.0
                google-cloud-run>=0.9.0 google-cloud-secret-manager>=2.16.0 google-cloud-spanner>=3.11.1
                google-cloud-speech>=2.18.0 google-cloud-storage>=2.7.0 google-cloud-storage-transfer>=1.4.1
                google-cloud-tasks>=2.13.0 google-cloud-texttospeech>=2.14.1 google-cloud-translate>=3.11.0
                google-cloud-videointelligence>=2.11.0 google-cloud-vision>=3.4.0 google-cloud-workflows>=1.10.0
                pandas>=1.2.5 proto-plus>=1.19.6 python-slugify>=5.0 sqlalchemy-bigquery>=1.2.1 sqlalchemy-spanner>=1.6.2
            `,
        },
    },
});

/** A range of versions of a package that an image requires. */
export interface PackageRequirement {
    /** The package with its version that requires it: `apache-airflow 2.11.1`. */
    by: string;
    /** `>=2.0,<3`. */
    range: string;
}

/** What Airflow and its package for Google Cloud require of a package, by its normalized name; nothing for an Airflow version that is not listed. */
export function packageRequirements(airflow: string, name: string): PackageRequirement[] {
    const rows: Record<string, AirflowRequirements> = airflowRequirements.rows;
    const row = rows[airflow.split(".").slice(0, 2).join(".")];
    const google = googleProviderRequirements.rows["apache-airflow-providers-google"];
    const all = row
        ? [
              { ...row, by: `apache-airflow ${airflow}` },
              { ...google, by: "apache-airflow-providers-google" },
          ]
        : [];
    return all.flatMap(({ by, packages }) => {
        const each = packages
            .trim()
            .split(/\s+/)
            .map((one) => one.split(/(?=[<>=!~])(.*)/s));
        return each.filter(([other]) => other === name).map(([, range = ""]) => ({ by, range }));
    });
}
