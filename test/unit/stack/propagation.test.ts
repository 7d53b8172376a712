import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Service } from "@pulumi/gcp/projects/service";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { waitClock } from "../../../lib/internal/engine/waitingClock";
import { waitForComponents } from "../../../lib/stack/besideComponents";
import { deleteFailed } from "../../../lib/stack/failedCreation";
import { readOf, registerHooks, waitForPermissions, withoutWait } from "../../../lib/stack/propagation";
import { registerGuard } from "../../../lib/stack/transformations";
import { simulatedClock } from "../clock";
import { config, logged, registration, startProgram, urnOfChild } from "../engine";

jest.mock("../../../lib/stack/failedCreation", () => ({ deleteFailed: jest.fn() }));

const apiType = "gcp:projects/service:Service";
const accountType = "gcp:serviceaccount/account:Account";
const grantType = "gcp:projects/iAMMember:IAMMember";
const email = "web@acme-dev.iam.gserviceaccount.com";

class Environment extends pulumi.ComponentResource {
    constructor(name: string) {
        super("slipway:index:Environment", name);
    }
}

const newApi = "Error 403: Cloud Run Admin API has not been used in project 1 before or it is disabled.";
const unknownAccount = `Error 404: Service account ${email} does not exist.`;
const noPermission = `Error 403: Permission "run.invoke" denied on ${email}\nDetails`;
const template = "The instance_template resource 'a' is already being used by 'zones/b/instanceGroupManagers/c'";

type Hooks = Record<string, { callback(args: object): Promise<boolean> }[]>;

/** A program with the hooks that its resources get, in simulated time. */
async function waiting(found: { preview?: boolean } = {}) {
    const time = simulatedClock();
    const info = logged("info");
    const program = await startProgram(found);
    const hooksOf = (type: string, name: string, opts: pulumi.CustomResourceOptions = {}) => {
        const args = registration(type, name, {}, { parent: program.shop, ...opts });
        return (waitForPermissions(args)?.opts.hooks ?? {}) as Hooks;
    };
    /** Creates what takes effect late. */
    const create = async (type: string, newOutputs: object = {}, urn = type, when = "afterCreate") => {
        for (const hook of hooksOf(type, urn)[when] ?? []) {
            await hook.callback({ urn, type, newOutputs });
        }
    };
    /** Calls the hook until it does not repeat the call; returns the pauses in seconds. */
    const repeated = async (error: string, failure: object = {}, name = "web") => {
        const type = "gcp:cloudrunv2/service:Service";
        const [hook] = hooksOf(type, name).onError ?? [];
        const pauses: number[] = [];
        for (let errors = [error]; ; errors = [error, ...errors]) {
            const before = time();
            const args = { urn: name, name, type, errors, failedOperation: "create", ...failure };
            if (!(await hook?.callback(args))) {
                return pauses;
            }
            pauses.push((time() - before) / 1000);
        }
    };
    return { ...program, time, info, hooksOf, create, repeated };
}

/** Pauses start at 5 seconds, and are a quarter of the time that has passed, but 15 to 60 seconds. */
function pausesUntil(end: number): number[] {
    const pauses: number[] = [];
    for (let passed = 0; passed < end; ) {
        const longest = Math.min(Math.max(15, passed / 4), 60, end - passed);
        const pause = Math.ceil(Math.min(5 * 2 ** pauses.length, longest));
        pauses.push(pause);
        passed += pause;
    }
    return pauses;
}

const sum = (all: number[]) => all.reduce((one, other) => one + other, 0);

test("a call that is refused because of a new API is repeated for 15 minutes, which is said once, and again after five", async () => {
    const { create, repeated, info } = await waiting();
    await create(apiType);
    const pauses = await repeated(newApi);
    expect(pauses).toEqual(pausesUntil(900));
    expect([pauses.slice(0, 3), Math.max(...pauses), sum(pauses)]).toEqual([[5, 10, 15], 60, 900]);
    expect(info).toEqual([
        "web: a new API is not effective yet; repeating the call for up to 15 minutes",
        `web: still refused after 6 minutes: ${newApi}`,
    ]);
    expect(await repeated(newApi, {}, "other")).toEqual([]);
});

describe("a data source that is refused because of an API", () => {
    const service = "pubsub.googleapis.com";
    const error = `googleapi: Error 403: ${newApi} Enable it by visiting https://console.developers.google.com/apis/api/${service}/overview?project=1\nDetails`;
    const ofDefault = { getTok: () => "gcp:pubsub/getTopic:getTopic", getProvider: () => "" };
    const [first, details] = error.split("\n");
    const remedy = `getTopic reads as soon as the program calls it, also during a preview, and the API ${service} is not enabled. Use getTopicOutput with the option { dependsOn: Environment.current().enable("${service}") }, which reads after it is enabled.`;
    const explained = { error: [first, remedy, details].join("\n") };

    test("that this update enables is repeated for 15 minutes, and then explained", async () => {
        const { stack, create, time, info } = await waiting();
        const environment = new Environment("prod");
        const api = new Service("pubsub", { service, project: "acme-dev" }, { parent: environment });
        waitForComponents({ ...registration(apiType, "pubsub", { service }, { parent: environment }), resource: api });
        await create(apiType, {}, await new Promise<string>((resolve) => api.urn.apply(resolve)));
        const read = readOf(stack, ofDefault);
        const start = time();
        while ((await read(error)) === "repeat") {}
        expect((time() - start) / 1000).toBe(900);
        expect(await read(error)).toEqual(explained);
        expect(info[0]).toBe("getTopic: a new API is not effective yet; repeating the call for up to 15 minutes");
        expect(await read("not found")).toEqual({ error: "not found" });
    });

    test.each([
        ["is explained in a preview", {}, "", explained],
        [
            "names who enables the APIs of the project",
            { "slipway:enableApis": "false" },
            "",
            { error: expect.stringContaining("As slipway:enableApis is false") },
        ],
        [
            "has its own error in a component",
            {},
            "urn:pulumi:dev::a::slipway:index:Environment$pulumi:providers:gcp::dev::1",
            { error },
        ],
    ])("%s", async (_, settings, provider, expected) => {
        const { stack } = await waiting({ preview: true });
        pulumi.runtime.setAllConfig({ ...config, ...settings });
        const read = readOf(stack, { ...ofDefault, getProvider: () => provider });
        expect(await read(error)).toEqual(expected);
    });
});

test("a cause is said for the first resource only", async () => {
    const { create, repeated, info } = await waiting();
    await create(apiType);
    await Promise.all([repeated(newApi), repeated(newApi, {}, "other")]);
    expect(info.filter((text) => text.includes("a new API"))).toHaveLength(1);
    expect(info.filter((text) => text.includes("still refused")).map((text) => text.split(":")[0])).toEqual([
        "web",
        "other",
    ]);
});

test("a new service account is waited for, and new permissions of an account that the error names", async () => {
    const { create, repeated, info, time } = await waiting();
    await create(accountType, { email });
    expect(sum(await repeated(unknownAccount))).toBe(900);
    await create(grantType, { member: `serviceAccount:${email}` });
    const start = time();
    expect(sum(await repeated(noPermission, {}, "other"))).toBe(900);
    expect(time() - start).toBe(900_000);
    expect(info).toEqual([
        "web: a new service account is not effective yet; repeating the call for up to 15 minutes",
        `web: still refused after 6 minutes: ${unknownAccount}`,
        `other: new permissions of ${email} are not effective yet; repeating the call for up to 15 minutes`,
        `other: still refused after 6 minutes: ${noPermission.split("\n")[0]}`,
    ]);
});

test("a changed grant counts as new", async () => {
    const { create, repeated } = await waiting();
    await create(grantType, { member: `serviceAccount:${email}` }, "web", "afterUpdate");
    expect(await repeated(noPermission)).not.toEqual([]);
});

test("a group's template is waited for for half an hour, whatever is new", async () => {
    const { repeated } = await waiting();
    expect(sum(await repeated(template))).toBe(1800);
});

test.each<[string, string, [string, object?][]]>([
    ["nothing is new", newApi, []],
    ["it is about something else", "Error 400: invalid", [[apiType], [accountType, { email }]]],
    ["an account without new roles is named", noPermission.replace(email, "a@b"), [[grantType, { member: email }]]],
    ["an account that is not new is unknown", unknownAccount.replace(email, "a@b"), [[accountType, { email }]]],
    ["an account with new roles has another problem", `Error 400: ${email} is wrong`, [[grantType, { member: email }]]],
])("a refused call fails immediately if %s", async (_, error, created) => {
    const { create, repeated, info } = await waiting();
    for (const [type, outputs] of created) {
        await create(type, outputs);
    }
    expect([await repeated(error), info]).toEqual([[], []]);
});

const operation = (error: string) => `Error waiting: Error code 7, message: ${error}`;

test.each([
    ["leaves nothing", "gcp:artifactregistry/repository:Repository", "create", true],
    ["leaves nothing of an update", "gcp:artifactregistry/repository:Repository", "update", true],
    ["has left a name", "gcp:container/cluster:Cluster", "create", false],
    ["cannot update again", "gcp:cloudrunv2/service:Service", "update", false],
    ["can update again", "gcp:cloudrunv2/job:Job", "update", true],
    ["has left something unknown", "gcp:pubsub/topic:Topic", "create", false],
    ["is not known", "gcp:storage/bucketObject:BucketObject", "create", false],
])(
    "an operation that has failed and %s is repeated only if it can be: %s",
    async (_, type, failedOperation, isRepeated) => {
        const { create, repeated } = await waiting();
        await create(apiType);
        expect((await repeated(operation(newApi), { type, failedOperation })).length > 0).toBe(isRepeated);
    },
);

describe("a failed operation of a service that can be deleted", () => {
    const type = "gcp:cloudrunv2/service:Service";
    const urn = urnOfChild(type, "web");
    const deletion = jest.mocked(deleteFailed);
    const failed = async (inputs: object) => {
        const { create, repeated, hooksOf } = await waiting();
        await create(apiType);
        // The hook before the creation tells the provider of the resource.
        const role = new IAMMember("role", {
            project: "acme-dev",
            role: "roles/viewer",
            member: `serviceAccount:${email}`,
        });
        for (const hook of hooksOf(type, "web", { dependsOn: [role] }).beforeCreate ?? []) {
            await hook.callback({ urn });
        }
        return repeated(operation(newApi), { urn, type, newInputs: inputs });
    };

    test.each([
        [{ name: "web" }, { project: "acme-dev", location: "europe-west1", name: "web" }],
        [
            { project: "acme-ml", location: "us-east1", name: "web" },
            { project: "acme-ml", location: "us-east1", name: "web" },
        ],
    ])(
        "is deleted where it is, in the project and the region of its provider by default: %j",
        async (inputs, place) => {
            deletion.mockReset().mockResolvedValueOnce(true).mockResolvedValueOnce(false);
            expect(await failed(inputs)).toEqual([5]);
            expect(deletion.mock.calls).toEqual([
                [type, place],
                [type, place],
            ]);
        },
    );

    test("is not created again if it cannot be deleted, and the program says why", async () => {
        const warnings = logged("warn");
        deletion.mockReset().mockRejectedValue(new Error("Error 403: forbidden"));
        expect(await failed({ name: "web" })).toEqual([]);
        expect(warnings).toEqual(["web: what its failed creation has left cannot be deleted: Error 403: forbidden"]);
    });
});

test("the time that is left for a new API is said in whole minutes", async () => {
    const { create, repeated, info } = await waiting();
    await create(apiType);
    await waitClock().sleep(55_000);
    expect(sum(await repeated(newApi))).toBe(845);
    expect(info[0]).toBe("web: a new API is not effective yet; repeating the call for up to 15 minutes");
});

const paths = {
    subnet: "projects/acme/regions/europe-west1/subnetworks/apps",
    network: "projects/acme/global/networks/web",
};
test.each([
    [
        paths.subnet,
        "regions/europe-west1/addresses/serverless-ipv4-1",
        "subnet apps: left until 1970-01-01 02:00 UTC at the latest, because Cloud Run releases the addresses of deleted services, jobs and functions after one to two hours; then run this command again",
    ],
    [
        paths.network,
        "global/routes/peering-route-1",
        "network web: left until 1970-01-05 00:00 UTC at the latest, because Cloud SQL releases the network of deleted instances after up to four days; then run this command again, or earlier after 'gcloud compute networks peerings delete servicenetworking-googleapis-com --network=web --project=acme'",
    ],
    [
        paths.network,
        "zones/europe-west1-b/networkEndpointGroups/k8s1-3b1c-shop-web-80",
        "network web: left until 'gcloud compute network-endpoint-groups delete k8s1-3b1c-shop-web-80 --zone=europe-west1-b --project=acme', because GKE leaves the endpoint groups of a cluster that is deleted before its Services; then run this command again",
    ],
    [
        paths.network,
        "global/firewalls/k8s-3b1c-node-http-hc",
        "network web: left until 'gcloud compute firewall-rules delete k8s-3b1c-node-http-hc --project=acme', because GKE leaves the firewall rules of a cluster that is deleted before its Services; then run this command again",
    ],
])("what holds %s is said when it cannot be deleted: %s", async (path, user, text) => {
    const { repeated, info, time } = await waiting();
    const start = time();
    expect(await repeated(`The resource '${path}' is already being used by 'projects/acme/${user}'`)).toEqual([]);
    expect([start, info]).toEqual([0, [text]]);
});

test("what a program uses holds its network without a time", async () => {
    const { repeated, info } = await waiting();
    expect(
        await repeated(`The resource '${paths.network}' is already being used by 'projects/acme/global/firewalls/web'`),
    ).toEqual([]);
    expect(info).toEqual([]);
});

describe("the start of code", () => {
    const starts = "gcp:appengine/standardAppVersion:StandardAppVersion";
    const late = async () => {
        const program = await waiting();
        const grantOf = (name: string) =>
            new IAMMember(name, { project: "acme-dev", role: "roles/viewer", member: `serviceAccount:${email}` });
        const urn = (name: string) => `urn:pulumi:dev::slipway::${grantType}::${name}`;
        const grant = async (name: string) => program.create(grantType, {}, urn(name));
        const waited = async (type: string, dependsOn: pulumi.Resource[], when = "beforeCreate") => {
            const start = program.time();
            for (const hook of program.hooksOf(type, "web", { dependsOn })[when] ?? []) {
                await hook.callback({ urn: "web" });
            }
            return (program.time() - start) / 1000;
        };
        return { ...program, grantOf, grant, waited };
    };

    test.each([
        [starts, "beforeCreate", 120],
        [starts, "beforeUpdate", 120],
        ["gcp:cloudrunv2/service:Service", "beforeCreate", 120],
        ["gcp:pubsub/topic:Topic", "beforeCreate", 0],
        // What cannot be repeated waits for the longest documented time.
        ["gcp:container/cluster:Cluster", "beforeCreate", 420],
        ["gcp:container/cluster:Cluster", "beforeUpdate", 420],
        ["gcp:cloudrunv2/service:Service", "beforeUpdate", 420],
    ])("of a %s waits for its new grants: %s", async (type, when, seconds) => {
        const { grantOf, grant, waited, info } = await late();
        const used = grantOf("used");
        await grant("used");
        expect(await waited(type, [used], when)).toBe(seconds);
        const text = `web: waiting ${seconds} s for new permissions to take effect`;
        expect(info).toEqual(seconds > 0 ? [text] : []);
        expect(await waited(type, [used], when)).toBe(0);
    });

    test("is announced for the first of those that wait until the same time, and again for one that waits longer", async () => {
        const { grantOf, grant, hooksOf, info } = await late();
        const used = grantOf("used");
        await grant("used");
        // They wait at the same time.
        jest.spyOn(waitClock(), "sleep").mockResolvedValue(undefined);
        const cluster = "gcp:container/cluster:Cluster";
        for (const [type, name] of [starts, starts, cluster, starts].map((type, index) => [type, `web${index}`])) {
            const [hook] = hooksOf(String(type), String(name), { dependsOn: [used] }).beforeCreate ?? [];
            await hook?.callback({ urn: name });
        }
        expect(info).toEqual([
            "web0: waiting 120 s for new permissions to take effect",
            "web2: waiting 420 s for new permissions to take effect",
        ]);
    });

    test("does not wait for grants of earlier runs, of others, or that are used later", async () => {
        const { grantOf, grant, waited, shop, info } = await late();
        await waitClock().sleep(60_000);
        const later = grantOf("later");
        await grant("later");
        await grant("other");
        expect(await waited(starts, [withoutWait(later), grantOf("earlier"), shop])).toBe(0);
        expect(info).toEqual([]);
    });
});

test("hooks come after those of the program, once, and only for Google Cloud's resources", async () => {
    const { shop } = await waiting();
    const own = { name: "own" } as pulumi.ErrorHook;
    const args = registration(
        apiType,
        "run",
        { service: "run" },
        { parent: shop, hooks: { onError: [own] }, protect: true },
    );
    const { props, opts } = waitForPermissions(args) as pulumi.ResourceTransformationResult;
    expect([props, opts.protect, Object.keys(opts.hooks ?? {})]).toEqual([
        { service: "run" },
        true,
        ["onError", "afterCreate"],
    ]);
    expect(opts.hooks?.onError).toEqual([own, expect.objectContaining({ callback: expect.anything() })]);
    const plain = registration("gcp:pubsub/topic:Topic", "sales", {}, { parent: shop });
    const { opts: repeated } = waitForPermissions(plain) as pulumi.ResourceTransformationResult;
    expect(Object.keys(repeated.hooks ?? {})).toEqual(["onError"]);
    const again = waitForPermissions(args) as pulumi.ResourceTransformationResult;
    expect(again.opts.hooks).toEqual({ onError: [own] });
    expect(waitForPermissions(registration("kubernetes:core/v1:Secret", "key", {}, {}))).toBe(undefined);
});

test.each([
    ["an up", false, ["slipway: note new APIs, accounts and grants", "slipway: repeat refused calls"]],
    ["a preview", true, []],
])("%s of a program without resources registers the hooks of what it deletes: %s", async (_, preview, names) => {
    await startProgram({ preview });
    const found: string[] = [];
    const note = async ({ name }: { name: string }) => void found.push(name);
    Object.assign(Reflect.get(state, "getStore")().callbacks, { registerResourceHook: note, registerErrorHook: note });
    registerGuard();
    for (let turn = 0; turn < 20; turn++) {
        await new Promise(setImmediate);
    }
    expect(found).toEqual(names);
});

test("the program waits until the engine knows the hooks", async () => {
    const { stack } = await startProgram();
    const resolved: string[] = [];
    const late = (what: string) => async () => {
        await new Promise(setImmediate);
        resolved.push(what);
    };
    const callbacks = { registerResourceHook: late("hook"), registerErrorHook: late("error hook") };
    Object.assign(Reflect.get(state, "getStore")().callbacks, callbacks);
    await registerHooks(stack);
    expect(resolved).toEqual(["hook", "error hook"]);
});

const withoutHooks = () => Reflect.deleteProperty(pulumi.runtime.getMonitor() ?? {}, "registerResourceHook");

test.each<[string, () => unknown]>([
    ["in a process without a program", () => Reflect.get(state, "setStackResource")(undefined)],
    ["by an engine without hooks", withoutHooks],
])("a resource that is registered %s has no hooks", async (_, change) => {
    const { hooksOf } = await waiting();
    change();
    expect(hooksOf(apiType, "run")).toEqual({});
});

test("an engine without hooks is not asked to know any", async () => {
    const { stack } = await startProgram();
    const asked = jest.fn();
    withoutHooks();
    Object.assign(Reflect.get(state, "getStore")().callbacks, {
        registerResourceHook: asked,
        registerErrorHook: asked,
    });
    await registerHooks(stack);
    expect(asked).not.toHaveBeenCalled();
});
