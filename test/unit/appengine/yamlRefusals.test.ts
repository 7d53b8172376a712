import * as pulumi from "@pulumi/pulumi";
import { type AppYamlOptions, fromAppYaml } from "../../../lib/appengine/yaml";
import { folderOf } from "../folders";
import { problemsIn, withoutFolders } from "../registered";

const logWarning = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
afterEach(() => logWarning.mockClear());

/** The errors for files, by path and identifier. */
function refusals(files: Record<string, string>, options?: AppYamlOptions): string[] {
    const folder = folderOf(files);
    let refusal: unknown;
    try {
        fromAppYaml(folder, options);
    } catch (error) {
        refusal = error;
    }
    if (!pulumi.RunError.isInstance(refusal)) {
        throw refusal ?? new Error("Nothing was refused.");
    }
    const start = `AppEngineApp.fromAppYaml("${folder}"): `;
    expect(refusal.message).not.toContain("canary");
    const lines = problemsIn(refusal).split("\n");
    expect(lines.filter((line) => !line.startsWith(start))).toEqual([]);
    const texts = lines.map((line) => line.slice(start.length));
    expect(texts.map(withoutFolders)).toMatchSnapshot();
    return texts.map((text) => text.replace(/^((?:[^\s:]+(?::\d+)*: )*).* \[(.*)\]$/, "$1[$2]"));
}

const yaml = (text: string) => ({ "app.yaml": text });

const wrong: [string, string, string[]][] = [
    [
        "an unknown key",
        "runtime: python313\nenv_variable:\n  A: b\n",
        ["app.yaml:2: env_variable: [appengine/yaml-key-unknown]"],
    ],
    [
        "an unknown key of a handler and of a scaling",
        "handlers:\n- url: /a\n  static_folder: a\nautomatic_scaling:\n  max_instance: 3\n",
        [
            "app.yaml:3: handlers.0.static_folder: [appengine/yaml-key-unknown]",
            "app.yaml:5: automatic_scaling.max_instance: [appengine/yaml-key-unknown]",
        ],
    ],
    ["invalid YAML", "runtime: python313\nhandlers:\n- url: [\n", ["app.yaml:4:1: [appengine/yaml-invalid]"]],
    ["a key twice", "runtime: python313\nruntime: python312\n", ["app.yaml:2:1: [appengine/yaml-invalid]"]],
    [
        "two documents",
        "runtime: python313\n---\nruntime: python312\n",
        ["app.yaml:2:1: [appengine/yaml-several-documents]"],
    ],
    ["a directive without a document", "%FOO\n", ["app.yaml:2:1: [appengine/yaml-invalid]"]],
    ["an empty file", "# runtime: python313\n", ["app.yaml: [appengine/yaml-empty]"]],
    [
        "a handler without paths",
        "handlers:\n- script: auto\n",
        ["app.yaml:2: handlers.0.url: [appengine/yaml-key-missing]"],
    ],
    ["a document that is not a mapping", "- runtime: python313\n", ["app.yaml:1: [appengine/yaml-file-not-mapping]"]],
    ["an unknown environment", "env: flexi\n", ["app.yaml:1: env: [appengine/yaml-env-unknown]"]],
    ["a string instead of a list", "runtime: [python313]\n", ["app.yaml:1: runtime: [appengine/yaml-not-string]"]],
    ["a list instead of a string", "handlers: all\n", ["app.yaml:1: handlers: [appengine/yaml-not-list]"]],
    [
        "a string instead of a mapping",
        "env_variables: all\n",
        ["app.yaml:1: env_variables: [appengine/yaml-not-mapping]"],
    ],
    [
        "not a number",
        "automatic_scaling:\n  max_instances: many\n",
        ["app.yaml:2: automatic_scaling.max_instances: [appengine/yaml-not-number]"],
    ],
    [
        "a list instead of a number",
        "automatic_scaling:\n  max_instances: [3]\n",
        ["app.yaml:2: automatic_scaling.max_instances: [appengine/yaml-not-number]"],
    ],
    [
        "an empty string instead of a number",
        'automatic_scaling:\n  max_instances: ""\n',
        ["app.yaml:2: automatic_scaling.max_instances: [appengine/yaml-not-number]"],
    ],
    [
        "a list instead of a boolean",
        "app_engine_apis: [true]\n",
        ["app.yaml:1: app_engine_apis: [appengine/yaml-not-boolean]"],
    ],
    ["not a boolean", "app_engine_apis: maybe\n", ["app.yaml:1: app_engine_apis: [appengine/yaml-not-boolean]"]],
    [
        "a duration in weeks",
        "default_expiration: 2w\n",
        ["app.yaml:1: default_expiration: [appengine/yaml-not-duration]"],
    ],
    [
        "a latency without a unit",
        "automatic_scaling:\n  min_pending_latency: 30\n",
        ["app.yaml:2: automatic_scaling.min_pending_latency: [appengine/yaml-not-latency]"],
    ],
    [
        "a fraction of a second",
        "env: flex\nliveness_check:\n  timeout_sec: 1.5\n",
        ["app.yaml:3: liveness_check.timeout_sec: [appengine/yaml-not-whole-seconds]"],
    ],
    [
        "two types of scaling",
        "automatic_scaling:\n  max_instances: 3\nmanual_scaling:\n  instances: 3\n",
        ["app.yaml:3: manual_scaling: [appengine/yaml-several-scalings]"],
    ],
    ["an unknown key that resembles none", "color: blue\n", ["app.yaml:1: color: [appengine/yaml-key-unknown]"]],
    ["a key that all objects have", "constructor: a\n", ["app.yaml:1: constructor: [appengine/yaml-key-unknown]"]],
    ["a key that is a list", "? [runtime]\n: python313\n", ['app.yaml:1: ["runtime"]: [appengine/yaml-key-unknown]']],
    [
        "an alias without an anchor",
        "runtime: python313\nentrypoint: *command\n",
        ["app.yaml:2:13: [appengine/yaml-invalid]"],
    ],
    ["an environment without a value", "? env\n", ["app.yaml:1: env: [appengine/yaml-not-string]"]],
    ["a list instead of an environment", "env: [flex]\n", ["app.yaml:1: env: [appengine/yaml-not-string]"]],
    ["a handler without anything", "handlers:\n- \n", ["app.yaml:2: handlers.0.url: [appengine/yaml-key-missing]"]],
    [
        "a list instead of a script",
        "handlers:\n- url: /a\n  script: [auto]\n",
        ["app.yaml:3: handlers.0.script: [appengine/yaml-not-string]"],
    ],
    [
        "a list instead of a header",
        "handlers:\n- url: /a\n  static_dir: a\n  http_headers:\n    Vary: [Accept]\n",
        ["app.yaml:5: handlers.0.http_headers.Vary: [appengine/yaml-not-string]"],
    ],
    [
        "a list instead of a variable",
        "env_variables:\n  A: [b]\n",
        ["app.yaml:2: env_variables.A: [appengine/yaml-not-string]"],
    ],
    [
        "a list instead of a duration",
        "default_expiration: [10m]\n",
        ["app.yaml:1: default_expiration: [appengine/yaml-not-string]"],
    ],
    [
        "a list instead of a latency",
        "automatic_scaling:\n  min_pending_latency: [30ms]\n",
        ["app.yaml:2: automatic_scaling.min_pending_latency: [appengine/yaml-not-string]"],
    ],
    [
        "not a share",
        "automatic_scaling:\n  target_cpu_utilization: high\n",
        ["app.yaml:2: automatic_scaling.target_cpu_utilization: [appengine/yaml-not-number]"],
    ],
    [
        "lists in a list of names",
        "app_engine_bundled_services:\n- [mail]\ninbound_services:\n- [mail]\n",
        [
            "app.yaml:2: app_engine_bundled_services.0: [appengine/yaml-not-string]",
            "app.yaml:4: inbound_services.0: [appengine/yaml-not-string]",
        ],
    ],
    [
        "sizes and seconds that are not numbers",
        "env: flex\nresources:\n  memory_gb: much\n  disk_size_gb: more\nliveness_check:\n  timeout_sec: long\n",
        [
            "app.yaml:3: resources.memory_gb: [appengine/yaml-not-number]",
            "app.yaml:4: resources.disk_size_gb: [appengine/yaml-not-number]",
            "app.yaml:6: liveness_check.timeout_sec: [appengine/yaml-not-number]",
        ],
    ],
    [
        "a list instead of a file to include",
        "includes:\n- [more.yaml]\n",
        ["app.yaml:2: includes.0: [appengine/yaml-not-string]"],
    ],
    [
        "a missing file to include",
        "includes:\n- more.yaml\n",
        ["app.yaml:2: includes.0: [appengine/yaml-include-missing]"],
    ],
];

test.each(wrong)("%s is refused with its position", (_, text, expected) => {
    expect(refusals(yaml(text))).toEqual(expected);
});

test.each([
    ["runtim: python313", 'app.yaml:1: runtim: unknown key "runtim"; did you mean "runtime"? ['],
    ["color: blue", 'app.yaml:1: color: unknown key "color" ['],
    ["? env", 'app.yaml:1: env: must be a string (got ""). ['],
    [
        "entrypoint: *a",
        "app.yaml:1:13: is not valid YAML: Unresolved alias (the anchor must be set before the alias): a. [",
    ],
    [
        "- runtime: php84",
        'app.yaml:1: must have keys and values, such as runtime: python313 (got [{ runtime: "php84" }]). [',
    ],
    ["default_expiration: 2w", 'must be a duration such as 10m or 4d 5h (got "2w"). ['],
])("the error of %j says what is wrong", (line, text) => {
    expect(() => fromAppYaml(folderOf(yaml(`${line}\n`)))).toThrow(text);
});

/** Keys of a mapping of the flexible environment. */
const lostIn = (parent: string, ...keys: string[]): [string, string, string][] =>
    keys.map((key) => {
        const path = `${parent}.${key}`;
        return [path, `env: flex\n${parent}:\n  ${key}: 2\n`, `app.yaml:3: ${path}`];
    });

const lost: [string, string, string][] = [
    ...lostIn(
        "automatic_scaling",
        "target_request_count_per_sec",
        "target_network_sent_bytes_per_sec",
        "target_network_sent_packets_per_sec",
        "target_network_received_bytes_per_sec",
        "target_network_received_packets_per_sec",
        "target_disk_write_bytes_per_sec",
        "target_disk_write_ops_per_sec",
        "target_disk_read_bytes_per_sec",
        "target_disk_read_ops_per_sec",
        "custom_metrics",
        "min_instances",
        "max_instances",
        "min_idle_instances",
        "max_idle_instances",
        "target_cpu_utilization",
        "target_throughput_utilization",
        "max_concurrent_requests",
        "min_pending_latency",
        "max_pending_latency",
    ),
    ...lostIn(
        "runtime_config",
        "python_version",
        "jdk",
        "server",
        "php_ini_override",
        "supervisord_conf_addition",
        "supervisord_conf_override",
        "skip_lockdown_document_root",
        "whitelist_functions",
        "enable_stackdriver_integration",
    ),
    ["error_handlers", "error_handlers:\n- file: a.html\n", "app.yaml:1: error_handlers"],
    ["build_env_variables", "build_env_variables:\n  A: b\n", "app.yaml:1: build_env_variables"],
    ["service_account", "service_account: a@b.iam.gserviceaccount.com\n", "app.yaml:1: service_account"],
    ["skip_files", "skip_files:\n- ^(.*/)?#.*#$\n", "app.yaml:1: skip_files"],
    ["nobuild_files", "nobuild_files: a\n", "app.yaml:1: nobuild_files"],
    ["libraries", "libraries:\n- name: django\n  version: latest\n", "app.yaml:1: libraries"],
    ["builtins", "builtins:\n- deferred: on\n", "app.yaml:1: builtins"],
    ["backends", "backends:\n- name: a\n", "app.yaml:1: backends"],
    ["api_config", "api_config:\n  url: /api\n", "app.yaml:1: api_config"],
    ["endpoints_api_service", "endpoints_api_service:\n  name: a\n", "app.yaml:1: endpoints_api_service"],
    ["main", "main: ./cmd/web\n", "app.yaml:1: main"],
    ["runtime_channel", "runtime_channel: canary\n", "app.yaml:1: runtime_channel"],
    ["zones", "zones: [europe-west1-b]\n", "app.yaml:1: zones"],
    ["auto_id_policy", "auto_id_policy: legacy\n", "app.yaml:1: auto_id_policy"],
    ["standard_websocket", "standard_websocket: true\n", "app.yaml:1: standard_websocket"],
    [
        "beta_settings.cloud_sql_instances",
        "beta_settings:\n  cloud_sql_instances: a:b:c\n",
        "app.yaml:2: beta_settings.cloud_sql_instances",
    ],
    [
        "beta_settings.machine_type",
        "env: flex\nbeta_settings:\n  machine_type: n1\n",
        "app.yaml:3: beta_settings.machine_type",
    ],
    [
        "inbound_services.xmpp_message",
        "inbound_services:\n- warmup\n- xmpp_message\n",
        "app.yaml:3: inbound_services.xmpp_message",
    ],
    ["env_variables.DB_PASSWORD", "env_variables:\n  DB_PASSWORD: canary\n", "app.yaml:2: env_variables.DB_PASSWORD"],
    ["handlers.script", "handlers:\n- url: /.*\n  script: main.app\n", "app.yaml:3: handlers.0.script"],
    [
        "handlers.api_endpoint",
        "handlers:\n- url: /a\n  script: auto\n  api_endpoint: on\n",
        "app.yaml:4: handlers.0.api_endpoint",
    ],
    ["resources", "resources:\n  cpu: 2\n", "app.yaml:1: resources"],
    ["network", "network:\n  name: a\n", "app.yaml:1: network"],
    ["runtime_config", "runtime_config:\n  operating_system: ubuntu22\n", "app.yaml:1: runtime_config"],
    [
        "automatic_scaling.min_num_instances",
        "automatic_scaling:\n  min_num_instances: 2\n",
        "app.yaml:2: automatic_scaling.min_num_instances",
    ],
    ["basic_scaling", "env: flex\nbasic_scaling:\n  max_instances: 2\n", "app.yaml:2: basic_scaling"],
    ["instance_class", "env: flex\ninstance_class: F2\n", "app.yaml:2: instance_class"],
    ["vpc_access_connector", "env: flex\nvpc_access_connector:\n  name: a\n", "app.yaml:2: vpc_access_connector"],
    ["health_check", "env: flex\nhealth_check:\n  enable_health_check: false\n", "app.yaml:2: health_check"],
    ["handlers", "env: flex\nhandlers:\n- url: /\n  static_dir: a\n", "app.yaml:2: handlers"],
];

test.each(lost)("%s is refused unless the program ignores it", (key, text, at) => {
    expect(refusals(yaml(text))).toEqual([`${at}: [appengine/yaml-key-unsupported]`]);
    const folder = folderOf(yaml(text));
    expect(JSON.stringify(fromAppYaml(folder, { without: [key] }))).not.toContain("canary");
    expect(() => fromAppYaml(folder, { without: [key.replace(/\..*/, "")] })).not.toThrow();
});

test.each([
    ["min_num_instances: 2", "Use min_instances, or"],
    ["max_num_instances: 2", "Use max_instances, or"],
    ["cool_down_period_sec: 120", "Remove it, or ignore it with without"],
    ["cpu_utilization:\n    target_utilization: 0.6", "Use target_cpu_utilization, or"],
    ["target_concurrent_requests: 10", "Use max_concurrent_requests, or"],
    ["custom_metrics: []", "Remove it, or ignore it with without"],
])("what replaces the scaling of the flexible environment %j is said", (line, hint) => {
    const folder = folderOf(yaml(`automatic_scaling:\n  ${line}\n`));
    expect(() => fromAppYaml(folder)).toThrow(hint);
});

test.each([
    ["cloud_sql_instances", "is what uses: { DATABASE: database.client } does"],
    ["machine_type", "has no equivalent argument. Set it with transform.version"],
])("what replaces the beta setting %s is said", (key, hint) => {
    for (const settings of ["beta_settings", "vm_settings"]) {
        const folder = folderOf(yaml(`env: flex\n${settings}:\n  ${key}: a\n`));
        expect(() => fromAppYaml(folder)).toThrow(`app.yaml:3: ${settings}.${key}: ${hint}`);
    }
});

test.each(
    [
        "application",
        "project",
        "version",
        "api_version",
        "threadsafe",
        "derived_file_type",
        "admin_console",
        "code_lock",
        "source_language",
    ].flatMap((key) => ["standard", "flex"].map((env) => [key, env])),
)("a warning says that %s is ignored in the %s environment", (key, env) => {
    fromAppYaml(folderOf(yaml(`env: ${env}\nruntime: python313\n${key}: a\n`)));
    const ignored = `Ignored, because it has no effect here: ${key} (app.yaml:3).`;
    expect(logWarning.mock.calls).toEqual([[expect.stringContaining(ignored)]]);
});

test("all problems of all files are reported together, with file and line", () => {
    const files = {
        "app.yaml": "runtime: python313\n\nerror_handlers:\n- file: a.html\nservice_account: a@b.c\n",
        "worker/app.yaml": "service: worker\n# Not there.\nruntim: python313\n",
        "cron.yaml":
            "cron:\n- url: /\n  schedule: every 1 hours\n  retry_parameters:\n    min_backoff_seconds: 2.5\n  tz: UTC\n",
        "dispatch.yaml": "dispatch:\n- url: a/\n  servce: worker\n",
        "queue.yaml": "queue:\n- name: a\n  rate: 5\n  bucket_size: 40\n- name: b\n  mode: pull\n",
    };
    expect(
        refusals(files, { services: ["worker/app.yaml", "gone.yaml"], without: ["zones", "error_handlers"] }),
    ).toEqual([
        "services.1: [appengine/yaml-file-missing]",
        "app.yaml:5: service_account: [appengine/yaml-key-unsupported]",
        "worker/app.yaml:3: runtim: [appengine/yaml-key-unknown]",
        "dispatch.yaml:3: dispatch.0.servce: [appengine/yaml-key-unknown]",
        "cron.yaml:5: cron.0.retry_parameters.min_backoff_seconds: [appengine/yaml-not-whole-seconds]",
        "cron.yaml:6: cron.0.tz: [appengine/yaml-key-unknown]",
        "queue.yaml:3: queue.0.rate: [appengine/yaml-not-rate]",
        "queue.yaml:4: queue.0.bucket_size: [appengine/yaml-key-unsupported]",
        "queue.yaml:6: queue.1.mode: [appengine/yaml-key-unsupported]",
        "without.0: [appengine/yaml-nothing-lost]",
    ]);
});

test("lists instead of texts in cron.yaml and queue.yaml are refused once each, with their positions", () => {
    const files = {
        ...yaml("runtime: python313\n"),
        "cron.yaml": "cron:\n- url: /\n  schedule: [daily]\n  target: [worker]\n  attempt_deadline: [10m]\n",
        "queue.yaml": "queue:\n- name: a\n  rate: [5/s]\n  target: [worker]\n",
    };
    expect(refusals(files)).toEqual([
        "cron.yaml:3: cron.0.schedule: [appengine/yaml-not-string]",
        "cron.yaml:4: cron.0.target: [appengine/yaml-not-string]",
        "cron.yaml:5: cron.0.attempt_deadline: [appengine/yaml-not-string]",
        "queue.yaml:3: queue.0.rate: [appengine/yaml-not-string]",
        "queue.yaml:4: queue.0.target: [appengine/yaml-not-string]",
    ]);
});

test.each([
    ["task_age_limit: 1h", { max: 0, maxDuration: "1 hour" }],
    ["task_age_limit: 1h\n    task_retry_limit: 3", { max: 3, maxDuration: "1 hour" }],
    ["min_backoff_seconds: 2", { minBackoff: "2 seconds" }],
])("a queue is only without a number of retries if their time is limited: %s", (line, retries) => {
    const files = {
        ...yaml("runtime: python313\n"),
        "queue.yaml": `queue:\n- name: a\n  retry_parameters:\n    ${line}\n`,
    };
    expect(fromAppYaml(folderOf(files)).queues?.a).toEqual({ name: "a", retries });
});

test.each([
    ["job_retry_limit: 3", { max: 3 }],
    ["job_age_limit: 1h", { max: 1, maxDuration: "1 hour" }],
    ["min_backoff_seconds: 2", undefined],
])("a job is only retried if the number or the time of retries is above 0: %s", (line, retries) => {
    const files = {
        ...yaml("runtime: python313\n"),
        "cron.yaml": `cron:\n- url: /\n  schedule: every 1 hours\n  retry_parameters:\n    ${line}\n`,
    };
    expect(fromAppYaml(folderOf(files)).cron?.root?.retries).toEqual(retries);
});

test("a job is named by the first 90 characters of its path", () => {
    const job = `- url: /${"a".repeat(91)}\n  schedule: every 1 hours\n`;
    const files = { ...yaml("runtime: python313\n"), "cron.yaml": `cron:\n${job}${job}` };
    const name = "a".repeat(90);
    expect(Object.keys(fromAppYaml(folderOf(files)).cron ?? {})).toEqual([name, `${name}-2`]);
});

test("a push queue can have the name pull", () => {
    const files = { "app.yaml": "runtime: python313\n", "queue.yaml": "queue:\n- name: pull\n" };
    expect(fromAppYaml(folderOf(files)).queues).toEqual({ pull: { name: "pull" } });
});

test("a pull queue is omitted if the program ignores it", () => {
    const files = { "app.yaml": "runtime: python313\n", "queue.yaml": "queue:\n- name: b\n  mode: pull\n" };
    expect(fromAppYaml(folderOf(files), { without: ["queue.mode"] }).queues).toEqual({});
});

test.each([
    ["1/s", 1],
    ["30/m", 0.5],
    ["1.5/h", 1.5 / 3600],
    ["864/d", 0.01],
])("the rate %s of a queue is converted to tasks a second", (rate, each) => {
    const files = { "app.yaml": "runtime: python313\n", "queue.yaml": `queue:\n- name: a\n  rate: ${rate}\n` };
    expect(fromAppYaml(folderOf(files)).queues?.a).toMatchObject({ rate: each });
});

test("a queue that is defined twice is refused", () => {
    const files = { ...yaml("runtime: python313\n"), "queue.yaml": "queue:\n- name: a\n- rate: 5/s\n- name: a\n" };
    expect(refusals(files)).toEqual([
        "queue.yaml:3: queue.1.name: [appengine/yaml-key-missing]",
        "queue.yaml:4: queue.2.name: [appengine/yaml-queue-twice]",
    ]);
});

test("the error of a missing file names it", () => {
    const folder = folderOf({ "app.yaml": "runtime: python313\n", "a.yaml": "runtime: python313\nservice: a\n" });
    expect(() => fromAppYaml(folder, { services: ["a.yaml", "gone.yaml"] })).toThrow(
        `services.1: is not a file: ${folder}/gone.yaml does not exist (got "gone.yaml"). The path is relative to ${folder}.`,
    );
});

test("a service folder refers to its app.yaml, which must exist", () => {
    expect(refusals({ ...yaml("runtime: python313\n"), "worker/main.py": "" }, { services: ["worker"] })).toEqual([
        "services.0: [appengine/yaml-file-missing]",
    ]);
});

test("a service that is defined twice is refused", () => {
    const files = { "app.yaml": "runtime: python313\n", "b.yaml": "runtime: python313\nservice: default\n" };
    expect(refusals(files, { services: ["b.yaml"] })).toEqual(["b.yaml:2: service: [appengine/yaml-service-twice]"]);
});

test("a folder without an app.yaml is refused with the expected path", () => {
    expect(refusals({ "main.py": "" })).toEqual(["[appengine/yaml-missing]"]);
});

test("unknown options are refused", () => {
    const options = { wihout: [], without: "error_handlers" } as unknown as AppYamlOptions;
    expect(refusals(yaml("runtime: python313\n"), options)).toEqual([
        'without: must be a list (got "error_handlers").',
        'wihout: unknown option "wihout"; did you mean "without"?',
    ]);
});
