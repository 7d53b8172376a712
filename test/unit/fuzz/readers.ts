import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sourceProblems as startProblems } from "../../../lib/appengine/startup";
import { fromAppYaml } from "../../../lib/appengine/yaml";
import { ignoreFilter, ignoreProblem, resolveContext } from "../../../lib/artifactregistry/build/context";
import {
    dockerfileProblem,
    mutableImages,
    parseDockerfile,
    targetProblem,
} from "../../../lib/artifactregistry/build/dockerfile";
import { type BigQuerySchema, columnsOf, schemaProblems, schema as tableSchema } from "../../../lib/bigquery/schema";
import { sqlType, tableType } from "../../../lib/bigquery/sqlType";
import { parseExtractor, parseScalingCron } from "../../../lib/formats";
import { codeProblem } from "../../../lib/functions/source";
import { cpuQuantity, memoryQuantity } from "../../../lib/gke/quantity";
import * as check from "../../../lib/internal/arguments/check";
import { appEngineSchedule, cron, timeZone, unixCron } from "../../../lib/internal/arguments/cron";
import { date } from "../../../lib/internal/arguments/dates";
import { cloudRunImage, image } from "../../../lib/internal/arguments/image";
import { anySize } from "../../../lib/internal/arguments/size";
import { ipRange } from "../../../lib/internal/network/cidr";
import { filesOf } from "../../../lib/internal/sources/listing";
import { filter as loggingFilter } from "../../../lib/logging/filter";
import { findProject } from "../../../lib/project";
import { filter as pubSubFilter } from "../../../lib/pubsub/filter";
import { parseSchema } from "../../../lib/pubsub/schema/schema";
import { withProjects } from "../../../lib/stack/settings/stackProjects";
import { pipelineSource } from "../../../lib/vertex/pipeline/pipelineFile";
import { sourceProblems as trainingProblems } from "../../../lib/vertex/training/package";
import { definition } from "../../../lib/workflows/source";

/** What reads a text: what it accepts, how it reads another, and how its error tells the place. */
export interface Reader {
    samples: readonly string[];
    /** Reads a text, or throws the error of the library. A folder of its own is empty. */
    read(text: string, folder: string): unknown;
    /** What each line of an error has: the argument, or the line of a file. */
    place: RegExp;
}

/** Refuses arguments in the form of all components. */
const refuse = (problems: (check.Problem | undefined)[]) =>
    check.checked('Reader "text"', {}, check.options<object>({}), () => problems);

/** A text that is an argument. */
const argument = (
    checks: check.Check<never>,
    samples: readonly string[],
    place = /^Reader "text": text: /,
): Reader => ({
    samples,
    read: (text) =>
        check.checked('Reader "text"', { text } as never, check.options<{ text: never }>({ text: checks }, "text")),
    place,
});

/** A file of the folder, whose path is an argument. */
function write(folder: string, name: string, text: string): string {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
}

const file = (name: string, checks: check.Check<never>, samples: readonly string[], place: RegExp): Reader => {
    const ofPath = argument(checks, samples, place);
    return { ...ofPath, read: (text, folder) => ofPath.read(write(folder, name, text), folder) };
};

/** A file of an application of App Engine: its errors have the file and the line, and the key if it is a key's. */
const appEngineFile = (name: string, samples: readonly string[]): Reader => ({
    samples,
    read: (text, folder) => {
        write(folder, "app.yaml", "runtime: python313\n");
        write(folder, "include.yaml", "env_variables:\n  A: b\n");
        write(folder, name, text);
        return fromAppYaml(folder);
    },
    place: new RegExp(
        `^AppEngineApp\\.fromAppYaml\\(".*"\\): (${name}(:\\d+)*: |include\\.yaml:|default: |[a-z]+\\.\\S+: )`,
    ),
});

/** A package.json, which two services read. */
function readPackage(text: string, folder: string): void {
    write(folder, "package.json", text);
    write(folder, "index.js", "exports.answer = () => 'range';\n");
    const files = filesOf(folder);
    refuse([codeProblem("nodejs22", { files, runtime: "nodejs22", entryPoint: "answer" })]);
    refuse(startProblems({ files, runtime: "nodejs22", entrypoint: "" }));
}

/** The code of a function, in which names are looked for. */
const code = (runtime: "python313" | "nodejs22" | "go125", name: string, samples: readonly string[]): Reader => ({
    samples,
    read: (text, folder) => {
        write(folder, "go.mod", "module example.com/sales\n\ngo 1.25\n");
        write(folder, name, text);
        const files = filesOf(folder);
        refuse([codeProblem(runtime, { files, runtime, entryPoint: "answer" })]);
    },
    place: /^Reader "text": (source|entryPoint): /,
});

const dockerfile = (text: string, folder: string): void => {
    write(folder, "Dockerfile", text);
    const context = resolveContext(folder);
    refuse([dockerfileProblem(context, "context"), targetProblem(context, "build")]);
    mutableImages(parseDockerfile(text), { VERSION: "1" });
};

/** All texts that the library reads. */
export const readers: Record<string, Reader> = {
    "a unix-cron schedule": argument(unixCron as never, ["30 3 * * MON-FRI", "*/5 0-23/2 1,15 JAN-JUN 7"]),
    "a schedule of Cloud Scheduler": argument(cron as never, ["0 3 * * *", "every 5 minutes from 10:00 to 14:00"]),
    "a schedule of App Engine": argument(appEngineSchedule as never, [
        "every 12 hours synchronized",
        "1st,third monday of month 15:30",
        "1,15 of jan,july 00:00",
        "2nd,3rd mon,tue of 1st,2nd month of quarter 09:00",
    ]),
    "a scaling schedule of Compute Engine": {
        samples: ["30 8 * * MON-FRI", "0 8 * JAN-MAR SUN 2026-2030/2"],
        read: (text) => {
            const parsed = parseScalingCron(text);
            refuse(["problem" in parsed ? check.problem("cron", "test/cron", parsed.problem) : undefined]);
        },
        place: /^Reader "text": cron: (has .* that|has .* whose|must have five fields|has a day of the week)/,
    },
    "a filter of Pub/Sub": argument(
        pubSubFilter as never,
        [
            'attributes:name AND -attributes:"iana.org/language_tag"',
            '(attributes.a = "1" OR hasPrefix(attributes.b, "c")) AND NOT attributes.d != "\\u307F"',
        ],
        /^Reader "text": text: (is not a valid filter at column \d+|must have 256 bytes at most)/,
    ),
    "a filter of Cloud Logging": argument(
        loggingFilter as never,
        [
            'resource.type = "cloud_run_revision" AND severity >= ERROR -- comment\njsonPayload.code = (200 OR 204)',
            'NOT labels."k8s-pod/app" =~ "web-\\d+" AND sample(insertId, 0.1) OR textPayload : "a"',
        ],
        /^Reader "text": text: (must be a filter in the Logging query language: at column \d+|must have \d+ characters at most)/,
    ),
    "an extractor of Cloud Logging": {
        samples: ["EXTRACT(jsonPayload.ms)", 'REGEXP_EXTRACT(jsonPayload.path, "^/(\\\\w+)/[(]")'],
        read: (text) => parseExtractor(text),
        place: /^never$/,
    },
    "an Avro schema": {
        samples: [
            JSON.stringify({
                type: "record",
                name: "Sale",
                namespace: "com.acme",
                fields: [
                    { name: "id", type: "long", doc: "The number." },
                    { name: "price", type: { type: "bytes", logicalType: "decimal", precision: 9, scale: 2 } },
                    { name: "tags", type: { type: "array", items: "string" }, default: [] },
                    { name: "store", type: ["null", { type: "record", name: "Store", fields: [] }], default: null },
                    { name: "other", type: { type: "map", values: "Store" } },
                    { name: "kind", type: { type: "enum", name: "Kind", symbols: ["A", "B"] }, default: "A" },
                    { name: "hash", type: { type: "fixed", name: "Hash", size: 16 } },
                    { name: "at", type: { type: "int", logicalType: "date" } },
                ],
            }),
        ],
        read: (text) => refuse(parseSchema({ avro: ` {${text}`.slice(text.startsWith("{") ? 2 : 0) }).problems),
        place: /^Reader "text": schema\.avro(\.[^:]+: |: (is not JSON: line \d+, column \d+|must have at most|must be a record))/,
    },
    "a Protocol Buffers schema": {
        samples: [
            'syntax = "proto3";\npackage acme;\nmessage Sale {\n  string id = 1;\n  optional double price = 2;\n  map<string, Store> stores = 3;\n  message Store { int32 number = 1; repeated bytes keys = 2; }\n  oneof kind { bool a = 4; Kind b = 5; }\n  enum Kind { NONE = 0; }\n  reserved 8 to 10;\n}\n',
            'syntax = "proto2"; message A { required int64 b = 1 [default = 3]; extensions 100 to 199; }',
        ],
        read: (text) => refuse(parseSchema({ protobuf: `${text}\n` }).problems),
        place: /^Reader "text": schema\.protobuf: (is not a valid Protocol Buffers schema: (line \d+|it must have one message and no import|[\w.]+ must have)|must have at most)/,
    },
    "the columns of a table": {
        ...file(
            "schema.json",
            tableSchema as never,
            [
                JSON.stringify([
                    { name: "id", type: "INT64", mode: "REQUIRED", description: "The number." },
                    { name: "price", type: "NUMERIC", precision: 9, scale: 2, defaultValueExpression: "0" },
                    {
                        name: "stores",
                        type: "RECORD",
                        mode: "REPEATED",
                        fields: [{ name: "a", type: "STRING", maxLength: 3 }],
                    },
                    { name: "time", type: "RANGE", rangeElementType: { type: "DATE" } },
                ]),
            ],
            /^Reader "text": (text(\.[^:]+)?: (is not JSON: line \d+, column \d+ of |must be|is missing|unknown option|there can be)|text\.\S+: )/,
        ),
        read: (text, folder) =>
            check.checked(
                'Reader "text"',
                { text: write(folder, "schema.json", text) },
                check.options<{ text: BigQuerySchema }>({ text: tableSchema as never }, "text"),
                (valid) => schemaProblems("text", columnsOf(valid.text)),
            ),
    },
    "a type of GoogleSQL": argument(sqlType as never, ["STRUCT<name STRING, prices ARRAY<NUMERIC>>", "RANGE<DATE>"]),
    "the columns of GoogleSQL": argument(tableType as never, ["TABLE<name STRING, price STRUCT<a INT64, FLOAT64>>"]),
    "app.yaml of the standard environment": appEngineFile("app.yaml", [
        "runtime: python313\nservice: web\ninstance_class: F2\nincludes:\n- include.yaml\nautomatic_scaling:\n  max_instances: 3\n  min_pending_latency: 30ms\nhandlers:\n- url: /a\n  static_dir: a\n  expiration: 4d 5h\n  http_headers:\n    X: y\n- url: .*\n  script: auto\n  secure: always\nenv_variables:\n  A: &a b\n  C: *a\ninbound_services: [warmup, mail]\nvpc_access_connector:\n  name: projects/a/locations/b/connectors/c\n",
    ]),
    "app.yaml of the flexible environment": appEngineFile("app.yaml", [
        "runtime: python\nenv: flex\nentrypoint: gunicorn main:app\nruntime_config:\n  operating_system: ubuntu24\n  runtime_version: '3.13'\nresources:\n  cpu: 2\n  memory_gb: 2.3\n  volumes:\n  - name: ram\n    size_gb: 0.5\n    volume_type: tmpfs\nnetwork:\n  name: default\n  forwarded_ports: [8080, 9000:80/udp]\nliveness_check:\n  path: /a\n  timeout_sec: 4\nautomatic_scaling:\n  min_num_instances: 1\n  cpu_utilization:\n    target_utilization: 0.5\n",
    ]),
    "cron.yaml": appEngineFile("cron.yaml", [
        "cron:\n- description: a\n  url: /tasks/a?b=c\n  schedule: every 24 hours\n  timezone: Europe/Berlin\n  target: v1.beta\n  retry_parameters:\n    job_retry_limit: 3\n    job_age_limit: 1d\n    min_backoff_seconds: 2.5\n- url: /\n  schedule: every monday 09:00\n",
    ]),
    "dispatch.yaml": appEngineFile("dispatch.yaml", [
        "dispatch:\n- url: '*/mobile/*'\n  service: mobile\n- url: a.com/b\n  module: c\n",
    ]),
    "queue.yaml": appEngineFile("queue.yaml", [
        "queue:\n- name: default\n  rate: 5/s\n  bucket_size: 40\n  max_concurrent_requests: 10\n  retry_parameters:\n    task_retry_limit: 7\n    task_age_limit: 2d\n    max_doublings: 1\n- name: pull\n  mode: pull\n- name: slow\n  rate: 0\n  target: a-dot-b\n",
    ]),
    "an included file of app.yaml": {
        ...appEngineFile("include.yaml", [
            "handlers:\n- url: /a\n  script: auto\n  position: tail\nenv_variables:\n  A: b\nmanual_scaling:\n  instances: 3\nincludes: [include.yaml]\n",
        ]),
        read: (text, folder) => {
            write(folder, "app.yaml", "runtime: python313\nincludes: [include.yaml]\n");
            write(folder, "include.yaml", text);
            return fromAppYaml(folder);
        },
    },
    "a definition of Workflows": file(
        "workflow.yaml",
        definition as never,
        [
            "main:\n  params: [args]\n  steps:\n  - init:\n      assign:\n      - a: \x24{args.b + 1}\n  - call:\n      call: sub\n      args: {c: *x}\n  - end:\n      return: \x24{a}\nsub:\n  params: [c]\n  steps:\n  - one: {return: &x 1}\n",
            '[{"read":{"call":"http.get","args":{"url":"https://example.com"},"result":"r"}},{"end":{"return":"\x24{r.body}"}}]',
        ],
        /^Reader "text": text: (is not valid YAML or JSON: \S+: .* at line \d+, column \d+|must (define|have|name|be))/,
    ),
    "a compiled pipeline": file(
        "pipeline.yaml",
        pipelineSource as never,
        [
            "pipelineInfo:\n  name: forecast\nschemaVersion: 2.1.0\nsdkVersion: kfp-2.14.0\nroot:\n  dag:\n    tasks:\n      train:\n        componentRef: {name: comp}\n        cachingOptions: {enableCache: true}\n  inputDefinitions:\n    parameters:\n      day: {parameterType: STRING, defaultValue: a}\ncomponents:\n  comp: {executorLabel: exec}\ndeploymentSpec:\n  executors:\n    exec:\n      container: {image: python@sha256:1, command: [a], args: [b]}\n",
        ],
        /^Reader "text": text: (is not valid YAML or JSON: .*(at line \d+, column \d+|it is empty)|has |is (not a compiled pipeline|a \S+ of Kubernetes))/s,
    ),
    "a Dockerfile": {
        samples: [
            '# syntax=docker/dockerfile:1\n# escape=\\\nARG VERSION=1 NAME="a b"\nFROM --platform=$TARGET python:\x24{VERSION:-3} AS build\nRUN <<EOF\nFROM nothing\nEOF\nRUN a \\\n  # comment\n  && b\nFROM build\nCOPY --from=build /a /b\n',
            'FROM node:22-slim@sha256:abc as Build\r\nCMD ["node", "a.js"]\r\n',
        ],
        read: dockerfile,
        place: /^Reader "text": (context: has no stage: there is no FROM in \S+|build\.target: is not a stage of \S+)/,
    },
    "a .dockerignore": {
        samples: ["# comment\n*.md\n!README.md\n**/temp?\n/a/[a-z]*/\\*b\n\\!c\n"],
        read: (text, folder) => {
            write(folder, ".dockerignore", text);
            refuse([ignoreProblem(resolveContext(folder), "context")]);
            return ignoreFilter(text)("a/b/temp1");
        },
        place: /^Reader "text": .*\.dockerignore/,
    },
    "a .gcloudignore": {
        samples: ["#!include:.gitignore\n*.pyc\n!a/b.pyc\n/c/[a-z]*/\n\\#d\n"],
        read: (text, folder) => {
            write(folder, "main.py", "");
            write(folder, ".gitignore", "venv/\n");
            write(folder, ".gcloudignore", text);
            return filesOf(folder);
        },
        place: /^Reader "text": .*\.gcloudignore/,
    },
    "a package.json": {
        samples: [
            JSON.stringify({
                main: "index.js",
                scripts: { start: "node .", build: "tsc" },
                engines: { node: ">=22" },
                dependencies: { "@google-cloud/functions-framework": "^4.0.0" },
            }),
        ],
        read: readPackage,
        place: /^Reader "text": (source|entryPoint): /,
    },
    "the JavaScript of a function": code("nodejs22", "index.js", [
        "const a = require('@google-cloud/functions-framework'); // b\n/* c */ exports.answer = () => `d`;\nmodule.exports = { answer, other };\nfunctions.http('answer', () => 1);\n",
    ]),
    "the Python of a function": code("python313", "main.py", [
        "import a\n\n@b\ndef answer(request):\n    '''c'''\n    return 'd'\n\nasync def other(x): pass\nfrom e import (f as g, h)\n",
    ]),
    "the Go of a function": code("go125", "main.go", [
        'package sales\n\nfunc Answer(w http.ResponseWriter) {\n}\nfunc init() { functions.HTTP("answer", Answer) }\n',
    ]),
    "requirements of a training": {
        samples: ["pandas==2.2 # comment\nscikit-learn>=1.5,<2\n-r other.txt\ngit+https://a.b/c\n"],
        read: (text, folder) => {
            write(folder, "task.py", "");
            write(folder, "requirements.txt", text);
            refuse(trainingProblems(folder, "task"));
        },
        place: /^Reader "text": source: must have only names and versions of packages in its requirements\.txt/,
    },
    "a Pulumi.yaml": {
        samples: [
            "name: sales\nruntime: nodejs\nmain: src\nstackConfigDir: stacks\nconfig:\n  gcp:region: a\n",
            "name: a\nconfig: stacks\n",
        ],
        read: (text, folder) => {
            write(folder, "Pulumi.yaml", text);
            return findProject(folder);
        },
        place: /Pulumi\.yaml/,
    },
    "the file of another stack": {
        samples: ["config:\n  gcp:project: acme-prod\n  slipway:kind: production\nencryptionsalt: v1:a\n"],
        read: (text, folder) => {
            write(folder, "Pulumi.yaml", "name: sales\nruntime: nodejs\n");
            write(folder, "Pulumi.prod.yaml", text);
            const spy = jest.spyOn(process, "cwd").mockReturnValue(folder);
            try {
                return withProjects("dev", { prod: {} });
            } finally {
                spy.mockRestore();
            }
        },
        place: /Pulumi\.prod\.yaml/,
    },
    "a range of addresses": argument(ipRange as never, ["10.0.0.0/20", "2001:db8::/32", "::ffff:1.2.3.4/128"]),
    "a date": argument(date as never, ["2026-12-24", "2026-12-24T18:00", "2026-12-24T18:00:00+01:00"]),
    "a time zone": argument(timeZone as never, ["Europe/Berlin", "Etc/UTC"]),
    "a size": argument(anySize as never, ["512 MiB", "20 GB", "1Gi"]),
    "an amount of memory": argument(memoryQuantity as never, ["512Mi", "2 GiB"]),
    "an amount of CPUs": argument(cpuQuantity as never, ["500m", "1.5"]),
    "an image": argument(image as never, [
        "docker.io/acme/web:1.2.0",
        "europe-docker.pkg.dev/a/b/c@sha256:".padEnd(98, "a"),
    ]),
    "an image of Cloud Run": argument(cloudRunImage as never, ["us-docker.pkg.dev/cloudrun/container/hello:1"]),
};
