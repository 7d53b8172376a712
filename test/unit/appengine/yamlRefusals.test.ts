import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type AppYamlOptions, fromAppYaml } from "../../../lib/appengine/yaml";
import { folderOf } from "../folders";

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
    if (!pulumi.InputPropertiesError.isInstance(refusal)) {
        throw refusal ?? new Error("Nothing was refused.");
    }
    const start = `AppEngineApp.fromAppYaml("${folder}"): `;
    const lines = refusal.message.split("\n");
    expect(lines.filter((line) => !line.startsWith(start))).toEqual([]);
    const messages = lines.map((line) => line.slice(start.length).replaceAll(resolve(folder), "<folder>"));
    expect(refusal.errors).toHaveLength(lines.length);
    return messages;
}

const yaml = (text: string) => ({ "app.yaml": text });
/** The end of the error for an unsupported key. */
const without = (key: string) => `, or do without it by without: ["${key}"].`;

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
            'app.yaml:3: handlers.0.static_folder: unknown key "static_folder"; did you mean "static_files"?',
            'app.yaml:5: automatic_scaling.max_instance: unknown key "max_instance"; did you mean "max_instances"?',
        ],
    ],
    [
        "invalid YAML",
        "runtime: python313\nhandlers:\n- url: [\n",
        ["app.yaml:4:1: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]."],
    ],
    ["a key twice", "runtime: python313\nruntime: python312\n", ["app.yaml:2:1: is no YAML: Map keys must be unique."]],
    ["two documents", "runtime: python313\n---\nruntime: python312\n", ["app.yaml:2:1: has more than one document."]],
    [
        "an empty file",
        "# runtime: python313\n",
        ["app.yaml: is empty. It has at least a runtime, such as runtime: python313."],
    ],
    ["a handler without paths", "handlers:\n- script: auto\n", ["app.yaml:2: handlers.0.url: is missing."]],
    [
        "a document that is not a mapping",
        "- runtime: python313\n",
        ['app.yaml:1: must have keys and values, as runtime: python313 (got [{ runtime: "python313" }]).'],
    ],
    ["an unknown environment", "env: flexi\n", ['app.yaml:1: env: must be standard or flex (got "flexi").']],
    [
        "a string instead of a list",
        "runtime: [python313]\n",
        ['app.yaml:1: runtime: must be a text (got ["python313"]).'],
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
        "not a boolean",
        "app_engine_apis: maybe\n",
        ['app.yaml:1: app_engine_apis: must be true or false (got "maybe").'],
    ],
    [
        "a duration in weeks",
        "default_expiration: 2w\n",
        ['app.yaml:1: default_expiration: must be a length of time, as 10m or 4d 5h is (got "2w").'],
    ],
    [
        "a latency without a unit",
        "automatic_scaling:\n  min_pending_latency: 30\n",
        ['app.yaml:2: automatic_scaling.min_pending_latency: must be a length of time, as 30ms or 1.5s is (got "30").'],
    ],
    [
        "a fraction of a second",
        "env: flex\nliveness_check:\n  timeout_sec: 1.5\n",
        ['app.yaml:3: liveness_check.timeout_sec: must be whole seconds (got "1.5").'],
    ],
    [
        "two types of scaling",
        "automatic_scaling:\n  max_instances: 3\nmanual_scaling:\n  instances: 3\n",
        ["app.yaml:3: manual_scaling: goes with no automatic_scaling, which is there already. Leave out one of them."],
    ],
    [
        "a missing file to include",
        "includes:\n- more.yaml\n",
        ['app.yaml:2: includes.0: is no file: <folder>/more.yaml does not exist (got "more.yaml").'],
    ],
];

test.each(wrong)("%s is refused with its position", (_, text, expected) => {
    expect(refusals(yaml(text))).toEqual(expected);
});

const provider = "cannot be set by Google's provider";
const first = "is of the first generation";
const lost: [string, string, string][] = [
    [
        "error_handlers",
        "error_handlers:\n- file: a.html\n",
        `${provider}, and App Engine would answer with pages of its own. Answer what goes wrong by the application.`,
    ],
    [
        "build_env_variables",
        "build_env_variables:\n  A: b\n",
        `${provider}, and the build would go without them. Say the same by the files of the build, such as package.json or requirements.txt.`,
    ],
    [
        "service_account",
        "service_account: a@b.iam.gserviceaccount.com\n",
        "is not taken, as each service has an account of its own without roles that it does not need. Give it what it needs by uses.",
    ],
    [
        "skip_files",
        "skip_files:\n- ^(.*/)?#.*#$\n",
        "is not read, as files are left out by .gcloudignore. Write its patterns there, one a line.",
    ],
    [
        "nobuild_files",
        "nobuild_files: a\n",
        "is not read, as files are left out by .gcloudignore. Write its patterns there, one a line.",
    ],
    [
        "libraries",
        "libraries:\n- name: django\n  version: latest\n",
        "is of Python 2.7. Name the libraries in requirements.txt.",
    ],
    ["builtins", "builtins:\n- deferred: on\n", `${first}. Leave it out, and what the application does with it.`],
    [
        "backends",
        "backends:\n- name: a\n",
        `${first}, where services were backends. Give each a file, and name it in services.`,
    ],
    [
        "api_config",
        "api_config:\n  url: /api\n",
        "is of Endpoints in the first generation, which is gone. Serve the API by the application.",
    ],
    [
        "endpoints_api_service",
        "endpoints_api_service:\n  name: a\n",
        "has no argument here. Check requests by the application, or by an API Gateway before it.",
    ],
    ["main", "main: ./cmd/web\n", `${provider}. Put the package main into the folder itself.`],
    ["runtime_channel", "runtime_channel: canary\n", "has no argument here. Leave it out."],
    [
        "zones",
        "zones: [europe-west1-b]\n",
        `${provider}, and App Engine chooses the zones of the region. Leave it out.`,
    ],
    ["auto_id_policy", "auto_id_policy: legacy\n", "is of the datastore in the first generation. Leave it out."],
    [
        "standard_websocket",
        "standard_websocket: true\n",
        "has no argument here. Take the flexible environment for WebSockets.",
    ],
    [
        "beta_settings.cloud_sql_instances",
        "beta_settings:\n  cloud_sql_instances: a:b:c\n",
        "is what uses: { DATABASE: database.client } does, which also grants access to the service account and sets the URL. Use it instead.",
    ],
    [
        "beta_settings.machine_type",
        "env: flex\nbeta_settings:\n  machine_type: n1\n",
        "has no argument here. Set it by transform.version of a flexible service, if it still does something.",
    ],
    [
        "inbound_services.xmpp_message",
        "inbound_services:\n- warmup\n- xmpp_message\n",
        "is gone with the first generation. Leave it out.",
    ],
    [
        "env_variables.DB_PASSWORD",
        "env_variables:\n  DB_PASSWORD: canary\n",
        "stands in clear in the file, and can be read by all who see the version. Keep it in a Secret and take uses: { DB_PASSWORD: thatSecret.accessor }.",
    ],
    [
        "handlers.script",
        "handlers:\n- url: /.*\n  script: main.app\n",
        "is not started, as all requests go to what the entrypoint starts. Write auto.",
    ],
    [
        "handlers.api_endpoint",
        "handlers:\n- url: /a\n  script: auto\n  api_endpoint: on\n",
        "is of Endpoints in the first generation, which is gone. Serve the API by the application.",
    ],
    ["resources", "resources:\n  cpu: 2\n", "is of the flexible environment. Take instance_class."],
    ["network", "network:\n  name: a\n", "is of the flexible environment. Take vpc_access_connector."],
    [
        "runtime_config",
        "runtime_config:\n  operating_system: ubuntu22\n",
        "is of the flexible environment. The runtime has its version in its name here, as python313 does.",
    ],
    [
        "automatic_scaling.min_num_instances",
        "automatic_scaling:\n  min_num_instances: 2\n",
        "is of the flexible environment. Take min_instances.",
    ],
    [
        "basic_scaling",
        "env: flex\nbasic_scaling:\n  max_instances: 2\n",
        "is of the standard environment. Take automatic_scaling or manual_scaling.",
    ],
    [
        "automatic_scaling.max_instances",
        "env: flex\nautomatic_scaling:\n  max_instances: 2\n",
        "is of the standard environment. Take max_num_instances.",
    ],
    [
        "automatic_scaling.target_disk_read_ops_per_sec",
        "env: flex\nautomatic_scaling:\n  target_disk_read_ops_per_sec: 2\n",
        "has no argument here. Take cpu_utilization or target_concurrent_requests.",
    ],
    ["instance_class", "env: flex\ninstance_class: F2\n", "is of the standard environment. Take resources."],
    [
        "vpc_access_connector",
        "env: flex\nvpc_access_connector:\n  name: a\n",
        "is of the standard environment. Take network.",
    ],
    [
        "health_check",
        "env: flex\nhealth_check:\n  enable_health_check: false\n",
        "is of health checks that are gone. Take readiness_check and liveness_check.",
    ],
    [
        "runtime_config.python_version",
        "env: flex\nruntime_config:\n  python_version: 3\n",
        "is of runtimes that are gone. Take operating_system and runtime_version.",
    ],
    [
        "handlers",
        "env: flex\nhandlers:\n- url: /\n  static_dir: a\n",
        "are of the standard environment. Serve files, and ask for HTTPS or a sign-in, by the application.",
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
        'services.1: is no file: <folder>/gone.yaml does not exist (got "gone.yaml"). The path is seen from <folder>.',
        `app.yaml:5: service_account: is not taken, as each service has an account of its own without roles that it does not need. Give it what it needs by uses${without("service_account")}`,
        'worker/app.yaml:3: runtim: unknown key "runtim"; did you mean "runtime"?',
        'dispatch.yaml:3: dispatch.0.servce: unknown key "servce"; did you mean "service"?',
        'cron.yaml:5: cron.0.retry_parameters.min_backoff_seconds: must be whole seconds (got "2.5").',
        'cron.yaml:6: cron.0.tz: unknown key "tz"; did you mean "url"?',
        'queue.yaml:3: queue.0.rate: must be a rate, as 5/s or 30/m is (got "5").',
        `queue.yaml:4: queue.0.bucket_size: is decided by Cloud Tasks, by the rate. Leave it out${without("queue.bucket_size")}`,
        `queue.yaml:6: queue.1.mode: has no successor in Cloud Tasks. Take a PubSubTopic with a PubSubSubscription that is pulled${without("queue.mode")}`,
        'without.0: is nothing that is lost (got "zones"). Leave it out.',
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
        'queue.yaml:4: queue.2.name: is the name of queue.0 too (got "a"). Leave out one of them.',
    ]);
});

test("a service folder refers to its app.yaml, which must exist", () => {
    expect(refusals({ ...yaml("runtime: python313\n"), "worker/main.py": "" }, { services: ["worker"] })).toEqual([
        'services.0: is no file: <folder>/worker/app.yaml does not exist (got "worker"). The path is seen from <folder>.',
    ]);
});

test("a service that is defined twice is refused", () => {
    const files = { "app.yaml": "runtime: python313\n", "b.yaml": "runtime: python313\nservice: default\n" };
    expect(refusals(files, { services: ["b.yaml"] })).toEqual([
        'b.yaml:2: service: is "default", as in app.yaml:1. Give each file a service of its own.',
    ]);
});

test("a folder without an app.yaml is refused with the expected path", () => {
    expect(refusals({ "main.py": "" })).toEqual([
        `has no app.yaml: <folder>/app.yaml does not exist. Give the folder that it is in, seen from ${process.cwd()}.`,
    ]);
});

test("unknown options are refused", () => {
    const options = { wihout: [], without: "error_handlers" } as unknown as AppYamlOptions;
    expect(refusals(yaml("runtime: python313\n"), options)).toEqual([
        'without: must be a list (got "error_handlers").',
        'wihout: unknown option "wihout"; did you mean "without"?',
    ]);
});
