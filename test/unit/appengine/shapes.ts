/** Typical files for App Engine with their results. A service's `source` is the folder, which the tests create. */
export interface Shape {
    files: Record<string, string>;
    /** All arguments; a service without `env` is a standard service. */
    args: { services: Record<string, object>; [argument: string]: unknown };
    services?: string[];
    without?: string[];
    /** The expected warning. */
    warning?: string;
}

const main = "app = None\n";
const python = { "main.py": main, "requirements.txt": "flask\ngunicorn\n" };

/** A service with only an app.yaml. */
const one = (yaml: string, service: object, others: Partial<Shape> = {}): Shape => ({
    ...others,
    files: { "app.yaml": yaml, ...python, ...others.files },
    args: { services: { default: service } },
});

const leftOut = (...keys: string[]) => `Ignored, because it has no effect here: ${keys.join(", ")}.`;

export const shapes: Record<string, Shape> = {
    "a runtime alone": one("runtime: python313\n", { runtime: "python313" }),
    "Python with a command and an instance class": one(
        "runtime: python312\nentrypoint: gunicorn -b :$PORT main:app\ninstance_class: F4_1G\n",
        { runtime: "python312", entrypoint: "gunicorn -b :$PORT main:app", instanceClass: "F4_1G" },
    ),
    "the example of the reference, with static files": one(
        `runtime: python312

instance_class: F2

env_variables:
  BUCKET_NAME: "example-gcs-bucket"

handlers:
# Matches requests to /images/... to files in static/images/...
- url: /images
  static_dir: static/images

- url: /.*
  secure: always
  redirect_http_response_code: 301
  script: auto
`,
        {
            runtime: "python312",
            instanceClass: "F2",
            env: { BUCKET_NAME: "example-gcs-bucket" },
            handlers: [
                { url: "/images", staticDir: "static/images" },
                { url: "/.*", secure: "always", redirectHttpResponseCode: 301, script: "auto" },
            ],
        },
        { files: { "static/images/a.png": "" } },
    ),
    "static files by patterns, with all that they can have": one(
        `runtime: python313
default_expiration: "4d 5h"
handlers:
- url: /(.*\\.(gif|png|jpg))$
  static_files: static/\\1
  upload: static/.*\\.(gif|png|jpg)$
  mime_type: image/png
  expiration: 10m 30s
  http_headers:
    X-Frame-Options: DENY
    Access-Control-Allow-Origin: "*"
  require_matching_file: yes
  application_readable: true
- {url: /favicon\\.ico, static_files: static/favicon.ico, upload: static/favicon\\.ico, expiration: "1d"}
- url: /admin/.*
  script: this field is required, but ignored
  login: admin
  auth_fail_action: unauthorized
- url: /account/.*
  script: auto
  login: required
  secure: default
`,
        {
            runtime: "python313",
            defaultExpiration: "101 hours",
            handlers: [
                {
                    url: "/(.*\\.(gif|png|jpg))$",
                    staticFiles: "static/\\1",
                    upload: "static/.*\\.(gif|png|jpg)$",
                    mimeType: "image/png",
                    expiration: "630 seconds",
                    httpHeaders: { "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "*" },
                    requireMatchingFile: true,
                    applicationReadable: true,
                },
                {
                    url: "/favicon\\.ico",
                    staticFiles: "static/favicon.ico",
                    upload: "static/favicon\\.ico",
                    expiration: "1 day",
                },
                { url: "/admin/.*", script: "auto", login: "admin", authFailAction: "unauthorized" },
                { url: "/account/.*", script: "auto", login: "required", secure: "optional" },
            ],
        },
        { files: { "static/a.png": "", "static/favicon.ico": "" } },
    ),
    "a single page application": one(
        `runtime: nodejs22
handlers:
  - url: /(.*\\..+)$
    static_files: build/\\1
    upload: build/(.*\\..+)$
    secure: always
  - url: /.*
    static_files: build/index.html
    upload: build/index\\.html
    expiration: 0s
`,
        {
            runtime: "nodejs22",
            handlers: [
                { url: "/(.*\\..+)$", staticFiles: "build/\\1", upload: "build/(.*\\..+)$", secure: "always" },
                { url: "/.*", staticFiles: "build/index.html", upload: "build/index\\.html", expiration: "0 seconds" },
            ],
        },
        { files: { "package.json": '{"scripts":{"start":"node ."}}', "build/index.html": "" } },
    ),
    "automatic scaling with all that it can have": one(
        `runtime: python313
automatic_scaling:
  min_instances: 1
  max_instances: 20
  min_idle_instances: 2
  max_idle_instances: 5
  target_cpu_utilization: 0.65
  target_throughput_utilization: 0.75
  max_concurrent_requests: 50
  min_pending_latency: 30ms
  max_pending_latency: 1.5s
`,
        {
            runtime: "python313",
            scaling: {
                min: 1,
                max: 20,
                minIdle: 2,
                maxIdle: 5,
                cpu: 65,
                throughput: 75,
                concurrency: 50,
                minPendingLatency: "30 milliseconds",
                maxPendingLatency: "1500 milliseconds",
            },
        },
    ),
    "automatic scaling as App Engine sees fit": one(
        `runtime: python313
automatic_scaling:
  min_idle_instances: automatic
  max_idle_instances: automatic
  min_pending_latency: automatic
  max_pending_latency: 2s
`,
        { runtime: "python313", scaling: { maxPendingLatency: "2 seconds" } },
    ),
    "basic scaling": one(
        "runtime: python313\ninstance_class: B8\nbasic_scaling:\n  max_instances: 11\n  idle_timeout: 10m\n",
        {
            runtime: "python313",
            instanceClass: "B8",
            scaling: { max: 11, idleTimeout: "10 minutes" },
        },
    ),
    "manual scaling": one("runtime: python313\nmanual_scaling:\n  instances: 5\n", {
        runtime: "python313",
        scaling: 5,
    }),
    "variables that look like other things": one(
        `runtime: python313
env_variables:
  DEBUG: true
  VERSION: 1.10
  ZIP: 01234
  RATIO: "0.5"
  EMPTY: ""
  NOTHING:
  ANSWER: no
  LINES: |
    one
    two
`,
        {
            runtime: "python313",
            env: {
                DEBUG: "true",
                VERSION: "1.10",
                ZIP: "01234",
                RATIO: "0.5",
                EMPTY: "",
                NOTHING: "",
                ANSWER: "no",
                LINES: "one\ntwo\n",
            },
        },
    ),
    "a VPC connector": one(
        `runtime: python313
vpc_access_connector:
  name: projects/acme-dev/locations/europe-west1/connectors/apps
  egress_setting: all-traffic
`,
        {
            runtime: "python313",
            network: {
                connector: "projects/acme-dev/locations/europe-west1/connectors/apps",
                egress: "all-traffic",
            },
        },
    ),
    "warm-up, mail and all bundled services": one(
        "runtime: python313\ninbound_services:\n- warmup\n- mail\n- mail_bounce\napp_engine_apis: true\n",
        {
            runtime: "python313",
            warmup: true,
            inboundServices: ["mail", "mail_bounce"],
            bundledServices: "all",
        },
    ),
    "some bundled services": one("runtime: python313\napp_engine_bundled_services: [memcache, taskqueue]\n", {
        runtime: "python313",
        bundledServices: ["memcache", "taskqueue"],
    }),
    "no bundled services": one("runtime: python313\napp_engine_apis: false\ninbound_services: []\n", {
        runtime: "python313",
    }),
    "what the first generation left behind": one(
        `application: acme-dev
version: '1'
runtime: python313
api_version: 1
threadsafe: on
`,
        { runtime: "python313" },
        {
            warning: leftOut(
                "application (app.yaml:1)",
                "version (app.yaml:2)",
                "api_version (app.yaml:4)",
                "threadsafe (app.yaml:5)",
            ),
        },
    ),
    "Node.js": one("runtime: nodejs24\nenv: standard\n", { runtime: "nodejs24" }, { files: { "server.js": "" } }),
    Go: one(
        "runtime: go125\nhandlers:\n- url: /.*\n  script: auto\n",
        { runtime: "go125", handlers: [{ url: "/.*", script: "auto" }] },
        { files: { "main.go": "package main\n", "go.mod": "module a\n" } },
    ),
    Java: one(
        "runtime: java21\nentrypoint: java -Xmx64m -jar app.jar\ninstance_class: F2\n",
        { runtime: "java21", entrypoint: "java -Xmx64m -jar app.jar", instanceClass: "F2" },
        { files: { "app.jar": "" } },
    ),
    PHP: one(
        "runtime: php84\nhandlers:\n- url: /css\n  static_dir: css\n- url: .*\n  script: auto\n",
        {
            runtime: "php84",
            handlers: [
                { url: "/css", staticDir: "css" },
                { url: ".*", script: "auto" },
            ],
        },
        { files: { "index.php": "", "css/a.css": "" } },
    ),
    Ruby: one(
        "runtime: ruby34\nentrypoint: bundle exec ruby app.rb\n",
        { runtime: "ruby34", entrypoint: "bundle exec ruby app.rb" },
        { files: { Gemfile: "" } },
    ),
    "a file called app.yml": {
        files: { "app.yml": "runtime: python313\n", ...python },
        args: { services: { default: { runtime: "python313" } } },
    },
    "what is written twice by an alias": one(
        `runtime: python313
handlers:
- url: /a
  static_dir: a
  http_headers: &headers
    X-Frame-Options: DENY
- url: /b
  static_dir: b
  http_headers: *headers
`,
        {
            runtime: "python313",
            handlers: [
                { url: "/a", staticDir: "a", httpHeaders: { "X-Frame-Options": "DENY" } },
                { url: "/b", staticDir: "b", httpHeaders: { "X-Frame-Options": "DENY" } },
            ],
        },
        { files: { "a/a": "", "b/b": "" } },
    ),
    "keys without values": one(
        "runtime: python313\nentrypoint:\nhandlers:\nautomatic_scaling:\n  max_instances:\nenv_variables: {A, B: }\nincludes:\n",
        { runtime: "python313", scaling: {}, env: { A: "", B: "" } },
    ),
    "the shortest latency": one("runtime: python313\nautomatic_scaling:\n  min_pending_latency: 1ms\n", {
        runtime: "python313",
        scaling: { minPendingLatency: "1 millisecond" },
    }),
    "flexible PHP with one setting and one health check": one(
        "runtime: php\nenv: flex\nruntime_config:\n  document_root: web\nreadiness_check:\n  path: /ready\n",
        {
            flexible: true,
            runtime: { name: "php", php: { documentRoot: "web" } },
            health: { readiness: { path: "/ready" } },
        },
        { files: { "web/index.php": "" } },
    ),
    "incoming mail": one("runtime: python313\ninbound_services: [mail]\n", {
        runtime: "python313",
        inboundServices: ["mail"],
    }),
    "an included file with only variables": one(
        "runtime: python313\nincludes: [more.yaml]\n",
        { runtime: "python313", env: { A: "b" } },
        { files: { "more.yaml": "env_variables: {A: b}\n" } },
    ),
    "an included file with only a handler": one(
        "runtime: python313\nincludes: [more.yaml]\n",
        { runtime: "python313", handlers: [{ url: "/more", script: "auto" }] },
        { files: { "more.yaml": "handlers: [{url: /more, script: auto}]\n" } },
    ),
    "included files": one(
        `runtime: python313
includes:
- deploy/handlers.yaml
- deploy
handlers:
- url: /own
  script: auto
env_variables:
  A: own
  B: own
`,
        {
            runtime: "python313",
            env: { A: "deploy", B: "own", C: "nested" },
            handlers: [
                { url: "/first", script: "auto" },
                { url: "/own", script: "auto" },
                { url: "/last", script: "auto" },
            ],
            scaling: 3,
        },
        {
            files: {
                "deploy/handlers.yaml":
                    "handlers:\n- url: /first\n  script: auto\n- url: /last\n  script: auto\n  position: tail\n",
                "deploy/include.yaml":
                    "env_variables: {A: deploy}\nmanual_scaling: {instances: 3}\nincludes: [nested.yaml, include.yaml]\n",
                "deploy/nested.yaml": "env_variables: {C: nested}\nmanual_scaling: {instances: 2}\n",
            },
        },
    ),
    "flexible Python with its version": one(
        `runtime: python
env: flex
entrypoint: gunicorn -b :$PORT main:app
runtime_config:
  operating_system: ubuntu22
  runtime_version: "3.12"
manual_scaling:
  instances: 1
resources:
  cpu: 1
  memory_gb: 0.6
  disk_size_gb: 10
`,
        {
            flexible: true,
            runtime: { name: "python", operatingSystem: "ubuntu22", version: "3.12" },
            entrypoint: "gunicorn -b :$PORT main:app",
            scaling: 1,
            resources: { cpu: 1, memory: "615 MiB", diskSize: "10 GB" },
        },
    ),
    "flexible with everything": one(
        `runtime: nodejs
env: flexible
runtime_config: {operating_system: ubuntu24, runtime_version: 24}
resources:
  cpu: 2
  memory_gb: 2.3
  disk_size_gb: 20
  volumes:
  - name: ramdisk1
    volume_type: tmpfs
    size_gb: 1
automatic_scaling:
  min_num_instances: 2
  max_num_instances: 15
  cool_down_period_sec: 180
  cpu_utilization:
    target_utilization: 0.6
    aggregation_window_length_sec: 60
  target_concurrent_requests: 100
readiness_check:
  path: "/readiness_check"
  check_interval_sec: 5
  timeout_sec: 4
  failure_threshold: 2
  success_threshold: 2
  app_start_timeout_sec: 300
liveness_check:
  path: "/liveness_check"
  host: shop.acme.dev
  check_interval_sec: 30
  timeout_sec: 4
  failure_threshold: 2
  success_threshold: 2
  initial_delay_sec: 30
network:
  name: projects/acme-dev/global/networks/apps
  subnetwork_name: flex
  forwarded_ports: [8125, 2222/tcp, "9000:9001/udp"]
  instance_tag: shop
  session_affinity: true
  instance_ip_mode: internal
env_variables: {NODE_ENV: production}
`,
        {
            flexible: true,
            runtime: { name: "nodejs", operatingSystem: "ubuntu24", version: "24" },
            resources: {
                cpu: 2,
                memory: "2356 MiB",
                diskSize: "20 GB",
                volumes: { ramdisk1: { type: "tmpfs", size: "1 GB" } },
            },
            scaling: {
                min: 2,
                max: 15,
                initialization: "3 minutes",
                cpu: 60,
                cpuAggregationWindow: "1 minute",
                concurrency: 100,
            },
            health: {
                readiness: {
                    path: "/readiness_check",
                    interval: "5 seconds",
                    timeout: "4 seconds",
                    unhealthyThreshold: 2,
                    healthyThreshold: 2,
                    appStartTimeout: "5 minutes",
                },
                liveness: {
                    path: "/liveness_check",
                    host: "shop.acme.dev",
                    interval: "30 seconds",
                    timeout: "4 seconds",
                    unhealthyThreshold: 2,
                    healthyThreshold: 2,
                    initialDelay: "30 seconds",
                },
            },
            network: {
                network: "projects/acme-dev/global/networks/apps",
                subnet: "flex",
                forwardedPorts: [8125, "2222/tcp", "9000:9001/udp"],
                instanceTag: "shop",
                sessionAffinity: true,
                addresses: "internal",
            },
            env: { NODE_ENV: "production" },
        },
        { files: { "server.js": "" } },
    ),
    "a flexible container": one(
        "runtime: custom\nenv: flex\nresources: {memory_gb: 4, cpu: 1}\n",
        { flexible: true, runtime: { name: "custom" }, resources: { memory: "4 GiB", cpu: 1 } },
        { files: { Dockerfile: "FROM scratch\n" } },
    ),
    "flexible PHP with a folder of its own": one(
        `runtime: php
env: flex
runtime_config:
  operating_system: ubuntu22
  runtime_version: 8.4
  document_root: web
  front_controller_file: app.php
`,
        {
            flexible: true,
            runtime: {
                name: "php",
                operatingSystem: "ubuntu22",
                version: "8.4",
                php: { documentRoot: "web", frontControllerFile: "app.php" },
            },
        },
        { files: { "web/app.php": "" } },
    ),
    "flexible as it was called at first": one(
        "runtime: go\nvm: true\nhandlers:\n- url: /.*\n  script: auto\n",
        { flexible: true, runtime: { name: "go" } },
        { files: { "main.go": "package main\n" }, warning: leftOut("handlers (app.yaml:3)") },
    ),
    "a key that the program does without": one(
        `runtime: python313
error_handlers:
- file: default_error.html
beta_settings:
  cloud_sql_instances: acme-dev:europe-west1:sales
service_account: shop@acme-dev.iam.gserviceaccount.com
env_variables:
  LOG_LEVEL: info
  STRIPE_SECRET: sk_1
`,
        { runtime: "python313", env: { LOG_LEVEL: "info" } },
        { without: ["error_handlers", "beta_settings", "service_account", "env_variables.STRIPE_SECRET"] },
    ),
    "several services with rules, jobs and queues": {
        files: {
            "app.yaml": "service: default\nruntime: python313\n",
            ...python,
            "mobile/mobile.yaml": "service: mobile\nruntime: nodejs22\n",
            "mobile/server.js": "",
            "worker.yaml": "module: worker\nruntime: python313\nentrypoint: gunicorn -b :$PORT main:worker\n",
            "dispatch.yaml": `dispatch:
  - url: "*/mobile/*"
    service: mobile
  - url: "shop.acme.dev/work"
    module: worker
`,
            "cron.yaml": `cron:
- description: "daily summary job"
  url: /tasks/summary
  schedule: every 24 hours
- url: /tasks/summary?all=1
  schedule: every  monday 09:00
  timezone: Australia/NSW
  target: worker
  attempt_deadline: 600s
- url: /
  schedule: 1 of jan,april,july,oct 00:00
  target: v1.worker
  retry_parameters:
    job_retry_limit: 3
    job_age_limit: 1d
    min_backoff_seconds: 2
    max_backoff_seconds: 120
    max_doublings: 4
- url: /hourly
  schedule: every 1 hours
  retry_parameters:
    job_age_limit: 0.5h
- url: /minute
  schedule: every 1 mins
  retry_parameters:
    job_retry_limit: 0
`,
            "queue.yaml": `queue:
- name: default
  rate: 5/s
- name: mails
  rate: 30/m
  mode: push
  max_concurrent_requests: 10
  target: worker
  retry_parameters:
    task_retry_limit: 7
    task_age_limit: 2d
    min_backoff_seconds: 10
    max_backoff_seconds: 200
    max_doublings: 2
- name: paused
  rate: 0
  retry_parameters:
    min_backoff_seconds: 0.1
    task_age_limit: 1h
`,
        },
        services: ["mobile/mobile.yaml", "worker.yaml"],
        args: {
            services: {
                default: { runtime: "python313" },
                mobile: { runtime: "nodejs22", source: "mobile" },
                worker: { runtime: "python313", entrypoint: "gunicorn -b :$PORT main:worker" },
            },
            dispatch: [
                { url: "*/mobile/*", service: "mobile" },
                { url: "shop.acme.dev/work", service: "worker" },
            ],
            cron: {
                "tasks-summary": {
                    description: "daily summary job",
                    path: "/tasks/summary",
                    cron: "every 24 hours",
                },
                "tasks-summary-2": {
                    path: "/tasks/summary?all=1",
                    cron: "every monday 09:00",
                    timeZone: "Australia/NSW",
                    service: "worker",
                    timeout: "10 minutes",
                },
                root: {
                    path: "/",
                    cron: "1 of jan,april,july,oct 00:00",
                    service: "worker",
                    version: "v1",
                    retries: {
                        max: 3,
                        maxDuration: "1 day",
                        minBackoff: "2 seconds",
                        maxBackoff: "2 minutes",
                        maxDoublings: 4,
                    },
                },
                hourly: { path: "/hourly", cron: "every 1 hours", retries: { max: 1, maxDuration: "30 minutes" } },
                minute: { path: "/minute", cron: "every 1 mins" },
            },
            queues: {
                default: { name: "default", rate: 5 },
                mails: {
                    name: "mails",
                    rate: 0.5,
                    concurrency: 10,
                    service: "worker",
                    retries: {
                        max: 7,
                        maxDuration: "2 days",
                        minBackoff: "10 seconds",
                        maxBackoff: "200 seconds",
                        maxDoublings: 2,
                    },
                },
                paused: { name: "paused", paused: true, retries: { max: 0, maxDuration: "1 hour" } },
            },
        },
        warning:
            "The jobs of cron.yaml are created in Cloud Scheduler, whose requests have the header X-CloudScheduler. Jobs that gcloud deployed remain until it deploys a cron.yaml without jobs. The queues of queue.yaml keep their names: Cloud Tasks refuses to create an existing queue.",
    },
    "a standard and a flexible service": {
        files: {
            "app.yaml": "runtime: python313\n",
            ...python,
            "predict/app.yaml": "service: predict\nruntime: custom\nenv: flex\n",
            "predict/Dockerfile": "FROM scratch\n",
            "index.yaml": "indexes: []\n",
        },
        services: ["predict"],
        args: {
            services: {
                default: { runtime: "python313" },
                predict: { flexible: true, runtime: { name: "custom" }, source: "predict" },
            },
        },
        warning: "index.yaml is not read: gcloud deploys the indexes of Datastore.",
    },
};
