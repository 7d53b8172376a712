import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { adoptableTypes } from "../../lib/stack/adoption/adoptable";
import { markLabel } from "../../lib/stack/adoption/mark";
import { stateFile } from "../../local/machine/stacks";
import type { Entry } from "../../local/simulator/cloud/store";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Fault } from "../../local/simulator/provider/faults";
import { Deployment } from "../deploy/deployment";
import { importAsTold } from "./faults/rounds";

const image = `docker.io/acme/shop@sha256:${"9".repeat(64)}`;

/** A program with every type that has a mark. */
const marked = `
const labels = { team: "shop" };
const network = new slipway.Network("apps", { proxyOnlySubnets: true });
const web = new slipway.CloudRunService("web", { image, labels, public: true, ingress: "load-balancer" });
new slipway.CloudRunJob("nightly", { image });
new slipway.CloudRunWorkerPool("workers", { image });
new slipway.ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
new slipway.LoadBalancer("shop", { domains: "shop.acme.com", securityPolicy: false, routes: { "/*": web } });
new slipway.LoadBalancer("inner", { type: "regional-internal", network, insecure: true, routes: { "/*": web } });
new slipway.StorageBucket("models", { labels });
new slipway.BigQueryDataset("sales", { tables: {} });
new slipway.ContainerRegistry("images");
new slipway.ComposerEnvironment("pipelines");`;

/** A program with types that have none, and those of them whose answers are lost. */
const others = `
const web = new slipway.CloudRunService("web", { image, public: true, ingress: "load-balancer" });
const topic = new slipway.PubSubTopic("orders", { labels: { team: "shop" } });
new slipway.PubSubSubscription("pending", { topic, pull: {} });
new slipway.Secret("api-key");
new slipway.LoadBalancer("shop", { domains: "shop.acme.com", securityPolicy: false, routes: { "/*": web } });
new slipway.CloudSqlInstance("shop", { publicAddress: true, network: false });`;
const otherTypes = [
    "gcp:compute/backendService:BackendService",
    "gcp:compute/globalAddress:GlobalAddress",
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
    "gcp:compute/uRLMap:URLMap",
    "gcp:pubsub/subscription:Subscription",
    "gcp:pubsub/topic:Topic",
    "gcp:secretmanager/secret:Secret",
    "gcp:sql/databaseInstance:DatabaseInstance",
];

function deploymentOf(program: string): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-shop-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";\nconst slipway = require("slipway");\nconst image = "${image}";\n${program}\n`,
    });
    mkdirSync(deployment.file("predict"));
    writeFileSync(deployment.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
    return deployment;
}

const up = ["up", "-s", "dev", "--yes", "--skip-preview", "--continue-on-error"];
const lost = (types: string[]) => types.map((type): Fault => ({ verb: "create", type, answer: "drop" }));
/** A type in Pulumi's output. */
const short = (type: string) => type.replace(/\/\w+:/, ":");

/** Runs `up` until it succeeds, and loses the answers of the first creations of each type; returns the outputs. */
async function upWithLosses(
    deployment: Deployment,
    types: string[],
    between: (output: string) => Promise<void> = async () => undefined,
): Promise<string> {
    let outputs = "";
    // Another failure, such as that of a call that the end of the update interrupts, does not count.
    const isLost = (type: string) => new RegExp(`error: ${type.split(":")[2]} ".*": exists already`).test(outputs);
    for (let round = 1; ; round++) {
        const faults = { faults: lost(types.filter((type) => !isLost(type))), speed: 10_000 };
        const { code, output } = await deployment.run(up, {}, { faults });
        outputs += output;
        if (code === 0) {
            return outputs;
        }
        expect([round < 10, output]).toEqual([true, expect.stringContaining(": exists already.")]);
        await between(output);
    }
}

/** The existing resources, without random suffixes of names. */
const existing = (deployment: Deployment) =>
    deployment.existing().map((each) => each.replace(/-[0-9a-f]{6,8}(?![0-9a-f])/g, ""));

async function undisturbed(program: string): Promise<string[]> {
    const deployment = deploymentOf(program);
    await deployment.up("dev");
    const made = existing(deployment);
    await deployment.remove();
    return made;
}

test("the next up continues with what was created although the connection dropped, for each type with a mark", async () => {
    const deployment = deploymentOf(marked);
    const outputs = await upWithLosses(deployment, adoptableTypes);
    const imported = adoptableTypes.filter((type) => new RegExp(`${short(type)} \\S+ imported`).test(outputs));
    expect(imported).toEqual(adoptableTypes);
    expect(outputs).not.toContain("pulumi import");
    expect(outputs).not.toMatch(/ replac(ed|ing) /);
    expect(existing(deployment)).toEqual(await undisturbed(marked));
    expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
    // What was imported and what was not can be changed alike.
    deployment.edit("index.js", (text) => text.replace('team: "shop"', 'team: "sales"'));
    expect(await deployment.upAsPreviewed("dev")).toEqual(["update Bucket models", "update Service web"]);
    const buckets = deployment.resources().filter(({ type }) => type === "gcp:storage/bucket:Bucket");
    const labels = buckets.map(({ properties }) => properties.effectiveLabels as Record<string, string>);
    const marks = labels.map((each) => each[markLabel]);
    expect(marks).toEqual(marks.map(() => expect.stringMatching(/^[0-9a-f]{32}$/)));
    expect([marks.length > 1, new Set(marks).size]).toEqual([true, marks.length]);
    await deployment.remove();
});

test("what continues with its labels is not changed by the next up", async () => {
    const deployment = deploymentOf('new slipway.StorageBucket("models", { labels: { team: "shop" } });');
    const outputs = await upWithLosses(deployment, ["gcp:storage/bucket:Bucket"]);
    expect(outputs).toContain("importing acme-shop-dev-models");
    expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
    await deployment.remove();
});

test("the command in the error is that of the component, also if another one has its name", async () => {
    const deployment = deploymentOf(`
const { ComponentResource } = require("@pulumi/pulumi");
for (const team of ["north", "south"]) {
    const parent = new ComponentResource("acme:index:" + team, team);
    new slipway.PubSubTopic("orders", { name: "orders-" + team }, { parent });
}`);
    const commands: string[] = [];
    await upWithLosses(deployment, ["gcp:pubsub/topic:Topic"], async (output) => {
        commands.push(...(await importAsTold(deployment, output)));
    });
    expect(commands.sort()).toEqual(
        ["north", "south"].map((team) =>
            expect.stringMatching(`topics/orders-${team}' .*:acme:index:${team}\\$slipway:index:PubSubTopic::orders'`),
        ),
    );
    expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
    await deployment.remove();
});

test("a mark that somebody removes is not added again", async () => {
    const deployment = deploymentOf(`new slipway.StorageBucket("models");`);
    await deployment.up("dev");
    const { store } = cloudOf(deployment.place);
    const bucket = store.list().find(({ id }) => id === "acme-shop-dev-models") as Entry;
    const { labels, effectiveLabels, ...state } = bucket.state;
    expect(labels).toEqual({ [markLabel]: expect.any(String) });
    const { [markLabel]: _, ...left } = effectiveLabels as Record<string, string>;
    store.write({ ...bucket, state: { ...state, effectiveLabels: left, pulumiLabels: left } });
    await deployment.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"]);
    expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
    expect(store.read(bucket.name)?.state.effectiveLabels).toEqual(left);
    await deployment.remove();
});

test("what an equal program of another team created is not adopted, and the error has the command that imports it", async () => {
    const deployment = deploymentOf(`new slipway.StorageBucket("models");`);
    await deployment.up("dev");
    const made = deployment.existing();
    // The same stack of the same project in another backend.
    rmSync(stateFile(deployment.place, "dev"));
    const first = await deployment.run(up);
    expect(first.output).toContain(
        `error: Bucket "models": exists already. If an interrupted update of this stack created it, the next one continues with it: run 'pulumi up' again.`,
    );
    for (let again = 0; again < 2; again++) {
        const { code, output } = await deployment.run(up);
        expect(code).not.toBe(0);
        expect(output).toContain(
            `error: Bucket "models": exists already. No update of this stack created it, as it has no mark of it.`,
        );
        expect(output).toContain(
            "pulumi import -s dev 'gcp:storage/bucket:Bucket' 'models' 'acme-shop-dev-models' --parent 'parent=urn:pulumi:dev::shop::slipway:index:StorageBucket::models' --provider 'provider=urn:pulumi:dev::shop::slipway:index:Environment$pulumi:providers:gcp::dev' --protect=false --generate-code=false\n",
        );
    }
    expect((await deployment.exported("dev")).filter(({ type }) => type === "gcp:storage/bucket:Bucket")).toEqual([]);
    expect(deployment.existing()).toEqual(made);
    await deployment.remove();
});

test("the command in the error imports what has no mark, and the next up replaces nothing", async () => {
    const deployment = deploymentOf(others);
    const imported: string[] = [];
    const outputs = await upWithLosses(deployment, otherTypes, async (output) => {
        const commands = await importAsTold(deployment, output);
        imported.push(...commands.map((command) => /'(gcp:[^']+)'/.exec(command)?.[1] as string));
    });
    expect([...new Set(imported)].sort()).toEqual(otherTypes);
    expect(outputs).not.toMatch(/ replac(ed|ing) /);
    expect(existing(deployment)).toEqual(await undisturbed(others));
    expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
    await deployment.remove();
});
