import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type AppYamlOptions, fromAppYaml } from "../../../lib/appengine/yaml";
import { folderOf } from "../folders";
import { problemsIn } from "../registered";

const logWarning = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
afterEach(() => logWarning.mockClear());

/** The errors for files, without the folder. */
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
    const lines = problemsIn(refusal).split("\n");
    expect(lines.filter((line) => !line.startsWith(start))).toEqual([]);
    const messages = lines.map((line) => line.slice(start.length).replaceAll(resolve(folder), "<folder>"));
    return messages;
}

const yaml = (text: string) => ({ "app.yaml": text });
/** The end of the error for an unsupported key. */
const without = (key: string) => `, or remove it with without: ["${key}"].`;

const wrong: [string, string, string[]][] = [
    [
        "an unknown key",
        "runtime: python313\nenv_variable:\n  A: b\n",
        ['app.yaml:2: env_variable: unknown key "env_variable"; did you mean "env_variables"?'],
    ],
    [
        "an unknown key of a handler and of a scaling",
        "handlers:\n- url: /a\n  static_folder: a\nautomatic_scaling:\n  max_instance: 3\n",
        [
            'app.yaml:3: handlers.0.static_folder: unknown key "static_folder"; did you mean "static_dir"?',
            'app.yaml:5: automatic_scaling.max_instance: unknown key "max_instance"; did you mean "max_instances"?',
        ],
    ],
    [
        "invalid YAML",
        "runtime: python313\nhandlers:\n- url: [\n",
        [
            "app.yaml:4:1: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
        ],
    ],
    [
        "a key twice",
        "runtime: python313\nruntime: python312\n",
        ["app.yaml:2:1: is not valid YAML: Map keys must be unique."],
    ],
    ["two documents", "runtime: python313\n---\nruntime: python312\n", ["app.yaml:2:1: has more than one document."]],
    [
        "an empty file",
        "# runtime: python313\n",
        ["app.yaml: is empty. Add at least a runtime, such as runtime: python313."],
    ],
    ["a handler without paths", "handlers:\n- script: auto\n", ["app.yaml:2: handlers.0.url: is missing."]],
    [
        "a document that is not a mapping",
        "- runtime: python313\n",
        ['app.yaml:1: must have keys and values, such as runtime: python313 (got [{ runtime: "python313" }]).'],
    ],
    ["an unknown environment", "env: flexi\n", ['app.yaml:1: env: must be standard or flex (got "flexi").']],
    [
        "a string instead of a list",
        "runtime: [python313]\n",
        ['app.yaml:1: runtime: must be a string (got ["python313"]).'],
    ],
    ["a list instead of a string", "handlers: all\n", ['app.yaml:1: handlers: must be a list (got "all").']],
    [
        "a string instead of a mapping",
        "env_variables: all\n",
        ['app.yaml:1: env_variables: must have keys and values (got "all").'],
    ],
    [
        "not a number",
        "automatic_scaling:\n  max_instances: many\n",
        ['app.yaml:2: automatic_scaling.max_instances: must be a number (got "many").'],
    ],
    [
        "a list instead of a number",
        "automatic_scaling:\n  max_instances: [3]\n",
        ['app.yaml:2: automatic_scaling.max_instances: must be a number (got ["3"]).'],
    ],
    [
        "an empty string instead of a number",
        'automatic_scaling:\n  max_instances: ""\n',
        ['app.yaml:2: automatic_scaling.max_instances: must be a number (got "").'],
    ],
    [
        "a list instead of a boolean",
        "app_engine_apis: [true]\n",
        ['app.yaml:1: app_engine_apis: must be true or false (got ["true"]).'],
    ],
    [
        "not a boolean",
        "app_engine_apis: maybe\n",
        ['app.yaml:1: app_engine_apis: must be true or false (got "maybe").'],
    ],
    [
        "a duration in weeks",
        "default_expiration: 2w\n",
        ['app.yaml:1: default_expiration: must be a duration such as 10m or 4d 5h (got "2w").'],
    ],
    [
        "a latency without a unit",
        "automatic_scaling:\n  min_pending_latency: 30\n",
        ['app.yaml:2: automatic_scaling.min_pending_latency: must be a duration such as 30ms or 1.5s (got "30").'],
    ],
    [
        "a fraction of a second",
        "env: flex\nliveness_check:\n  timeout_sec: 1.5\n",
        ['app.yaml:3: liveness_check.timeout_sec: must be whole seconds (got "1.5").'],
    ],
    [
        "two types of scaling",
        "automatic_scaling:\n  max_instances: 3\nmanual_scaling:\n  instances: 3\n",
        ["app.yaml:3: manual_scaling: cannot be combined with automatic_scaling. Remove one of them."],
    ],
    [
        "a missing file to include",
        "includes:\n- more.yaml\n",
        ['app.yaml:2: includes.0: is not a file: <folder>/more.yaml does not exist (got "more.yaml").'],
    ],
];

test.each(wrong)("%s is refused with its position", (_, text, expected) => {
    expect(refusals(yaml(text))).toEqual(expected);
});

const provider = "cannot be set by Google's provider";
const first = "is for the first generation";
const lost: [string, string, string][] = [
    [
        "error_handlers",
        "error_handlers:\n- file: a.html\n",
        `${provider}, and App Engine would serve its default error pages. Handle errors in the application.`,
    ],
    [
        "build_env_variables",
        "build_env_variables:\n  A: b\n",
        `${provider}, and the build would ignore them. Use the files of the build instead, such as package.json or requirements.txt.`,
    ],
    [
        "service_account",
        "service_account: a@b.iam.gserviceaccount.com\n",
        "is not used, because each service has its own account with only the roles that it needs. Grant access with uses.",
    ],
    [
        "skip_files",
        "skip_files:\n- ^(.*/)?#.*#$\n",
        "is not used, because .gcloudignore excludes files. Add its patterns there, one per line.",
    ],
    [
        "nobuild_files",
        "nobuild_files: a\n",
        "is not used, because .gcloudignore excludes files. Add its patterns there, one per line.",
    ],
    [
        "libraries",
        "libraries:\n- name: django\n  version: latest\n",
        "is for Python 2.7. List the libraries in requirements.txt.",
    ],
    ["builtins", "builtins:\n- deferred: on\n", `${first}. Remove it, and its use in the application.`],
    [
        "backends",
        "backends:\n- name: a\n",
        `${first}, where services were backends. Create a file for each, and add it to services.`,
    ],
    [
        "api_config",
        "api_config:\n  url: /api\n",
        "is for Endpoints in the first generation, which no longer exists. Serve the API with the application.",
    ],
    [
        "endpoints_api_service",
        "endpoints_api_service:\n  name: a\n",
        "has no equivalent argument. Check requests in the application, or with an API Gateway in front of it.",
    ],
    ["main", "main: ./cmd/web\n", `${provider}. Move the package main to the folder itself.`],
    ["runtime_channel", "runtime_channel: canary\n", "has no equivalent argument. Remove it."],
    ["zones", "zones: [europe-west1-b]\n", `${provider}, and App Engine chooses the zones of the region. Remove it.`],
    ["auto_id_policy", "auto_id_policy: legacy\n", "is for Datastore in the first generation. Remove it."],
    [
        "standard_websocket",
        "standard_websocket: true\n",
        "has no equivalent argument. Use the flexible environment for WebSockets.",
    ],
    [
        "beta_settings.cloud_sql_instances",
        "beta_settings:\n  cloud_sql_instances: a:b:c\n",
        "is what uses: { DATABASE: database.client } does, which also grants access to the service account and sets the URL. Use it instead.",
    ],
    [
        "beta_settings.machine_type",
        "env: flex\nbeta_settings:\n  machine_type: n1\n",
        "has no equivalent argument. Set it with transform.version of a flexible service, if it still has an effect.",
    ],
    [
        "inbound_services.xmpp_message",
        "inbound_services:\n- warmup\n- xmpp_message\n",
        "no longer exists, as it is for the first generation. Remove it.",
    ],
    [
        "env_variables.DB_PASSWORD",
        "env_variables:\n  DB_PASSWORD: canary\n",
        "is plain text in the file, and everyone who can view the version can read it. Store it in a Secret and set uses: { DB_PASSWORD: thatSecret.accessor }.",
    ],
    [
        "handlers.script",
        "handlers:\n- url: /.*\n  script: main.app\n",
        "is not started, because all requests go to the entrypoint. Set it to auto.",
    ],
    [
        "handlers.api_endpoint",
        "handlers:\n- url: /a\n  script: auto\n  api_endpoint: on\n",
        "is for Endpoints in the first generation, which no longer exists. Serve the API with the application.",
    ],
    ["resources", "resources:\n  cpu: 2\n", "is for the flexible environment. Use instance_class."],
    ["network", "network:\n  name: a\n", "is for the flexible environment. Use vpc_access_connector."],
    [
        "runtime_config",
        "runtime_config:\n  operating_system: ubuntu22\n",
        "is for the flexible environment. The name of the runtime includes the version, such as python313.",
    ],
    [
        "automatic_scaling.min_num_instances",
        "automatic_scaling:\n  min_num_instances: 2\n",
        "is for the flexible environment. Use min_instances.",
    ],
    [
        "basic_scaling",
        "env: flex\nbasic_scaling:\n  max_instances: 2\n",
        "is for the standard environment. Use automatic_scaling or manual_scaling.",
    ],
    [
        "automatic_scaling.max_instances",
        "env: flex\nautomatic_scaling:\n  max_instances: 2\n",
        "is for the standard environment. Use max_num_instances.",
    ],
    [
        "automatic_scaling.target_disk_read_ops_per_sec",
        "env: flex\nautomatic_scaling:\n  target_disk_read_ops_per_sec: 2\n",
        "has no equivalent argument. Use cpu_utilization or target_concurrent_requests.",
    ],
    ["instance_class", "env: flex\ninstance_class: F2\n", "is for the standard environment. Use resources."],
    [
        "vpc_access_connector",
        "env: flex\nvpc_access_connector:\n  name: a\n",
        "is for the standard environment. Use network.",
    ],
    [
        "health_check",
        "env: flex\nhealth_check:\n  enable_health_check: false\n",
        "is for legacy health checks, which no longer exist. Use readiness_check and liveness_check.",
    ],
    [
        "runtime_config.python_version",
        "env: flex\nruntime_config:\n  python_version: 3\n",
        "is for runtimes that no longer exist. Use operating_system and runtime_version.",
    ],
    [
        "handlers",
        "env: flex\nhandlers:\n- url: /\n  static_dir: a\n",
        "are for the standard environment. Serve files, redirect to HTTPS and sign users in with the application.",
    ],
];

test.each(lost)("%s is refused unless the program ignores it", (key, text, expected) => {
    const found = refusals(yaml(text));
    expect(found.map((line) => line.replace(/^app\.yaml:\d+: ([\w.]+): /, ""))).toEqual([
        `${expected.replace(/\.$/, "")}${without(key)}`,
    ]);
    expect(found.join()).not.toContain("canary");
    const folder = folderOf(yaml(text));
    expect(JSON.stringify(fromAppYaml(folder, { without: [key] }))).not.toContain("canary");
    expect(() => fromAppYaml(folder, { without: [key.replace(/\..*/, "")] })).not.toThrow();
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
        'services.1: is not a file: <folder>/gone.yaml does not exist (got "gone.yaml"). The path is relative to <folder>.',
        `app.yaml:5: service_account: is not used, because each service has its own account with only the roles that it needs. Grant access with uses${without("service_account")}`,
        'worker/app.yaml:3: runtim: unknown key "runtim"; did you mean "runtime"?',
        'dispatch.yaml:3: dispatch.0.servce: unknown key "servce"; did you mean "service"?',
        'cron.yaml:5: cron.0.retry_parameters.min_backoff_seconds: must be whole seconds (got "2.5").',
        'cron.yaml:6: cron.0.tz: unknown key "tz"; did you mean "timezone"?',
        'queue.yaml:3: queue.0.rate: must be a rate such as 5/s or 30/m (got "5").',
        `queue.yaml:4: queue.0.bucket_size: is set by Cloud Tasks from the rate. Remove it${without("queue.bucket_size")}`,
        `queue.yaml:6: queue.1.mode: has no successor in Cloud Tasks. Use a PubSubTopic with a PubSubSubscription that is pulled${without("queue.mode")}`,
        'without.0: is not lost (got "zones"). Remove it.',
    ]);
});

test("a pull queue is omitted if the program ignores it", () => {
    const files = { "app.yaml": "runtime: python313\n", "queue.yaml": "queue:\n- name: b\n  mode: pull\n" };
    expect(fromAppYaml(folderOf(files), { without: ["queue.mode"] }).queues).toEqual({});
});

test("a queue that is defined twice is refused", () => {
    const files = { ...yaml("runtime: python313\n"), "queue.yaml": "queue:\n- name: a\n- rate: 5/s\n- name: a\n" };
    expect(refusals(files)).toEqual([
        "queue.yaml:3: queue.1.name: is missing.",
        'queue.yaml:4: queue.2.name: is also the name of queue.0 (got "a"). Remove one of them.',
    ]);
});

test("a service folder refers to its app.yaml, which must exist", () => {
    expect(refusals({ ...yaml("runtime: python313\n"), "worker/main.py": "" }, { services: ["worker"] })).toEqual([
        'services.0: is not a file: <folder>/worker/app.yaml does not exist (got "worker"). The path is relative to <folder>.',
    ]);
});

test("a service that is defined twice is refused", () => {
    const files = { "app.yaml": "runtime: python313\n", "b.yaml": "runtime: python313\nservice: default\n" };
    expect(refusals(files, { services: ["b.yaml"] })).toEqual([
        'b.yaml:2: service: is "default", as in app.yaml:1. Use another service for each file.',
    ]);
});

test("a folder without an app.yaml is refused with the expected path", () => {
    expect(refusals({ "main.py": "" })).toEqual([
        `has no app.yaml: <folder>/app.yaml does not exist. Specify its folder, relative to ${process.cwd()}.`,
    ]);
});

test("unknown options are refused", () => {
    const options = { wihout: [], without: "error_handlers" } as unknown as AppYamlOptions;
    expect(refusals(yaml("runtime: python313\n"), options)).toEqual([
        'without: must be a list (got "error_handlers").',
        'wihout: unknown option "wihout"; did you mean "without"?',
    ]);
});
