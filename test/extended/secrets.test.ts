import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "../../local/pulumiCommand";
import { Deployment } from "../deploy/deployment";

const files = {
    "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-shop-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": `"use strict";
const pulumi = require("@pulumi/pulumi");
const slipway = require("slipway");
const key = new pulumi.Config().requireSecret("canary");
// Each place has a secret of its own.
const secret = (place) => pulumi.interpolate\`\${key}-\${place}\`;
const lower = (place) => key.apply((text) => \`\${text.toLowerCase()}-\${place}\`);
const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const labels = { owner: lower("label") };
const network = new slipway.Network("apps", { subnets: { apps: { range: "10.8.0.0/20" } } });
const topic = new slipway.PubSubTopic("sales", { labels });
const stored = new slipway.Secret("given", { value: secret("stored"), annotations: { about: secret("annotation") }, labels });
new slipway.RegionalSecret("near", { region: "europe-west3", versions: { one: { value: secret("regional") } } });
const work = { image, env: { HIDDEN: secret("env") }, labels };
const web = new slipway.CloudRunService("web", { ...work, command: [secret("command")], args: [secret("arg")], description: secret("service"), uses: { KEY: stored.reader } });
new slipway.CloudRunJob("job", { ...work, args: [secret("job")], schedule: "0 3 * * *" });
new slipway.CloudRunWorkerPool("pool", work);
new slipway.ServerlessFunction("ask", { source: "./source", entryPoint: "answer", trigger: { http: {} }, env: { HIDDEN: secret("function") }, description: secret("described"), labels });
new slipway.PubSubSubscription("push", { topic, push: { endpoint: pulumi.interpolate\`https://hooks.acme.com/?token=\${key}\` }, labels });
new slipway.PubSubSubscription("pull", { topic, pull: {}, filter: pulumi.interpolate\`attributes.token = "\${key}"\` });
new slipway.Schedule("call", { cron: "0 * * * *", description: secret("schedule"), call: { url: "https://api.example.com/x", method: "POST", body: { token: secret("body") }, headers: { Authorization: secret("header") } } });
new slipway.Schedule("message", { cron: "0 * * * *", topic, message: { token: secret("message") }, attributes: { token: secret("attribute") } });
new slipway.Workflow("flow", { source: "./flow.yaml", env: { HIDDEN: secret("workflow") }, description: secret("flow"), labels });
new slipway.VirtualMachine("machine", { network, startupScript: "./start.sh", env: { HIDDEN: secret("machine") }, metadata: { token: secret("metadata") }, labels });
new slipway.AutoscaledInstanceGroup("group", { network, ports: { http: 8080 }, scaling: { min: 1, max: 2, cpu: 70 }, health: { port: "http", path: "/ok" }, container: { image, ports: [8080] }, metadata: { token: secret("of-group") } });
new slipway.CloudSqlInstance("database", { network, tier: "db-custom-1-3840", databases: { app: {} }, users: { app: {} }, labels });
const oncall = new slipway.Alerts("oncall", { to: { email: "a@acme.example", slack: { channel: "#scoring", token: secret("slack") }, pagerDuty: { serviceKey: secret("pager") }, webhook: { url: "https://hooks.acme.example/x", username: "acme", password: secret("webhook") } } });
new slipway.UptimeCheck("up", { of: "https://shop.acme.example/", headers: { "X-Token": secret("uptime") }, alerts: oncall });
new slipway.LogSink("sink", { to: topic, filter: secret("sink").apply((text) => \`textPayload="\${text}"\`) });
new slipway.LogMetric("metric", { filter: secret("metric").apply((text) => \`textPayload="\${text}"\`) });
new slipway.DnsZone("zone", { domain: "acme.dev", records: { "@": { TXT: [secret("txt")] } } });
new slipway.BigQueryDataset("shop", { description: secret("dataset"), tables: { a: { schema: [{ name: "t", type: "STRING" }], description: secret("table") } }, views: { v: { query: ({ a }) => pulumi.interpolate\`SELECT "\${key}" AS t FROM \${a}\` } }, routines: { half: { expression: pulumi.interpolate\`CONCAT(x, "\${key}")\`, arguments: { x: "STRING" }, returns: "STRING" } } });
new slipway.ContainerRegistry("images", { description: secret("registry"), labels });
new slipway.PackageRegistry("npm", { format: "npm", remote: { source: "npmjs", credentials: { username: secret("username"), password: stored } } });
new slipway.StorageBucket("files", { labels });
new slipway.ServiceAccount("worker", { displayName: secret("account"), description: secret("worker") });
const bucket = new slipway.StorageBucket("work");
new slipway.DataflowJob("count", { template: "Word_Count", uses: { output: bucket.writer }, parameters: { inputFile: pulumi.interpolate\`gs://acme/\${key}\` } });
new slipway.ComposerEnvironment("airflow", { dags: "./dags", network, env: { HIDDEN: secret("composer") }, labels });
exports.described = web.service.description;
exports.environment = pulumi.output(web.service.template);
`,
};

const value = "Canary-of-the-test";
/** The forms in which the secret could be found. */
const forms = [
    value,
    value.toLowerCase(),
    encodeURIComponent(value),
    Buffer.from(value).toString("base64").slice(0, 22),
];

/** A deployment with a provider and a folder of its own, which records what commands print. */
class Overheard extends Deployment {
    readonly heard: [string, string][] = [];

    override async run(...args: Parameters<Deployment["run"]>): Promise<CommandResult> {
        const ended = await super.run(...args);
        this.heard.push([args[0].join(" "), ended.output]);
        return ended;
    }
}

const deployment = new Overheard(files, {}, { providers: undefined });
afterAll(() => deployment.remove());

/** All files below a folder, except packages and the engine's plugins. */
const filesIn = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        const isOthers = /[/\\](node_modules|engine[/\\]plugins)$/.test(path);
        return entry.isDirectory() && !isOthers ? filesIn(path) : entry.isFile() ? [path] : [];
    });

/** Where the secret is in what commands printed and in all files of the deployment, with the text around it. */
function found(): string[] {
    const { folder } = deployment.place;
    const paths = filesIn(folder);
    for (const part of ["cloud/resources", "cloud/contents", "daemons", "stacks"]) {
        expect([part, paths.some((path) => path.startsWith(join(folder, ".slipway", part)))]).toEqual([part, true]);
    }
    const texts = paths.map((path) => [path.slice(folder.length), readFileSync(path, "latin1")] as const);
    return [...deployment.heard, ...texts].flatMap(([where, text]) =>
        forms.flatMap((form) =>
            text
                .split(form)
                .slice(0, -1)
                .map((before) => `${where}: …${before.slice(-120)}${form}`),
        ),
    );
}

const stack = ["-s", "dev"];
const up = ["up", ...stack, "--yes", "--skip-preview"];

/** The command that sets the secret is not recorded: it names it. */
async function setTo(text: string): Promise<void> {
    await deployment.succeed(["config", "set", "--secret", "canary", text, ...stack]);
    deployment.heard.pop();
}

/** Types whose update fails once. */
const updated = [
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudfunctionsv2/function:Function",
    "gcp:cloudscheduler/job:Job",
    "gcp:workflows/workflow:Workflow",
    "gcp:compute/instance:Instance",
    "gcp:monitoring/notificationChannel:NotificationChannel",
    "gcp:dns/recordSet:RecordSet",
    "gcp:bigquery/table:Table",
    "gcp:composer/environment:Environment",
];

test("secrets in all components are in clear neither in what commands print, nor in any file", async () => {
    for (const [path, text] of Object.entries({
        "source/main.py": "def answer(request):\n    return 'ok'\n",
        "source/requirements.txt": "functions-framework==3.10.1\n",
        "start.sh": "#!/bin/sh\necho ready\n",
        "dags/empty.py": "",
        "flow.yaml": "main:\n  steps:\n    - done:\n        return: 1\n",
    })) {
        mkdirSync(join(deployment.file("."), path, ".."), { recursive: true });
        writeFileSync(deployment.file(path), text);
    }
    await setTo(value);
    const plan = deployment.file("plan.json");
    await deployment.succeed(["preview", ...stack, "--diff", "--save-plan", plan]);
    await deployment.succeed(["preview", ...stack, "--json"]);
    await deployment.succeed([...up, "--debug", "--diff"]);
    expect(found()).toEqual([]);

    await setTo(`${value}-2`);
    await deployment.succeed(["preview", ...stack, "--diff", "--debug"]);
    const { output } = await deployment.run([...up, "--diff", "--continue-on-error"], {
        SLIPWAY_LOCAL_FAULTS: JSON.stringify(updated.map((type) => ({ verb: "update", type, call: 1, answer: 400 }))),
    });
    expect(output).toContain(`${updated.length} errored`);
    await deployment.succeed([...up, "--json", "--refresh"]);
    await deployment.succeed(["stack", "export", ...stack]);
    await deployment.succeed(["stack", "output", ...stack, "--json"]);
    await deployment.succeed(["stack", "history", ...stack]);
    expect(found()).toEqual([]);

    // Google Cloud still uses the network of deleted services.
    await deployment.run(["destroy", ...stack, "--yes", "--skip-preview", "--debug", "--diff"]);
    await deployment.destroy("dev");
    expect(found()).toEqual([]);
}, 600_000);
