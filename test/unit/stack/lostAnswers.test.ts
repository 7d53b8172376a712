import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { importId } from "../../../lib/formats/importIds";
import { stateOfProgram } from "../../../lib/internal/engine/programState";
import { currentProgram, valueIfKnown } from "../../../lib/internal/engine/pulumiSdk";
import { continueAfterLostAnswers } from "../../../lib/stack/adoption/lostAnswers";
import { markOf } from "../../../lib/stack/adoption/mark";
import { logged, registration, startProgram, transformed, urnOfChild, urnOfShop } from "../engine";

const bucketType = "gcp:storage/bucket:Bucket";
const networkType = "gcp:compute/network:Network";
const bucketUrn = urnOfChild(bucketType, "sales");
const networkUrn = urnOfChild(networkType, "sales");
const mark = markOf("dev-id", bucketUrn);
const label = "slipway-creation";
const labelPath = `labels["${label}"]`;

const setStackResource: (stack: pulumi.Resource | undefined) => void = Reflect.get(state, "setStackResource");

type Program = Awaited<ReturnType<typeof startProgram>>;
type Found = Parameters<typeof startProgram>[0];

/** A bucket of the component as the program continues to register it. */
async function prepared(
    found: Found = {},
    type = bucketType,
    props: pulumi.Inputs = { name: "sales", labels: { team: "web" } },
    options: (program: Program) => pulumi.CustomResourceOptions = () => ({}),
) {
    const program = await startProgram(found);
    const args = registration(type, "sales", props, { parent: program.shop, ...options(program) });
    const result = continueAfterLostAnswers(args) as pulumi.ResourceTransformationResult;
    return { ...program, args, result };
}

/** The known inputs of a resource. */
async function inputsOf({ props }: pulumi.ResourceTransformationResult) {
    const all = await Promise.all(
        Object.entries(props).map(async ([key, value]) => [
            key,
            pulumi.Output.isInstance(value) ? await valueIfKnown(value) : value,
        ]),
    );
    return Object.fromEntries(all);
}

const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, "x"]));

/** The backend does not return the stack's state. */
function withoutState(): pulumi.CustomResourceOptions {
    stateOfProgram("slipway.stackState", currentProgram(), async () => undefined);
    return {};
}

/** At the preview of a new stack, the engine has not created its provider. */
function withNewProvider({ provider }: Program): pulumi.CustomResourceOptions {
    const id = Object.assign(pulumi.output(""), { promise: async () => undefined });
    return { provider: { urn: provider.urn, id } as unknown as pulumi.ProviderResource };
}

describe("the mark of a creation", () => {
    test("is a label that later runs ignore", async () => {
        const { result } = await prepared({}, bucketType, undefined, () => ({
            ignoreChanges: ["cors"],
            protect: true,
        }));
        expect(await inputsOf(result)).toEqual({ name: "sales", labels: { team: "web", [label]: mark } });
        expect(result.opts).toMatchObject({ ignoreChanges: ["cors", labelPath], protect: true });
    });

    test("is the description of a type without labels, unless the program has one", async () => {
        const description = `Created by slipway (${markOf("dev-id", networkUrn)}).`;
        const bare = await prepared({}, networkType, { name: "sales" });
        expect(await inputsOf(bare.result)).toEqual({ name: "sales", description });
        expect(bare.result.opts).toMatchObject({ ignoreChanges: ["description"] });
        const own = await prepared({}, networkType, { name: "sales", description: "Sales" });
        expect(await inputsOf(own.result)).toEqual({ name: "sales", description: "Sales" });
        expect(own.result.opts.ignoreChanges).toBe(undefined);
    });

    test("is kept from the state, and never added to what was created without one", async () => {
        const marked = await prepared({ deployed: { [bucketUrn]: { labels: { [label]: "earlier" } } } });
        expect(await inputsOf(marked.result)).toMatchObject({ labels: { team: "web", [label]: "earlier" } });
        const bare = await prepared({ deployed: { [bucketUrn]: { labels: {} } } });
        expect(await inputsOf(bare.result)).toMatchObject({ labels: { team: "web" } });
    });

    test.each<[string, pulumi.Inputs, pulumi.Inputs]>([
        ["beside 61 others", { labels: labels(61) }, { labels: { ...labels(61), [label]: mark } }],
        ["not beside 62 others, as a resource has 64 at most", { labels: labels(62) }, { labels: labels(62) }],
        ["without others", {}, { labels: { [label]: mark } }],
        ["not in place of what is not an object", { labels: null }, { labels: null }],
    ])("is a label %s", async (_, props, expected) => {
        expect(await inputsOf((await prepared({}, bucketType, props)).result)).toEqual(expected);
    });

    test.each<[string, (program: Program) => pulumi.CustomResourceOptions]>([
        ["the state cannot be read", withoutState],
        ["the ID of the provider is unknown", withNewProvider],
    ])("is not given if %s, in which case nothing is imported either", async (_, options) => {
        const call = () => ({ id: "sales-id", effectiveLabels: { [label]: mark } });
        const { args, result } = await prepared(
            { deployed: { [urnOfShop]: {} }, call },
            bucketType,
            undefined,
            options,
        );
        expect(await inputsOf(result)).toEqual({ name: "sales", labels: { team: "web" } });
        expect(await transformed(args, result, { name: "sales" })).toBe(undefined);
    });

    test("leaves the transforms of the program, which run before the import", async () => {
        const own = () => undefined;
        const { result } = await prepared({}, bucketType, undefined, () => ({ transforms: [own] }));
        expect(result.opts.transforms).toEqual([own, expect.any(Function)]);
    });

    test.each<[string, string, (program: Program) => pulumi.CustomResourceOptions]>([
        ["a type without a row", "gcp:pubsub/topic:Topic", () => ({})],
        ["a resource of the program itself", bucketType, ({ provider }) => ({ parent: undefined, provider })],
        ["a resource of another component", bucketType, ({ stack, provider }) => ({ parent: stack, provider })],
    ])("is not given to %s, whose failed creation is explained nevertheless", async (_, type, options) => {
        const { result, args } = await prepared({}, type, undefined, options);
        expect(result.props).toEqual(args.props);
        expect(Object.keys(result.opts).filter((key) => !(key in args.opts))).toEqual(["hooks"]);
        expect(result.opts.hooks?.onError).toHaveLength(1);
    });

    test.each<[string, object]>([
        ["is imported", { import: "sales" }],
        ["is read", { id: "sales" }],
        ["has a URN", { urn: "urn" }],
    ])("is not given to a resource that %s", async (_, options) => {
        expect((await prepared({}, bucketType, undefined, () => options)).result).toBe(undefined);
    });

    test("is not given to a network that is imported, which keeps its description if the program has none", async () => {
        const options = () => ({ import: "sales", ignoreChanges: ["mtu"] });
        const { args, result } = await prepared({}, networkType, { name: "sales" }, options);
        expect(result).toEqual({
            props: { name: "sales" },
            opts: { ...args.opts, ignoreChanges: ["mtu", "description"] },
        });
        const described = await prepared({}, networkType, { name: "sales", description: "shops" }, options);
        expect(described.result).toBe(undefined);
    });

    test("is not given to a bucket that the stack has under an alias", async () => {
        const before = "urn:pulumi:dev::slipway::gcp:storage/bucket:Bucket::old";
        const deployed = { [before]: { name: "sales" } };
        const { result } = await prepared({ deployed }, bucketType, undefined, () => ({ aliases: [before] }));
        expect(await inputsOf(result)).toEqual({ name: "sales", labels: { team: "web" } });
    });

    test("is given once, after the hooks of the program", async () => {
        const hook = { name: "own" } as pulumi.ErrorHook;
        const { args, result } = await prepared({}, bucketType, undefined, () => ({ hooks: { onError: [hook] } }));
        expect(result.opts.hooks?.onError).toEqual([hook, expect.objectContaining({ callback: expect.anything() })]);
        expect(continueAfterLostAnswers(args)).toBe(undefined);
    });

    test.each<[string, () => unknown]>([
        ["in a process without a program", () => setStackResource(undefined)],
        [
            "by an engine without hooks",
            () => Reflect.deleteProperty(pulumi.runtime.getMonitor() ?? {}, "registerResourceHook"),
        ],
    ])("is not given to a resource that is registered %s", async (_, change) => {
        const { shop } = await startProgram();
        change();
        const args = registration(bucketType, "sales", { name: "sales" }, { parent: shop });
        expect(continueAfterLostAnswers(args)).toBe(undefined);
    });

    test("is not given to resources of other providers", async () => {
        expect((await prepared({}, "kubernetes:core/v1:Secret")).result).toBe(undefined);
    });
});

describe("a resource of a deployed component that is not in the state", () => {
    const deployed = { [urnOfShop]: {} };

    test("is imported if it has the mark, with the labels that the program has", async () => {
        const calls: unknown[][] = [];
        const call = (...all: unknown[]) => {
            calls.push(all);
            return { id: "sales-id", effectiveLabels: { [label]: mark } };
        };
        const info = logged("info");
        const options = () => ({ protect: true });
        const { args, result } = await prepared({ deployed, call }, bucketType, undefined, options);
        const labels = { team: "web", [label]: mark };
        const { props, opts } = (await transformed(args, result, { name: "sales", project: "acme", labels })) ?? {};
        expect(props).toEqual({ name: "sales", project: "acme", labels: { team: "web" } });
        expect(opts).toMatchObject({ import: "sales-id", protect: true });
        expect(info).toEqual(["sales: was created by an update that was interrupted; importing sales-id"]);
        const provider = "urn:pulumi:dev::slipway::pulumi:providers:gcp::dev::dev-id";
        expect(calls).toEqual([["gcp:storage/getBucket:getBucket", { name: "sales", project: "acme" }, provider]]);
    });

    test("has no labels after its import if the mark is the only one", async () => {
        logged("info");
        const call = () => ({ id: "sales-id", effectiveLabels: { [label]: mark } });
        const { args, result } = await prepared({ deployed, call });
        const { props } = (await transformed(args, result, { name: "sales", labels: { [label]: mark } })) ?? {};
        expect(props).toEqual({ name: "sales", labels: undefined });
    });

    test("has no description after its import if that is the mark", async () => {
        logged("info");
        const description = `Created by slipway (${markOf("dev-id", networkUrn)}).`;
        const call = () => ({ id: "sales-id", description });
        const { args, result } = await prepared({ deployed, call }, networkType, { name: "sales" });
        const { props, opts } = (await transformed(args, result, { name: "sales", description })) ?? {};
        expect([props, Reflect.get(opts ?? {}, "import")]).toEqual([{ name: "sales" }, "sales-id"]);
    });

    test.each<[string, Found, object]>([
        ["the component is new", { deployed: {} }, {}],
        ["the state has it", { deployed: { ...deployed, [bucketUrn]: {} } }, {}],
        ["it has another mark", { call: () => ({ id: "sales-id", effectiveLabels: { [label]: "other" } }) }, {}],
        [
            "it does not exist",
            {
                call: () => {
                    throw new Error("not found");
                },
            },
            {},
        ],
        ["its name is unknown", {}, { name: undefined }],
    ])("is created if %s", async (_, found, props) => {
        const call = () => ({ id: "sales-id", effectiveLabels: { [label]: mark } });
        const { args, result } = await prepared({ deployed, call, ...found });
        expect(await transformed(args, result, { name: "sales", ...props })).toBe(undefined);
    });
});

const exists = "Error 409: The resource 'sales' already exists, alreadyExists";

/** What the program says when the creation of a resource fails. */
async function explained(
    { args, result }: Pick<Awaited<ReturnType<typeof prepared>>, "args" | "result">,
    failure: Partial<pulumi.ErrorHookArgs> = {},
) {
    const texts = logged("error");
    const [hook] = result.opts.hooks?.onError ?? [];
    const { type, name } = args;
    const given = { urn: urnOfChild(type, name), id: "", type, name, newInputs: { name }, errors: [exists] };
    const isRepeated = await (hook as pulumi.ErrorHook).callback({ ...given, failedOperation: "create", ...failure });
    expect(isRepeated).toBe(false);
    return texts;
}

const flags = "--protect=false --generate-code=false";
const shopFlag = `--parent 'parent=${urnOfShop}'`;
const providerFlag = "--provider 'provider=urn:pulumi:dev::slipway::pulumi:providers:gcp::dev'";
const manage =
    "If this stack is to manage it, and to delete it when it is destroyed, import it, and run 'pulumi up' again:\n";
const interrupted = "An interrupted update can have created it.";

describe("a name that is in use is explained", () => {
    test.each([
        exists,
        "Error 409: Your previous request to create the named bucket succeeded and you already own it., conflict",
        "Unable to create RouterNat, existing object already found",
        "Error waiting for Creating Database: failed to create database sales. Detail: Can't create database 'sales'; database exists",
        "Error creating DomainMapping: googleapi: Error 409: Domain 'sales.acme.com' is already mapped to this application.",
    ])("for what the next update continues: %s", async (error) => {
        expect(await explained(await prepared(), { errors: [error] })).toEqual([
            `Bucket "sales": exists already. If an interrupted update of this stack created it, the next one continues with it: run 'pulumi up' again.`,
        ]);
    });

    test("for what has no mark of the stack, with the command that imports it", async () => {
        const call = () => ({ id: "sales-id", effectiveLabels: {} });
        const one = await prepared({ deployed: { [urnOfShop]: {} }, call });
        await transformed(one.args, one.result, { name: "sales" });
        expect(await explained(one)).toEqual([
            `Bucket "sales": exists already. No update of this stack created it, as it has no mark of it. ${manage}` +
                `pulumi import -s dev '${bucketType}' 'sales' 'sales' ${shopFlag} ${providerFlag} ${flags}`,
        ]);
    });

    const topicType = "gcp:pubsub/topic:Topic";
    const command = `pulumi import -s dev '${topicType}' 'sales' 'projects/acme-dev/topics/sales'`;

    test.each<[string, (program: Program) => pulumi.CustomResourceOptions, string]>([
        ["a part of a component", () => ({}), `${command} ${shopFlag} ${providerFlag} ${flags}`],
        ["a resource of the program", () => ({ parent: undefined }), `${command} ${flags}`],
        [
            "a resource with its own provider",
            ({ stack, provider }) => ({ parent: stack, provider }),
            `${command} ${providerFlag} ${flags}`,
        ],
    ])("for %s, with its place", async (_, options, whole) => {
        const one = await prepared({}, topicType, {}, options);
        expect(await explained(one)).toEqual([`Topic "sales": exists already. ${interrupted} ${manage}${whole}`]);
    });

    test("for a resource without a region, in the project and the region of its own provider", async () => {
        const type = "gcp:cloudtasks/queue:Queue";
        const inFinland = () => ({
            provider: new Provider("finland", { project: "acme-ml", region: "europe-north1" }),
        });
        const [text] = await explained(await prepared({}, type, {}, inFinland));
        expect(text).toContain(`'${type}' 'sales' 'projects/acme-ml/locations/europe-north1/queues/sales'`);
    });

    test("for the one of two components' parts with the same name that failed", async () => {
        const { shop, stack, result, args } = await prepared({}, topicType, {});
        continueAfterLostAnswers(registration(topicType, "sales", {}, { parent: stack }));
        expect(shop).toBeDefined();
        const urn = `urn:pulumi:dev::slipway::${topicType}::sales`;
        const [text] = await explained({ args, result }, { urn });
        expect(text).toContain(`'sales' 'projects/acme-dev/topics/sales' ${flags}`);
        jest.restoreAllMocks();
        const [other] = await explained({ args, result });
        expect(other).toContain(`'projects/acme-dev/topics/sales' ${shopFlag} ${providerFlag} ${flags}`);
    });

    test.each([
        [
            "gcp:kms/cryptoKey:CryptoKey",
            { keyRing: "projects/acme-keys/locations/europe-west1/keyRings/shop" },
            "projects/acme-keys/locations/europe-west1/keyRings/shop/cryptoKeys/sales",
        ],
        [
            "gcp:storage/managedFolder:ManagedFolder",
            { bucket: "acme-files", name: "a/b/" },
            "acme-files/managedFolders/a/b/",
        ],
        ["gcp:orgpolicy/policy:Policy", { parent: "projects/acme" }, "projects/acme/policies/sales"],
        ["gcp:resourcemanager/lien:Lien", { parent: "projects/123", name: "p1" }, "123/p1"],
        [
            "gcp:appengine/domainMapping:DomainMapping",
            { domainName: "a.acme.com" },
            "apps/acme-dev/domainMappings/a.acme.com",
        ],
    ])("for the type %s, whose ID contains a path", async (type, inputs, id) => {
        const [text] = await explained(await prepared({}, type, {}), { newInputs: { name: "sales", ...inputs } });
        expect(text).toContain(` '${type}' 'sales' '${id}' `);
    });

    test("for a type without an import", async () => {
        expect(await explained(await prepared({}, "gcp:workflows/workflow:Workflow", {}))).toEqual([
            `Workflow "sales": exists already. ${interrupted} The provider cannot import it: if it is new, delete it, and run 'pulumi up' again.`,
        ]);
    });

    test("for a type that is imported by an ID that Google Cloud generates", async () => {
        const value = await prepared({}, "gcp:tags/tagValue:TagValue", {});
        expect(await explained(value, { newInputs: { shortName: "public" } })).toEqual([
            `TagValue "sales": exists already. ${interrupted} The provider imports it as tagValues/{{name}}, which Google Cloud has generated: if it is new, delete it, and run 'pulumi up' again.`,
        ]);
    });

    test.each<[string, Partial<pulumi.ErrorHookArgs>]>([
        ["an update", { failedOperation: "update" }],
        ["another error", { errors: ["Error 403: forbidden"] }],
        ["an earlier error", { errors: ["Error 403: forbidden", exists] }],
        ["no error", { errors: [] }],
    ])("but not for %s", async (_, failure) => {
        expect(await explained(await prepared(), failure)).toEqual([]);
    });
});

const place = { project: "acme-dev", location: "europe-west1", region: "europe-west1", zone: "europe-west1-b" };

test.each<[string, object, string | undefined]>([
    ["gcp:alloydb/cluster:Cluster", { clusterId: "main" }, "projects/acme-dev/locations/europe-west1/clusters/main"],
    ["gcp:bigquery/table:Table", { datasetId: "a", tableId: "b" }, "projects/acme-dev/datasets/a/tables/b"],
    ["gcp:compute/disk:Disk", { name: "data" }, "projects/acme-dev/zones/europe-west1-b/disks/data"],
    ["gcp:container/cluster:Cluster", { name: "main" }, "projects/acme-dev/locations/europe-west1/clusters/main"],
    [
        "gcp:container/nodePool:NodePool",
        { cluster: "projects/acme-dev/locations/europe-west1/clusters/main", name: "spot" },
        "acme-dev/europe-west1/main/spot",
    ],
    [
        "gcp:dns/recordSet:RecordSet",
        { managedZone: "acme", name: "www.acme.example.", type: "A" },
        "projects/acme-dev/managedZones/acme/rrsets/www.acme.example./A",
    ],
    ["gcp:organizations/project:Project", { projectId: "acme-new", name: "New" }, "acme-new"],
    ["gcp:projects/iAMCustomRole:IAMCustomRole", { roleId: "reader" }, "projects/acme-dev/roles/reader"],
    [
        "gcp:serviceaccount/account:Account",
        { accountId: "etl" },
        "projects/acme-dev/serviceAccounts/etl@acme-dev.iam.gserviceaccount.com",
    ],
    ["gcp:storage/bucket:Bucket", { name: "" }, undefined],
    [
        "gcp:compute/securityPolicyRule:SecurityPolicyRule",
        { securityPolicy: "web", priority: 1000 },
        "projects/acme-dev/global/securityPolicies/web/priority/1000",
    ],
    ["gcp:compute/diskOfTheFuture:DiskOfTheFuture", { name: "data" }, undefined],
    ["gcp:quantum/computer:Computer", { name: "data" }, undefined],
])("the ID with which a %s is imported", (type, inputs, id) => {
    expect(importId({ type, inputs: { ...place, ...inputs } })).toBe(id);
});
