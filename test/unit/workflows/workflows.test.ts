import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunService,
    ComposerEnvironment,
    PubSubTopic,
    Schedule,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
    Workflow,
    type WorkflowArgs,
} from "slipway";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions } from "../registered";
import { image } from "../serving";

const steps = "- end:\n      return: 1\n";
const folder = folderOf({ "nightly.yaml": steps });
const source = join(folder, "nightly.yaml");
const account = "serviceAccount:nightly-run@acme-dev.iam.gserviceaccount.com";
const logWriter = {
    "IAMMember nightly-project-logging-log-writer": {
        project: "acme-dev",
        role: "roles/logging.logWriter",
        member: account,
    },
};

/** The resources of a workflow. */
async function made(args: () => Partial<WorkflowArgs> = () => ({}), stack = {}): Promise<Record<string, object>> {
    const all = await registered(() => new Workflow("nightly", { source, ...args() }), stack);
    return Object.fromEntries(Object.entries(all).filter(([key]) => /^\S+ nightly/.test(key)));
}

const workflow = {
    name: "nightly",
    project: "acme-dev",
    region: "europe-west1",
    serviceAccount: "projects/acme-dev/serviceAccounts/nightly-run@acme-dev.iam.gserviceaccount.com",
    sourceContents: steps,
    callLogLevel: "LOG_ERRORS_ONLY",
    deletionProtection: false,
};

test("a bare workflow runs as an account of its own, which only writes logs", async () => {
    expect(await made()).toEqual({
        "Account nightly-run": { accountId: "nightly-run", displayName: "Runs the workflow nightly" },
        ...logWriter,
        "Workflow nightly": workflow,
    });
});

test("the account of a workflow with capital letters and underscores has a valid ID", async () => {
    expect(await made(() => ({ name: "Orders_nightly" }))).toMatchObject({
        "Account nightly-run": { accountId: "orders-nightly-run" },
    });
});

test("without logs the account has no role", async () => {
    expect(await made(() => ({ callLogLevel: "LOG_NONE" }))).toEqual({
        "Account nightly-run": { accountId: "nightly-run", displayName: "Runs the workflow nightly" },
        "Workflow nightly": { ...workflow, callLogLevel: "LOG_NONE" },
    });
});

test("a workflow gets the URL of a Cloud Run service in a variable, and its account the role to call it", async () => {
    const all = await made(() => ({
        uses: { PREDICT: new CloudRunService("predict", { image }).invoker },
        env: { LEVEL: "info" },
    }));
    expect(all["Workflow nightly"]).toEqual({
        ...workflow,
        userEnvVars: { PREDICT: expect.stringMatching(/^https:\/\/predict-.*\.run\.app$/), LEVEL: "info" },
    });
    expect(all["ServiceIamMember nightly-predict-invoker"]).toEqual({
        project: "acme-dev",
        location: "europe-west1",
        name: "predict",
        role: "roles/run.invoker",
        member: account,
    });
});

test.each([1, 20])("a workflow can have variables: %d", async (count) => {
    const env = Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, "x"]));
    expect((await made(() => ({ env })))["Workflow nightly"]).toEqual({ ...workflow, userEnvVars: env });
});

test("a DAG gets the URL of a Cloud Run service in a variable, and its account the role to call it", async () => {
    const all = await registered(() => {
        const { invoker } = new CloudRunService("predict", { image });
        new ComposerEnvironment("airflow", { uses: { PREDICT: invoker } });
    });
    const { config } = all["Environment airflow"] as {
        config: { softwareConfig: { envVariables: object }; nodeConfig: { serviceAccount: string } };
    };
    expect(config.softwareConfig.envVariables).toMatchObject({
        PREDICT: expect.stringMatching(/^https:\/\/predict-.*\.run\.app$/),
    });
    expect(all["ServiceIamMember airflow-predict-invoker"]).toEqual({
        project: "acme-dev",
        location: "europe-west1",
        name: "predict",
        role: "roles/run.invoker",
        member: expect.stringMatching(/^serviceAccount:airflow-\w+@acme-dev\.iam\.gserviceaccount\.com$/),
    });
});

test("a schedule starts executions with an account that may start workflows", async () => {
    const all = await made(() => ({ name: "trains", schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" } }));
    const caller = "nightly-schedule-call@acme-dev.iam.gserviceaccount.com";
    expect(all["Job nightly-schedule"]).toMatchObject({
        name: "trains-schedule",
        schedule: "0 3 * * *",
        timeZone: "Europe/Berlin",
        httpTarget: {
            uri: "https://workflowexecutions.googleapis.com/v1/nightly-id/executions",
            httpMethod: "POST",
            body: Buffer.from("{}").toString("base64"),
            oauthToken: { serviceAccountEmail: caller, scope: "https://www.googleapis.com/auth/cloud-platform" },
        },
    });
    expect(all["IAMMember nightly-schedule-invoker"]).toEqual({
        project: "acme-dev",
        role: "roles/workflows.invoker",
        member: `serviceAccount:${caller}`,
    });
});

test("the children of a schedule can be transformed, and refer to what the workflow may refer to", async () => {
    const environments = { dev: "acme-dev", prod: "acme-prod" };
    const config = { "slipway:environments": JSON.stringify(environments) };
    const args = () => ({
        schedule: "0 3 * * *",
        crossProject: "prod",
        transform: {
            schedule: { project: "acme-prod" },
            scheduleAccount: { displayName: "Starts the workflow" },
        },
    });
    expect(await made(args, { config })).toMatchObject({
        "Job nightly-schedule": { project: "acme-prod" },
        "Account nightly-schedule-call": { displayName: "Starts the workflow" },
    });
});

test("a consumer of two workflows gets the role once, as it is granted on the project, and the paths of both", async () => {
    const code = folderOf({ "main.py": "def start(request):\n    return 'started'\n" });
    const all = await registered(() => {
        const [one, two] = ["one", "two"].map((name) => new Workflow(name, { source }).invoker) as [
            Workflow["invoker"],
            Workflow["invoker"],
        ];
        new ServerlessFunction("start", { source: code, trigger: { http: {} }, uses: { ONE: one, TWO: two } });
    });
    const grants = Object.values(all).filter((each) => Reflect.get(each, "role") === "roles/workflows.invoker");
    expect(grants).toHaveLength(1);
    const { serviceConfig } = all["Function start"] as { serviceConfig: { environmentVariables: object } };
    expect(serviceConfig.environmentVariables).toMatchObject({
        ONE: "one-id",
        TWO: "two-id",
    });
});

test("all options", async () => {
    const cryptoKeyName = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all";
    const all = await made(() => ({
        name: "orders_nightly",
        account: new ServiceAccount("etl-jobs"),
        callLogLevel: "LOG_ALL_CALLS",
        executionHistoryLevel: "EXECUTION_HISTORY_DETAILED",
        encryptionKey: cryptoKeyName,
        description: pulumi.output("Each night"),
        labels: { team: "shop" },
        transform: { workflow: { region: "europe-west4" } },
    }));
    expect(all).toEqual({
        "Workflow nightly": {
            ...workflow,
            name: "orders_nightly",
            region: "europe-west4",
            serviceAccount: "projects/acme-dev/serviceAccounts/etl-jobs@acme-dev.iam.gserviceaccount.com",
            callLogLevel: "LOG_ALL_CALLS",
            executionHistoryLevel: "EXECUTION_HISTORY_DETAILED",
            cryptoKeyName,
            description: "Each night",
            labels: { team: "shop" },
        },
    });
});

test("Workflows may encrypt with the key before the workflow is created", async () => {
    const encryptionKey = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all";
    const options = await registeredOptions(() => new Workflow("nightly", { source, encryptionKey }));
    expect(options["Workflow nightly"]?.after).toContain(
        "CryptoKeyIAMMember workflows-agent-nightly-key-crypto-key-encrypter-decrypter",
    );
});

test("production protects the workflow, which waits for its APIs and grants", async () => {
    const production = { kind: "production" } as const;
    expect(await made(undefined, production)).toMatchObject({ "Workflow nightly": { deletionProtection: true } });
    const options = await registeredOptions(() => new Workflow("nightly", { source }), production);
    expect(options["Workflow nightly"]).toEqual({
        parent: "slipway:Workflow nightly",
        provider: "Provider dev",
        protect: true,
        after: [
            "Account nightly-run",
            "IAMMember nightly-project-logging-log-writer",
            "Service iam",
            "Service workflowexecutions",
            "Service workflows",
            "ServiceIdentity workflows-agent",
        ],
    });
});

test("a preview with unknown outputs registers the same resources", async () => {
    const args = () => ({
        uses: { PREDICT: new CloudRunService("predict", { image }).invoker },
        schedule: "0 3 * * *",
    });
    expect(Object.keys(await made(args, { preview: true }))).toEqual(Object.keys(await made(args)));
});

test("the YAML files of a folder are one definition", async () => {
    const main = "main:\n    steps:\n        - one:\n              call: helper\n";
    const helper = "helper:\n    - answer:\n          return: 1\n";
    const parts = folderOf({ "helper.yml": helper, "main.yaml": main, "README.md": "Steps\n" });
    expect(await made(() => ({ source: parts }))).toMatchObject({
        "Workflow nightly": { sourceContents: `${helper}\n${main}` },
    });
});

test("an environment that is promoted records the definition that ran", async () => {
    const environments = { dev: "acme-dev", prod: { project: "acme-prod", promotes: "dev" } };
    const config = { "slipway:environments": JSON.stringify(environments) };
    const { "BucketObject nightly-release": record } = await made(undefined, { config });
    expect(record).toMatchObject({ name: expect.stringMatching(/^nightly\/[0-9a-f]{64}\.json$/) });
});

const files = folderOf({
    "text.yaml": "steps\n",
    "broken.yaml": "main: [\n",
    "nothing.yaml": "",
    "number.yaml": "main:\n    steps: 1\n",
    "texts.yaml": "- end\n",
    "second.yaml": `${steps}- one: {}\n  two: {}\n`,
    "other.yaml": "other:\n    steps: []\n",
    "empty.json": '{ "main": { "steps": [] } }',
    "unnamed.yaml": "- call: http.get\n  args: {}\n",
    "keys.yaml": "main:\n    args: [a]\n    steps:\n        - end: { return: 1 }\n",
    "long.yaml": `# ${"x".repeat(131_072)}\n${steps}`,
    "longest.yaml": `# ${"x".repeat(131_072 - 3 - steps.length)}\n${steps}`,
});
const file = (name: string) => join(files, name);

test.each<[string, unknown, string]>([
    [
        "does not exist",
        "missing.yaml",
        `is not a file or a folder: ${file("missing.yaml")} does not exist (got "${file("missing.yaml")}"). The path is relative to ${process.cwd()}.`,
    ],
    [
        "is a text",
        "text.yaml",
        `must define a list of steps, or workflows of which one is main (found a text) (got "${file("text.yaml")}").`,
    ],
    [
        "is empty",
        "nothing.yaml",
        `must define a list of steps, or workflows of which one is main (found none) (got "${file("nothing.yaml")}").`,
    ],
    [
        "has no main",
        "other.yaml",
        `must define a list of steps, or workflows of which one is main (found the keys other) (got "${file("other.yaml")}").`,
    ],
    ["has no steps", "empty.json", `must have a list of steps in the workflow main (got "${file("empty.json")}").`],
    [
        "has a number as steps",
        "number.yaml",
        `must have a list of steps in the workflow main (got "${file("number.yaml")}").`,
    ],
    [
        "has steps that are texts",
        "texts.yaml",
        `must name each step in the workflow main, as "- wait: { … }": step 1 is no map with one key (got "${file("texts.yaml")}").`,
    ],
    [
        "has a second step with two names",
        "second.yaml",
        `must name each step in the workflow main, as "- wait: { … }": step 2 is no map with one key (got "${file("second.yaml")}").`,
    ],
    [
        "has unnamed steps",
        "unnamed.yaml",
        `must name each step in the workflow main, as "- wait: { … }": step 1 is no map with one key (got "${file("unnamed.yaml")}").`,
    ],
    [
        "has other keys",
        "keys.yaml",
        `must have only params and steps in the workflow main (found args) (got "${file("keys.yaml")}").`,
    ],
    [
        "is too long",
        "long.yaml",
        `must have 131072 bytes at most, the limit of Workflows for a definition: it has ${readFileSync(file("long.yaml")).length} (got "${file("long.yaml")}").`,
    ],
])("a definition that %s is refused at preview", async (_, name, why) => {
    const program = () => new Workflow("nightly", { source: file(String(name)) });
    expect(await refused(program)).toBe(`Workflow "nightly": source: ${why}`);
});

test("a folder without YAML files is refused", async () => {
    const texts = folderOf({ "main.json": "[]", "README.md": "Steps\n" });
    expect(await refused(() => new Workflow("nightly", { source: texts }))).toBe(
        `Workflow "nightly": source: has no files: there is no .yaml or .yml in ${texts} (got "${texts}").`,
    );
});

test("files of a folder that define the same workflow are refused", async () => {
    const twice = folderOf({
        "one.yaml": `main:\n    steps:\n    ${steps}`,
        "two.yaml": `main:\n    steps:\n    ${steps}`,
    });
    const refusal = await refused(() => new Workflow("nightly", { source: twice }));
    expect(refusal).toContain("Map keys must be unique");
});

test("the file of a folder that is not YAML is named", async () => {
    const parts = folderOf({
        "helper.yaml": "helper:\n    - answer:\n          return: 1\n",
        "main.yaml": "main: [\n",
    });
    const refusal = await refused(() => new Workflow("nightly", { source: parts }));
    expect(refusal).toContain(`source: is not valid YAML or JSON: ${join(parts, "main.yaml")}: `);
});

test("a definition can be as long as Workflows allows", async () => {
    const { "Workflow nightly": longest } = await made(() => ({ source: file("longest.yaml") }));
    expect(Reflect.get(longest as object, "sourceContents")).toHaveLength(131_072);
});

test("a definition that is not YAML is refused at preview, with the place", async () => {
    const refusal = await refused(() => new Workflow("nightly", { source: file("broken.yaml") }));
    expect(refusal).toContain(`Workflow "nightly": source: is not valid YAML or JSON: ${file("broken.yaml")}: `);
    expect(refusal).toContain("at line ");
});

test.each<[string, object, string]>([
    [
        "a reserved variable",
        { env: { GOOGLE_CLOUD: "x" } },
        `env.GOOGLE_CLOUD: must not start with GOOGLE or WORKFLOWS, which Workflows reserves (got "GOOGLE_CLOUD").`,
    ],
    ["a long value", { env: { TEXT: "x".repeat(4097) } }, "env.TEXT: must have 4096 bytes at most"],
    [
        "a variable twice",
        { env: { A: "x" }, uses: { A: { value: "a", grants: [], attachments: [] } } },
        "env.A: [iam/env-also-in-uses]",
    ],
    ["a secret", { env: { API_KEY: "x" } }, "env.API_KEY: [iam/secret-in-env]"],
    [
        "too many variables",
        { env: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`A${index}`, "x"])) },
        "env: [workflows/too-many-variables]",
    ],
    [
        "a name",
        { name: "1st" },
        "name: must have up to 64 letters, digits, _ and -, start with a letter, and end with a letter or digit",
    ],
    ["a level", { callLogLevel: "ALL" }, "callLogLevel: must be one of LOG_ALL_CALLS, LOG_ERRORS_ONLY, LOG_NONE"],
    ["a long description", { description: "x".repeat(1001) }, "description: must have 1000 characters at most"],
    [
        "a key elsewhere",
        { encryptionKey: "projects/acme-keys/locations/us-east1/keyRings/data/cryptoKeys/all" },
        "encryptionKey: must be in europe-west1, as the workflow is",
    ],
    ["a schedule", { schedule: "every day" }, "schedule: "],
    ["an unknown argument", { sources: "x" }, "sources: "],
])("%s that Workflows refuses is refused at preview", async (_, args, why) => {
    const refusal = await refused(() => new Workflow("nightly", { source, ...args } as WorkflowArgs));
    expect(refusal).toContain(`Workflow "nightly": ${why}`);
});

test("a bucket and a topic are used like a service", async () => {
    const all = await made(() => ({
        uses: { FILES: new StorageBucket("files").reader, TOPIC: new PubSubTopic("done").publisher },
    }));
    expect(all["Workflow nightly"]).toMatchObject({
        userEnvVars: { FILES: "acme-dev-files", TOPIC: "projects/acme-dev/topics/done" },
    });
});

test("a schedule of its own starts a workflow with the access token of its account", async () => {
    const all = await registered(() => {
        const nightly = new Workflow("nightly", { source });
        new Schedule("hourly", { cron: "0 * * * *", call: nightly });
    });
    const { "Account hourly-call": caller, "Job hourly": job, ...others } = all;
    expect(caller).toMatchObject({ accountId: "hourly-call" });
    expect(Object.entries(others).filter(([key]) => key.startsWith("IAMMember hourly"))).toEqual([
        [
            expect.any(String),
            {
                project: "acme-dev",
                role: "roles/workflows.invoker",
                member: "serviceAccount:hourly-call@acme-dev.iam.gserviceaccount.com",
            },
        ],
    ]);
    expect(job).toMatchObject({
        httpTarget: {
            uri: "https://workflowexecutions.googleapis.com/v1/nightly-id/executions",
            httpMethod: "POST",
            body: Buffer.from("{}").toString("base64"),
            oauthToken: {
                serviceAccountEmail: "hourly-call@acme-dev.iam.gserviceaccount.com",
                scope: "https://www.googleapis.com/auth/cloud-platform",
            },
        },
    });
});
