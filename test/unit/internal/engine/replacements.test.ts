import { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { Address } from "@pulumi/gcp/compute/address";
import { RegionInstanceGroupManager } from "@pulumi/gcp/compute/regionInstanceGroupManager";
import { Topic } from "@pulumi/gcp/pubsub/topic";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { atEnd, noteWarning, warnOfReplacement } from "../../../../lib/internal/engine/replacements";
import { config, logged, startProgram, urnOfChild, urnOfShop } from "../../engine";

const bucket = { name: "sales", location: "EU", forceDestroy: true };
const keep = "To keep them, undo the change, or copy them to another resource first.";

type Create = (name: string, options: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** The warnings of a preview that creates a resource of a component, although the state has one. */
async function warnings(
    create: Create,
    before: object,
    {
        type = "gcp:storage/bucket:Bucket",
        preview = true,
        options = {},
        prepare = () => undefined as unknown,
        urn = urnOfChild(type, "sales"),
    } = {},
) {
    const warn = logged("warn");
    const { shop } = await startProgram({ preview, deployed: { [urn]: before } });
    prepare();
    const all = { parent: shop, transformations: [warnOfReplacement], ...options };
    const resource = create("sales", all);
    await new Promise((resolve) => resource.urn.apply(resolve));
    // Nothing tells when there is no warning: it follows within a few turns.
    for (let turn = 0; turn < 20; turn++) {
        await new Promise(setImmediate);
    }
    return warn;
}

const newBucket =
    (args: object = {}): Create =>
    (name, options) =>
        new Bucket(name, { ...bucket, ...args }, options);

test.each<[string, object, object, string]>([
    ["another location", { location: "US" }, {}, 'changing location from "EU" to "US"'],
    [
        "two changes",
        { location: "US", name: "orders" },
        {},
        'changing location from "EU" to "US", name from "sales" to "orders"',
    ],
    ["another class", { storageClass: "ARCHIVE" }, {}, "this change"],
    ["another case", { location: "eu" }, {}, "this change"],
    ["another random suffix", { name: "sales-1a2b3c" }, { name: "sales-4d5e6f" }, "this change"],
    [
        "a suffix that is not random",
        { name: "sales-b" },
        { name: "sales-a" },
        'changing name from "sales-a" to "sales-b"',
    ],
    ["no earlier name", {}, { name: "" }, "this change"],
    ["a name that is no text", {}, { name: 1 }, "this change"],
    ["a secret name", { name: pulumi.secret("orders") }, {}, "this change"],
    ["a name that is not known yet", { name: pulumi.output(pulumi.unknown) }, {}, "this change"],
    ["an output that this version does not have", {}, { instance: "sales" }, "this change"],
])("a replacement loses objects: %s", async (_, now, before, cause) => {
    const [text, ...others] = await warnings(newBucket(now), { ...bucket, ...before });
    const [changes, rest] = [
        text?.split(" replaces it")[0]?.replace('Bucket "sales": ', ""),
        text?.split("replaces it")[1],
    ];
    const sorted = (list = "") => list.replace("changing ", "").split(", ").sort();
    expect([sorted(changes), rest, others]).toEqual([sorted(cause), `, and its objects are lost. ${keep}`, []]);
});

test.each<[string, string, Create, object, string | undefined]>([
    [
        "an address",
        "gcp:compute/address:Address",
        (name, options) => new Address(name, {}, options),
        {},
        'Address "sales": this change replaces it, and its IP addresses are lost. To keep them, undo the change. Clients and DNS records need the new ones.',
    ],
    [
        "an instance",
        "gcp:sql/databaseInstance:DatabaseInstance",
        (name, options) => new DatabaseInstance(name, { databaseVersion: "POSTGRES_17" }, options),
        {},
        `DatabaseInstance "sales": this change replaces it, and its databases are lost. ${keep}`,
    ],
    [
        "a replica",
        "gcp:sql/databaseInstance:DatabaseInstance",
        (name, options) => new DatabaseInstance(name, { databaseVersion: "POSTGRES_17" }, options),
        { masterInstanceName: "main" },
        undefined,
    ],
    [
        "a bucket that keeps its objects",
        "gcp:storage/bucket:Bucket",
        newBucket(),
        { ...bucket, forceDestroy: false },
        undefined,
    ],
    [
        "a dataset that is deleted with its tables",
        "gcp:bigquery/dataset:Dataset",
        (name, options) => new Dataset(name, { datasetId: "sales" }, options),
        { deleteContentsOnDestroy: true },
        `Dataset "sales": this change replaces it, and its tables are lost. ${keep}`,
    ],
    [
        "a dataset that keeps its tables",
        "gcp:bigquery/dataset:Dataset",
        (name, options) => new Dataset(name, { datasetId: "sales" }, options),
        {},
        undefined,
    ],
    ...(
        [
            [[{ deleteRule: "NEVER" }, { deleteRule: "ON_PERMANENT_INSTANCE_DELETION" }], true],
            [[{ deleteRule: "NEVER" }], false],
            [undefined, false],
        ] as const
    ).map(([statefulDisks, isLost]): [string, string, Create, object, string | undefined] => [
        `a group with disks: ${JSON.stringify(statefulDisks)}`,
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
        (name, options) =>
            new RegionInstanceGroupManager(
                name,
                { baseInstanceName: "web", region: "europe-west1", versions: [{ instanceTemplate: "web" }] },
                options,
            ),
        { statefulDisks },
        isLost
            ? `RegionInstanceGroupManager "sales": this change replaces it, and its stateful disks are lost. ${keep}`
            : undefined,
    ]),
])("what is lost with %s", async (_, type, create, before, text) => {
    expect(await warnings(create, before, { type })).toEqual(text === undefined ? [] : [text]);
});

/** What is lost with the types whose resources always lose it. */
const lost = {
    "alloydb/cluster:Cluster": "databases",
    "artifactregistry/repository:Repository": "packages and images",
    "bigquery/table:Table": "rows",
    "bigtable/instance:Instance": "tables",
    "composer/environment:Environment": "DAG runs, variables and connections",
    "compute/disk:Disk": "contents",
    "compute/globalAddress:GlobalAddress": "IP addresses",
    "container/cluster:Cluster": "workloads and their volumes",
    "filestore/instance:Instance": "files",
    "firestore/database:Database": "documents",
    "organizations/project:Project": "resources",
    "pubsub/subscription:Subscription": "messages that were not acknowledged",
    "redis/instance:Instance": "keys",
    "secretmanager/regionalSecret:RegionalSecret": "versions",
    "secretmanager/secret:Secret": "versions",
    "spanner/database:Database": "tables",
    "spanner/instance:Instance": "databases",
    "sql/database:Database": "tables",
};

test.each(Object.entries(lost))("a replaced gcp:%s loses its %s", async (token, data) => {
    const type = `gcp:${token}`;
    const create: Create = (name, options) => new (class extends pulumi.CustomResource {})(type, name, {}, options);
    expect(await warnings(create, { labels: {} }, { type })).toEqual([
        expect.stringContaining(`replaces it, and its ${data} are lost. To keep them, undo the change`),
    ]);
});

/** Makes the engine answer with the ID of a resource, which it knows at preview if it does not replace the resource. */
function keepIds(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Record<"registerResource", Register>;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) =>
        register(request, (error, answer) => callback(error, Object.assign(answer, { getId: () => "sales" })));
}

type Answer = (error: unknown, answer: object) => void;
type Register = (request: object, callback: Answer) => Promise<void>;

const setStack = (stack: pulumi.Resource | undefined) =>
    Object.assign(Reflect.get(state, "getStore")(), { stackResource: stack });

test.each<[string, Parameters<typeof warnings>[2]]>([
    ["an update", { preview: false }],
    ["a resource that stays", { options: { retainOnDelete: true } }],
    ["a resource that is read", { options: { id: "sales" } }],
    ["a resource that is updated in place", { prepare: keepIds }],
    ["a resource in a program without a stack", { prepare: () => setStack(undefined) }],
    ["a resource whose component refuses the change", { prepare: () => noteWarning(urnOfShop, "refused") }],
    ["a resource whose component warns of the change", { prepare: () => noteWarning(urnOfShop, "warned") }],
])("nothing is said of %s", async (_, more) => {
    expect(await warnings(newBucket({ location: "US" }), bucket, more)).toEqual([]);
});

test("a resource is warned of once, also by two copies of this library", async () => {
    const options = { transformations: [warnOfReplacement, warnOfReplacement] };
    expect(await warnings(newBucket(), bucket, { options })).toHaveLength(1);
});

test("a resource without a component is warned of", async () => {
    const urn = "urn:pulumi:dev::slipway::gcp:storage/bucket:Bucket::sales";
    expect(await warnings(newBucket(), bucket, { options: { parent: undefined }, urn })).toEqual([
        `Bucket "sales": this change replaces it, and its objects are lost. ${keep}`,
    ]);
});

test("a warning of a component needs a stack", async () => {
    await startProgram();
    setStack(undefined);
    expect(() => noteWarning(urnOfShop, "warned")).not.toThrow();
});

test.each<[string, Create]>([
    ["one resource", newBucket()],
    [
        "two resources",
        (name, options) => {
            newBucket()("other", options);
            return newBucket()(name, options);
        },
    ],
])("the program stays connected to the engine until the last warning: %s", async (_, create) => {
    let connections = 0;
    const atWarnings: number[] = [];
    const prepare = () => {
        jest.spyOn(pulumi.runtime, "rpcKeepAlive").mockImplementation(() => {
            connections++;
            return () => void connections--;
        });
        jest.spyOn(pulumi.log, "warn").mockImplementation(async () => void atWarnings.push(connections));
    };
    await warnings(create, bucket, { prepare });
    expect([atWarnings, connections]).toEqual([[1], 0]);
});

test("nothing is said of a resource that is new", async () => {
    expect(await warnings(newBucket(), {}, { type: "gcp:pubsub/topic:Topic" })).toEqual([]);
});

const unprotect =
    "It is protected by the environment. To replace it, run 'pulumi config set slipway:protection off' and 'pulumi up' without this change, then 'pulumi up' with it.";

describe("a protected resource", () => {
    const protect = { protect: true };
    const prepare = (kind: string) => () => pulumi.runtime.setAllConfig({ ...config, "slipway:kind": kind });

    test("in production has the way to replace it, also if nothing is lost", async () => {
        const more = { options: protect, prepare: prepare("production") };
        expect(await warnings(newBucket(), { ...bucket, forceDestroy: false }, more)).toEqual([
            `Bucket "sales": this change replaces it. ${unprotect}`,
        ]);
    });

    test("whose component warns has only that", async () => {
        const warned = () => {
            prepare("production")();
            noteWarning(urnOfShop, "warned");
        };
        const more = { options: protect, prepare: warned };
        expect(await warnings(newBucket(), bucket, more)).toEqual([`Bucket "sales": ${unprotect}`]);
    });

    test.each([
        ["in development", "development", {}],
        ["that is not protected", "production", { protect: false }],
        ["without a component of this library", "production", { parent: undefined }],
    ])("%s is as any other", async (_, kind, options) => {
        const urn = "parent" in options ? "urn:pulumi:dev::slipway::gcp:storage/bucket:Bucket::sales" : undefined;
        const more = { options: { ...protect, ...options }, prepare: prepare(kind), urn };
        expect(await warnings(newBucket(), bucket, more)).toEqual([
            `Bucket "sales": this change replaces it, and its objects are lost. ${keep}`,
        ]);
    });
});

test("a topic loses its messages", async () => {
    const create: Create = (name, options) => new Topic(name, { name: "sales" }, options);
    expect(await warnings(create, { name: "sale" }, { type: "gcp:pubsub/topic:Topic" })).toEqual([
        `Topic "sales": changing name from "sale" to "sales" replaces it, and its retained messages are lost. ${keep}`,
    ]);
});

describe("the end of the program", () => {
    const type = "gcp:compute/routerNat:RouterNat";
    const deployed = {
        [urnOfShop]: {},
        [urnOfChild(type, "shop-near")]: {},
        [urnOfChild(type, "shop-far")]: {},
        [urnOfChild(type, "other")]: {},
        [urnOfChild("gcp:compute/router:Router", "shop-near")]: {},
        [`urn:pulumi:dev::slipway::${type}::shop-near`]: {},
    };

    /** The calls at the end of a program. */
    async function callsOf(found: Parameters<typeof startProgram>[0], prepare = () => undefined as unknown) {
        const { shop } = await startProgram(found);
        prepare();
        const calls: string[][] = [];
        atEnd(shop, type, (names) => void calls.push(names));
        for (let turn = 0; turn < 20; turn++) {
            await new Promise(setImmediate);
        }
        return calls;
    }

    test("at preview has the names of a component's children in the state", async () => {
        expect(await callsOf({ preview: true, deployed })).toEqual([["shop-far", "shop-near"]]);
    });

    test("has no names if the state is not known", async () => {
        const unknownState = () =>
            jest.spyOn(pulumi, "getOrganization").mockImplementation(() => {
                throw new Error("no organization");
            });
        expect(await callsOf({ preview: true, deployed }, unknownState)).toEqual([[]]);
    });

    test.each<[string, boolean, () => unknown]>([
        ["in an update", false, () => undefined],
        ["without a stack", true, () => setStack(undefined)],
    ])("has none %s, and does not wait for it", async (_, preview, prepare) => {
        const waits: unknown[] = [];
        const prepared = () => {
            prepare();
            jest.spyOn(pulumi.runtime, "rpcKeepAlive").mockImplementation(() => () => void waits.push("released"));
        };
        expect([await callsOf({ preview, deployed }, prepared), waits]).toEqual([[], []]);
    });
});
