import * as pulumi from "@pulumi/pulumi";
import * as slipway from "../../../lib";
import { flows } from "../../../local/commands/pictures/flows";
import { rights } from "../../../local/commands/pictures/rights";
import { hasSign, signOf } from "../../../local/commands/pictures/signs";
import type { Exported } from "../../../local/machine/exported";

const urn = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;

const component = (kind: string, name: string, parent?: string): Exported => {
    const type = `slipway:index:${kind}`;
    return { urn: urn(type, name), type, custom: false, ...(parent && { parent }) };
};

function resource(type: string, name: string, parent: Exported | undefined, rest: Partial<Exported> = {}): Exported {
    return { urn: urn(type, name), type, custom: true, ...(parent && { parent: parent.urn }), ...rest };
}

const dependsOn = (properties: Record<string, Exported>) =>
    Object.fromEntries(Object.entries(properties).map(([key, { urn }]) => [key, [urn]]));

const on = (properties: Record<string, Exported>, inputs: Record<string, unknown> = {}): Partial<Exported> => ({
    inputs,
    propertyDependencies: dependsOn(properties),
});

const predict = component("ServerlessFunction", "predict");
const account = resource("gcp:serviceaccount/account:Account", "predict-run", predict);
const code = resource("gcp:cloudfunctionsv2/function:Function", "predict", predict);
const bucket = component("StorageBucket", "models");
const objects = resource("gcp:storage/bucket:Bucket", "models", bucket);

function grant(role: string): Exported {
    const type = "gcp:storage/bucketIAMMember:BucketIAMMember";
    return resource(type, role, predict, on({ member: account, bucket: objects }, { role: `roles/${role}` }));
}

test.each([
    ["storage.objectViewer", { from: bucket.urn, to: predict.urn, label: ["reads"] }],
    ["storage.objectCreator", { from: predict.urn, to: bucket.urn, label: ["writes"] }],
    ["storage.objectUser", { from: predict.urn, to: bucket.urn, label: ["reads and writes"], both: true }],
])("data flows as %s permits", (role, arrow) => {
    const { nodes, arrows } = flows("", [predict, account, code, bucket, objects, grant(role)]);
    expect(arrows).toEqual([arrow]);
    expect(nodes.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
        "ServerlessFunction predict",
        "StorageBucket models",
    ]);
});

test("a subscription with a receiver is an arrow with its tries", () => {
    const topic = component("PubSubTopic", "sales");
    const messages = resource("gcp:pubsub/topic:Topic", "sales", topic);
    const subscription = component("PubSubSubscription", "sale-range");
    const inputs = { deadLetterPolicy: { maxDeliveryAttempts: 10 } };
    const push = resource(
        "gcp:pubsub/subscription:Subscription",
        "sale-range",
        subscription,
        on({ topic: messages, pushConfig: code }, inputs),
    );
    const { nodes, arrows } = flows("", [topic, messages, subscription, push, predict, code]);
    expect(arrows).toEqual([{ from: topic.urn, to: predict.urn, label: ["sale-range", "10 tries"] }]);
    expect(nodes.map(({ name }) => name)).toEqual(["sales", "predict"]);
});

test("everybody who may call something is the internet", () => {
    const open = resource("pulumi-nodejs:dynamic/function:PublicAccess", "public", predict, on({ service: code }));
    const { arrows } = flows("", [predict, account, code, open]);
    expect(arrows).toEqual([{ from: "everybody", to: predict.urn, label: ["HTTPS"] }]);
});

test("what is in a network has its frame, and a network in which nothing is has none", () => {
    const network = component("Network", "apps");
    const vpc = resource("gcp:compute/network:Network", "apps", network);
    const inside = { ...code, ...on({ serviceConfig: vpc }) };
    expect(flows("", [network, vpc, predict, inside]).nodes).toEqual([
        {
            id: network.urn,
            name: "apps",
            kind: "Network",
            children: [{ id: predict.urn, name: "predict", kind: "ServerlessFunction" }],
        },
    ]);
    const [alone] = flows("", [
        network,
        vpc,
        predict,
        account,
        code,
        bucket,
        objects,
        grant("storage.objectViewer"),
    ]).nodes;
    expect(alone).toEqual({ id: network.urn, name: "apps", kind: "Network" });
});

test("a schedule is apart from what it starts", () => {
    const schedule = component("Schedule", "nightly", predict.urn);
    const job = resource(
        "gcp:cloudscheduler/job:Job",
        "nightly",
        schedule,
        on({ httpTarget: code }, { schedule: "0 3 * * *" }),
    );
    const { arrows } = flows("", [predict, code, schedule, job]);
    expect(arrows).toEqual([{ from: schedule.urn, to: predict.urn, label: ["0 3 * * *"] }]);
});

test("images and registries are left out of what flows", () => {
    const registry = component("ContainerRegistry", "apps");
    const images = resource("gcp:artifactregistry/repository:Repository", "apps", registry);
    const built = { ...code, ...on({ buildConfig: images }) };
    const all = [predict, account, built, bucket, objects, registry, images];
    expect(flows("", [...all, grant("storage.objectViewer")]).nodes.map(({ name }) => name)).not.toContain("apps");
    expect(flows("", all).nodes.map(({ name }) => name)).toContain("apps");
});

test("roles are arrows, and those on the project are below the account", () => {
    const log = resource(
        "gcp:projects/iAMMember:IAMMember",
        "log",
        predict,
        on({ member: account }, { role: "roles/logging.logWriter" }),
    );
    const { nodes, arrows } = rights("", [predict, account, code, bucket, objects, grant("storage.objectViewer"), log]);
    expect(arrows).toEqual([{ from: account.urn, to: objects.urn, label: ["storage.objectViewer"] }]);
    expect(nodes).toEqual([
        {
            id: `frame ${predict.urn}`,
            name: "predict",
            kind: "ServerlessFunction",
            children: [{ id: account.urn, name: "predict-run", kind: "service account", notes: ["logging.logWriter"] }],
        },
        { id: objects.urn, name: "models", kind: "StorageBucket" },
    ]);
});

test("each component has a sign", () => {
    const components = Object.entries(slipway).filter(([, each]) => {
        return typeof each === "function" && each.prototype instanceof pulumi.ComponentResource;
    });
    expect(components.length).toBeGreaterThan(40);
    expect(components.map(([name]) => name).filter((name) => !hasSign(name))).toEqual([]);
    expect(components.filter(([name]) => !/^#[\da-f]{6}$/.test(signOf(name).color))).toEqual([]);
});
