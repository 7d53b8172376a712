import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AdoptedModule } from "../../../local/commands/adopt/adoptedModule";
import { changesOf } from "../../../local/commands/adopt/changes";
import { type ExistingResource, existingIn } from "../../../local/commands/adopt/existing";
import { differences, importIdOf, type PlannedResource } from "../../../local/commands/adopt/identity";
import { keeping } from "../../../local/commands/adopt/keep";
import { unknown } from "../../../local/machine/marks";
import { folderOf } from "../folders";

const topic = "gcp:pubsub/topic:Topic";
const bucket = "gcp:storage/bucket:Bucket";
const grant = "gcp:pubsub/topicIAMMember:TopicIAMMember";

describe("a state of existing resources", () => {
    const orders = {
        id: "projects/acme/topics/orders",
        name: "orders",
        project: "acme",
        message_retention_duration: null,
    };
    const condition = [{ title: "until 2027", description: "", expression: "true" }];
    const member = {
        id: "projects/acme/topics/orders/roles/pubsub.viewer/group:a@acme.com",
        role: "roles/pubsub.viewer",
        condition,
    };
    const found = (content: unknown) =>
        existingIn(join(folderOf({ "state.json": JSON.stringify(content) }), "state.json"));

    test("of Terraform has the managed resources of Google's provider, by Pulumi's names", () => {
        const instances = [
            { index_key: "a", attributes: orders },
            { index_key: 0, attributes: orders, deposed: "00000001" },
        ];
        const resources = [
            { module: "module.shop", mode: "managed", type: "google_pubsub_topic", name: "t", instances },
            { mode: "managed", type: "google_pubsub_topic_iam_member", name: "m", instances: [{ attributes: member }] },
            { mode: "data", type: "google_pubsub_topic", name: "d", instances },
            { mode: "managed", type: "random_id", name: "r", instances: [{ attributes: { id: "x" } }] },
        ];
        expect(found({ version: 4, terraform_version: "1.9.0", resources })).toEqual([
            {
                type: topic,
                id: "projects/acme/topics/orders",
                address: 'module.shop.google_pubsub_topic.t["a"]',
                properties: { name: "orders", project: "acme" },
            },
            {
                type: grant,
                id: member.id,
                address: "google_pubsub_topic_iam_member.m",
                properties: { role: "roles/pubsub.viewer", condition: condition[0] },
            },
        ]);
    });

    test("of 'terraform show -json' has the resources of all modules", () => {
        const resource = { mode: "managed", type: "google_pubsub_topic", values: orders };
        const root_module = {
            resources: [{ address: "google_pubsub_topic.t", ...resource }],
            child_modules: [{ resources: [{ address: "module.m.google_pubsub_topic.t", ...resource }] }],
        };
        expect(found({ format_version: "1.0", values: { root_module } }).map(({ address }) => address)).toEqual([
            "google_pubsub_topic.t",
            "module.m.google_pubsub_topic.t",
        ]);
    });

    test("of Pulumi has the resources of @pulumi/gcp, with the places of their provider", () => {
        const provider = { urn: "urn:pulumi:dev::old::pulumi:providers:gcp::p", type: "pulumi:providers:gcp", id: "1" };
        const resources = [
            { ...provider, inputs: { project: "acme", region: "europe-west1" } },
            {
                urn: "urn:x::y",
                type: topic,
                id: "i",
                provider: `${provider.urn}::1`,
                inputs: { name: "a" },
                outputs: { name: "a" },
            },
            { urn: "urn:x::z", type: "random:index/randomId:RandomId", id: "r" },
            { urn: "urn:x::e", type: topic, id: "read", external: true },
        ];
        expect(found({ version: 3, deployment: { resources } })).toEqual([
            {
                type: topic,
                id: "i",
                address: "urn:x::y",
                properties: { name: "a", project: "acme", region: "europe-west1" },
            },
        ]);
    });

    test.each([
        [{ version: 3, resources: [] }, "has a state of version 3."],
        [{ resources: [] }, "has none of these."],
        [{ version: 4 }, "has a state of version 4."],
    ])("%j is refused with what is read instead", (content, message) => {
        expect(() => found(content)).toThrow(message);
        expect(() => found(content)).toThrow("'terraform show -json'");
    });

    test("is refused if it does not exist, or is no JSON", () => {
        const folder = folderOf({ "main.tf": "resource {" });
        expect(() => existingIn(join(folder, "other"))).toThrow("other does not exist. Name a file");
        expect(() => existingIn(join(folder, "main.tf"))).toThrow("main.tf is no JSON");
    });
});

const planned = (type: string, properties: object): PlannedResource => ({
    urn: "",
    type,
    properties: { ...properties },
});
const existing = (type: string, properties: object, id = "") => ({
    type,
    id,
    address: "",
    properties: { ...properties },
});

describe("an existing resource is the planned one", () => {
    test.each([
        [topic, { name: "a", project: "p" }, { name: "a", project: "p", labels: {} }],
        [bucket, { name: "a", location: "EU" }, { name: "a", location: "US" }],
        [grant, { role: "r", member: "m", topic: "a" }, { role: "r", member: "m", topic: "projects/p/topics/a" }],
        [
            grant,
            { role: "r", condition: { __defaults: [], title: "t", list: ["a/b"] } },
            { role: "r", condition: { title: "t", description: "", list: ["b"] } },
        ],
        // A name that gets another end in every run.
        [topic, { name: "a-0a1b2c", project: "p" }, { name: "a-ffffff", project: "p" }],
        [topic, { name: "a-0a1b2c", project: "p" }, { name: "a", project: "p" }],
        [
            "gcp:monitoring/alertPolicy:AlertPolicy",
            { displayName: "a" },
            { displayName: "a", name: "projects/p/alertPolicies/1" },
        ],
    ])("if the fields of its ID are equal: %s", (type, one, other) => {
        expect(differences(planned(type, one), existing(type, other))).toEqual([]);
    });

    test("if its ID has the region that the state lacks", () => {
        const nat = "gcp:compute/routerNat:RouterNat";
        const state = { name: "n", router: "r", project: "p", region: undefined };
        const wanted = planned(nat, { ...state, region: "l" });
        expect(differences(wanted, existing(nat, state, "p/l/r/n"))).toEqual([]);
        expect(differences(wanted, existing(nat, state, "p/m/r/n"))).toEqual([
            { property: "region", existing: "m", planned: "l" },
        ]);
    });

    test.each([
        [topic, { name: "a", project: "p" }, { name: "b", project: "p" }, ["name", "b", "a"]],
        [topic, { name: "a-0a1b2c", project: "p" }, { name: "b", project: "p" }, ["name", "b", "a-0a1b2c"]],
        [topic, { name: unknown, project: "p" }, { name: unknown, project: "p" }, ["name", unknown, undefined]],
        [grant, { role: "r", member: "m", topic: "a" }, { role: "r", member: "n", topic: "a" }, ["member", "n", "m"]],
        [grant, { role: "r", condition: { title: "t" } }, { role: "r" }, ["condition", undefined, { title: "t" }]],
    ])("unless one differs or is only known later: %s", (type, one, other, [property, found, wanted]) => {
        expect(differences(planned(type, one), existing(type, other))).toEqual([
            { property, existing: found, planned: wanted },
        ]);
    });
});

describe("the ID of an import", () => {
    test.each<[Partial<ExistingResource>, string]>([
        [existing(topic, { name: "a", project: "p" }, "projects/p/topics/a"), "projects/p/topics/a"],
        [existing(bucket, { name: "a", project: "p" }, "a"), "a"],
        // The ID in the state is no ID of an import.
        [
            existing("gcp:sql/user:User", { name: "app", instance: "sales", project: "p", host: "" }, "app//sales"),
            "p/sales/app",
        ],
        [
            existing(
                "gcp:kms/cryptoKey:CryptoKey",
                { name: "k", keyRing: "projects/p/locations/l/keyRings/r" },
                "the/id",
            ),
            "the/id",
        ],
        [
            existing(grant, { role: "roles/r", member: "user:a@b.c" }, "projects/p/topics/t/roles/r/user:a@b.c"),
            "projects/p/topics/t roles/r user:a@b.c",
        ],
        [
            existing(
                grant,
                { role: "roles/r", member: "user:a@b.c", condition: { title: "t", description: "d" } },
                "projects/p/topics/t/roles/r/user:a@b.c/t/d/true",
            ),
            "projects/p/topics/t roles/r user:a@b.c t",
        ],
        // Old versions of the provider wrote the kind of the member in lower case.
        [
            existing(
                "gcp:projects/iAMMember:IAMMember",
                { role: "roles/r", member: "serviceAccount:a@b.c" },
                "p/roles/r/serviceaccount:a@b.c",
            ),
            "p roles/r serviceAccount:a@b.c",
        ],
        // A region can be a link.
        [
            existing(
                "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
                { name: "a", project: "p", region: "https://www.googleapis.com/compute/v1/projects/p/regions/l" },
                "the/id",
            ),
            "projects/p/regions/l/networkEndpointGroups/a",
        ],
        // The ID of another resource does not say the region of this one.
        [existing("gcp:compute/routerNat:RouterNat", { name: "a", router: "r", project: "p" }, "p/l/r/b"), "r/a"],
        [existing("gcp:storage/bucketIAMBinding:BucketIAMBinding", { role: "roles/r" }, "b/a/roles/r"), "b/a roles/r"],
        [existing("gcp:storage/bucketIAMPolicy:BucketIAMPolicy", {}, "b/a"), "b/a"],
    ])("of %j", (resource, id) => {
        expect(importIdOf(resource as ExistingResource)).toBe(id);
    });
});

describe("the module", () => {
    const table = { "gcp:pubsub/topic:Topic orders": "projects/acme/topics/orders" };
    const moduleIn = (files: Record<string, string>, way: "import" | "aliases" = "import") => {
        const folder = folderOf({ "package.json": "{}", ...files });
        const project = {
            folder,
            file: "",
            project: "shop",
            stackFolder: folder,
            program: folder,
            content: { name: "shop" },
        };
        return {
            folder,
            module: AdoptedModule.of(project, way),
            read: (name: string) => readFileSync(join(folder, name), "utf8"),
        };
    };

    test("of a TypeScript program is typed, and the first import of the main file", () => {
        const { module, read } = moduleIn({ "index.ts": 'import { PubSubTopic } from "slipway";\n' });
        module.write(table);
        expect(read("index.ts")).toBe('import "./adopted";\nimport { PubSubTopic } from "slipway";\n');
        expect(
            read("adopted.ts"),
        ).toBe(`// Written by 'slipway adopt'. The next 'pulumi up' takes these resources over; then delete this file, and the line that loads it.
import * as pulumi from "@pulumi/pulumi";

/** The IDs of existing resources, by type and name in this program. */
const adopted: { [resource: string]: string | undefined } = {
    "gcp:pubsub/topic:Topic orders": "projects/acme/topics/orders",
};

pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const existing = adopted[\`\${type} \${name}\`];
    return existing === undefined ? undefined : { props, opts: { ...opts, import: existing } };
});
`);
        // A second time, the line is not repeated.
        module.write(table);
        expect(read("index.ts").match(/adopted/g)).toHaveLength(1);
    });

    test.each([
        [{ "index.js": '"use strict";\nf();\n' }, "index.js", '"use strict";\nrequire("./adopted");\nf();\n'],
        [
            { "package.json": '{ "main": "src/main.ts" }', "src/main.ts": "f();\n" },
            "src/main.ts",
            'import "./adopted";\nf();\n',
        ],
        [
            { "package.json": '{ "type": "module" }', "index.ts": "f();\n" },
            "index.ts",
            'import "./adopted.js";\nf();\n',
        ],
        [
            { "index.mjs": "#!/usr/bin/env node\nf();\n" },
            "index.mjs",
            '#!/usr/bin/env node\nimport "./adopted.mjs";\nf();\n',
        ],
    ])("of %j is loaded by %s", (files, main, text) => {
        const { module, read } = moduleIn(files as unknown as Record<string, string>);
        module.write(table);
        expect(read(main)).toBe(text);
        module.write({});
        expect(read(main)).toBe(Object.values(files).at(-1));
    });

    test("adds aliases to those of the component", () => {
        const { module, read } = moduleIn({ "index.js": "" }, "aliases");
        module.write(table);
        expect(read("adopted.js")).toContain("opts: { ...opts, aliases: [...(opts.aliases ?? []), existing] }");
    });

    test("is removed again if nothing is taken over, or the preview fails", () => {
        const { folder, module, read } = moduleIn({ "index.ts": "f();\n" });
        module.write(table);
        module.restore();
        expect(() => read("adopted.ts")).toThrow("ENOENT");
        expect(read("index.ts")).toBe("f();\n");
        expect(folder).not.toBe("");
    });

    test("is not written over a file of somebody else, and needs a main file", () => {
        expect(() => moduleIn({ "index.ts": "", "adopted.ts": "export {};\n" })).toThrow(
            "adopted.ts exists, and 'slipway adopt' has not written it",
        );
        expect(() => moduleIn({ "main.py": "" })).toThrow("no main file of a TypeScript or JavaScript program");
    });
});

test("changes are the properties that differ, of a replacement only those that cause it; labels are those of the state", () => {
    const step = {
        op: "update",
        urn: "",
        oldState: {
            urn: "",
            type: bucket,
            inputs: { location: "EU", rpo: "DEFAULT", annotations: { "run.googleapis.com/client": "cli" } },
            outputs: { storageClass: "STANDARD" },
        },
        newState: {
            urn: "",
            type: bucket,
            inputs: { rpo: unknown, location: "US", versioning: { __defaults: [], enabled: true } },
        },
        detailedDiff: {
            location: { kind: "update-replace" },
            versioning: { kind: "add" },
            storageClass: { kind: "delete" },
            rpo: { kind: "update" },
            'annotations["run.googleapis.com/client"]': { kind: "delete" },
            "effectiveLabels.team": { kind: "update" },
            "pulumiLabels.team": { kind: "update" },
        },
    };
    const labels = { existing: { team: "a" }, planned: { team: "b" } };
    const location = { property: "location", existing: "EU", planned: "US" };
    expect(changesOf(step, labels)).toEqual([
        location,
        { property: "versioning", existing: undefined, planned: { enabled: true } },
        { property: "storageClass", existing: "STANDARD", planned: undefined },
        { property: "rpo", existing: "DEFAULT", planned: undefined, isUnknown: true },
        { property: 'annotations["run.googleapis.com/client"]', existing: "cli", planned: undefined },
        { property: "labels.team", existing: "a", planned: "b" },
    ]);
    expect(changesOf({ ...step, op: "replace" }, labels)).toEqual([location]);
});

describe("a value is kept", () => {
    const files = { type: "StorageBucket", name: "files" };
    const shop = { type: "CloudRunService", name: "shop" };
    const revision = ["gcp:cloudrunv2/service:Service", "shop", shop] as const;
    test.each([
        ["by the argument of its name", bucket, "files", files, "location", "EU", 'location: "EU"'],
        [
            "by a transform of the child",
            bucket,
            "files",
            files,
            "softDeletePolicy.retentionDurationSeconds",
            0,
            "transform: { bucket: { softDeletePolicy: { retentionDurationSeconds: 0 } } }",
        ],
        [
            "by a transform of a key with dots",
            "gcp:cloudrunv2/service:Service",
            "shop",
            { type: "CloudRunService", name: "shop" },
            'annotations["run.googleapis.com/client"]',
            "cli",
            'transform: { service: { annotations: { "run.googleapis.com/client": "cli" } } }',
        ],
        [
            "by an argument that sets several properties to its value",
            "gcp:cloudrunv2/service:Service",
            "shop",
            { type: "CloudRunService", name: "shop" },
            "template.scaling.maxInstanceCount",
            100,
            "scaling: { max: 100 }",
        ],
        [
            "by the argument that has another value",
            topic,
            "t",
            { type: "PubSubTopic", name: "t" },
            "messageRetentionDuration",
            "86400s",
            "the argument retention",
        ],
        [
            "by the argument for variables",
            "gcp:cloudrunv2/service:Service",
            "shop",
            { type: "CloudRunService", name: "shop" },
            "template.containers[0].envs",
            [{ name: "MODE", value: "x" }],
            'env: { MODE: "x" }',
        ],
        [
            "by the argument for variables, of which one is a secret's",
            "gcp:cloudrunv2/service:Service",
            "shop",
            { type: "CloudRunService", name: "shop" },
            "template.containers[0].envs[1].valueSource.secretKeyRef.secret",
            "token",
            "the argument env",
        ],
        [
            "by the argument for variables of a function",
            "gcp:cloudfunctionsv2/function:Function",
            "predict",
            { type: "ServerlessFunction", name: "predict" },
            "serviceConfig.environmentVariables.MODE",
            "x",
            'env: { MODE: "x" }',
        ],
        [
            "by the argument for the account",
            "gcp:cloudrunv2/service:Service",
            "shop",
            { type: "CloudRunService", name: "shop" },
            "template.serviceAccount",
            "old@acme.iam.gserviceaccount.com",
            'account: "old@acme.iam.gserviceaccount.com"',
        ],
        [
            "by the argument for the network",
            "gcp:compute/instance:Instance",
            "train",
            { type: "VirtualMachine", name: "train" },
            "networkInterfaces[0].subnetwork",
            "projects/acme/regions/europe-west1/subnetworks/apps",
            "the argument network",
        ],
        [
            "by the argument for the network, which is not set yet",
            "gcp:cloudrunv2/service:Service",
            "shop",
            { type: "CloudRunService", name: "shop" },
            "template.vpcAccess",
            undefined,
            "the argument network",
        ],
        [
            "by the argument for the expiration",
            "gcp:secretmanager/secret:Secret",
            "token",
            { type: "Secret", name: "token" },
            "ttl",
            "86400s",
            "the argument expiration",
        ],
        [
            "by the argument for the disks",
            "gcp:compute/disk:Disk",
            "train-data",
            { type: "VirtualMachine", name: "train" },
            "size",
            200,
            "the argument disks",
        ],
        [
            "by the argument of an entry",
            "gcp:container/nodePool:NodePool",
            "c-default",
            { type: "GkeCluster", name: "c" },
            "nodeConfig.spot",
            true,
            "the argument nodePools.<name>.spot",
        ],
        [
            "by an argument in others",
            "gcp:cloudfunctionsv2/function:Function",
            "predict",
            { type: "ServerlessFunction", name: "predict" },
            "serviceConfig.maxInstanceCount",
            5,
            "scaling: { max: 5 }",
        ],
        [
            "by a transform, if the property is a list of what several arguments say",
            "gcp:sql/databaseInstance:DatabaseInstance",
            "db",
            { type: "CloudSqlInstance", name: "db" },
            "settings.databaseFlags",
            [],
            "transform: { instance: { settings: { databaseFlags: [] } } }",
        ],
        [
            "of the child that its name says",
            "gcp:serviceaccount/account:Account",
            "nightly-build",
            { type: "ServerlessFunction", name: "nightly" },
            "displayName",
            "a",
            'transform: { buildAccount: { displayName: "a" } }',
        ],
        ["by the property of a resource without a component", topic, "t", undefined, "a.b-c", "d", 'a: { "b-c": "d" }'],
        ["by nothing without a value", bucket, "files", files, "versioning", undefined, undefined],
        ["by nothing if it is the name of a revision", ...revision, "template.revision", "shop-00001", undefined],
        ["by nothing if it is no maximum", ...revision, "scaling.maxInstanceCount", 0, undefined],
        ["by nothing for labels, which the provider can add", topic, "t", undefined, "labels.a", "b", undefined],
        ["by nothing if no child is meant", topic, "t", files, "name", {}, undefined],
        ["by nothing in a list", bucket, "files", files, "lifecycleRules[0].action", {}, undefined],
        ["by nothing if it is a secret", bucket, "files", files, "name", "[secret]", undefined],
    ])("%s", (_, type, name, component, property, value, expected) => {
        const place = { type, name, ...(component && { component }) };
        expect(keeping(place, { property, existing: value })).toBe(expected);
    });
});
