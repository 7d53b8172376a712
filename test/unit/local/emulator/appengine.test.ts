import { methods } from "../../../../local/runtime/services/appengine/api";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { application, deploy, deployFlexible, warmup, withSource } from "../appengineWorld";
import type { World } from "../world";
import { Emulator, eventually } from "./served";

const service = "apps/acme-dev/services/default";
const notFound = (message: string) => [404, { error: { code: 404, message, status: "NOT_FOUND" } }];
const invalid = (message: string) => [400, { error: { code: 400, message, status: "INVALID_ARGUMENT" } }];

/** The API of a local cloud. */
async function served(world: World) {
    const { url } = await Emulator.of(world);
    const call = async (method: string, path: string, body?: Inputs): Promise<[number, Inputs]> => {
        const answer = await fetch(`${url}/v1/${path}`, { method, body: body && JSON.stringify(body) });
        return [answer.status, await answer.json()];
    };
    /** Polls an operation until it is done, and returns its result. */
    const done = async ([status, { name, ...begun }]: [number, Inputs]): Promise<Inputs> => {
        expect([status, begun]).toEqual([200, { metadata: expect.anything() }]);
        let operation: Inputs = {};
        await eventually(async () => {
            [, operation] = await call("GET", name);
            expect(operation.done).toBe(true);
        });
        return operation;
    };
    return { call, done };
}

test("an application is created by an operation that is initially not done, and the provider then finds it exists", async () => {
    const world = withSource();
    const { call } = await served(world);
    expect(await call("GET", "apps/acme-dev")).toEqual(notFound('Could not find Application "acme-dev".'));
    const [status, begun] = await call("POST", "apps", { id: "acme-dev", locationId: "europe-west" });
    const metadata = {
        "@type": "type.googleapis.com/google.appengine.v1.OperationMetadataV1",
        method: "google.appengine.v1.Applications.CreateApplication",
        insertTime: expect.stringMatching(/Z$/),
        user: expect.any(String),
        target: "apps/acme-dev",
    };
    const name = expect.stringMatching(/^apps\/acme-dev\/operations\/[\w-]{36}$/);
    expect([status, begun]).toEqual([200, { name, metadata }]);
    expect(await call("GET", begun.name)).toEqual([200, { name, metadata }]);
    const [, app] = await call("GET", "apps/acme-dev");
    expect(await call("GET", begun.name)).toEqual([
        200,
        {
            name,
            metadata: { ...metadata, endTime: expect.stringMatching(/Z$/) },
            done: true,
            response: { "@type": "type.googleapis.com/google.appengine.v1.Application", ...app },
        },
    ]);
    expect(app).toEqual({
        name: "apps/acme-dev",
        id: "acme-dev",
        authDomain: "gmail.com",
        locationId: "europe-west",
        codeBucket: "staging.acme-dev.appspot.com",
        servingStatus: "SERVING",
        defaultHostname: "acme-dev.ew.r.appspot.com",
        defaultBucket: "acme-dev.appspot.com",
        serviceAccount: "acme-dev@appspot.gserviceaccount.com",
        gcrDomain: "eu.gcr.io",
        databaseType: "CLOUD_FIRESTORE",
        featureSettings: { splitHealthChecks: true },
    });
    expect(() => world.make("Application", { locationId: "europe-west" })).toThrow("Error 409: This application");
    expect(await call("POST", "apps", { id: "acme-dev", locationId: "us-east1" })).toEqual([
        409,
        {
            error: {
                code: 409,
                message: "This application already exists and cannot be re-created.",
                status: "ALREADY_EXISTS",
            },
        },
    ]);
});

test("an application's settings are updated with a mask", async () => {
    const world = application();
    const { call, done } = await served(world);
    const iap = { enabled: true, oauth2ClientId: "id", oauth2ClientSecret: "secret" };
    const { response } = await done(
        await call("PATCH", "apps/acme-dev?updateMask=iap,auth_domain", { iap, authDomain: "acme.com" }),
    );
    expect(response).toMatchObject({
        authDomain: "acme.com",
        iap: { enabled: true, oauth2ClientId: "id", oauth2ClientSecretSha256: expect.stringMatching(/^[\da-f]{64}$/) },
    });
    expect(JSON.stringify(response)).not.toContain('"secret"');
    expect(await call("PATCH", "apps/acme-dev?updateMask=locationId", { locationId: "us-east1" })).toEqual(
        invalid("Invalid update mask: the field 'locationId' cannot be updated."),
    );
    expect(await call("PATCH", "apps/acme-dev", {})).toEqual(invalid("The update_mask must not be empty."));
});

test("deployed services and versions are listed, in pages", async () => {
    const world = application();
    deploy(world, "v1", { envVariables: { LOG_LEVEL: "info" } });
    deploy(world, "v2");
    deployFlexible(world, "v1", { service: "predictions" });
    const { call } = await served(world);
    const services = [
        { name: service, id: "default", split: { allocations: { v1: 1 } } },
        { name: "apps/acme-dev/services/predictions", id: "predictions", split: { allocations: { v1: 1 } } },
    ];
    expect(await call("GET", "apps/acme-dev/services")).toEqual([200, { services }]);
    const [, first] = await call("GET", "apps/acme-dev/services?pageSize=1");
    expect(first).toEqual({ services: [services[0]], nextPageToken: expect.any(String) });
    expect(await call("GET", `apps/acme-dev/services?pageSize=1&pageToken=${first.nextPageToken}`)).toEqual([
        200,
        { services: [services[1]] },
    ]);
    const [, { versions }] = await call("GET", `${service}/versions`);
    const basic = {
        name: `${service}/versions/v1`,
        id: "v1",
        automaticScaling: { standardSchedulerSettings: { maxInstances: 20 } },
        entrypoint: { shell: "gunicorn -b :$PORT main:app" },
        instanceClass: "F1",
        runtime: "python313",
        serviceAccount: "acme-dev@appspot.gserviceaccount.com",
        env: "standard",
        servingStatus: "SERVING",
        createdBy: expect.any(String),
        createTime: expect.stringMatching(/Z$/),
        versionUrl: "https://v1-dot-acme-dev.ew.r.appspot.com",
    };
    expect(versions).toEqual([basic, expect.objectContaining({ id: "v2" })]);
    expect(await call("GET", `${service}/versions/v1?view=FULL`)).toEqual([
        200,
        {
            ...basic,
            envVariables: { LOG_LEVEL: "info" },
            handlers: [expect.objectContaining({ urlRegex: ".*" })],
            deployment: { zip: { sourceUrl: "https://storage.googleapis.com/acme-files/code.zip" } },
        },
    ]);
    expect(await call("GET", "apps/acme-dev/services/predictions/versions/v1")).toMatchObject([
        200,
        { env: "flexible", versionUrl: "https://v1-dot-predictions-dot-acme-dev.ew.r.appspot.com" },
    ]);
    expect(await call("GET", `${service}/versions/v9`)).toEqual(
        notFound(`Version '${service}/versions/v9' not found.`),
    );
    expect(await call("GET", "apps/acme-dev/services/web/versions")).toEqual(
        notFound("Service 'apps/acme-dev/services/web' not found."),
    );
});

test("traffic is split, and a version with traffic, the last one and the default service cannot be deleted", async () => {
    const world = application();
    const made = deploy(world, "v1");
    deploy(world, "v2");
    const { call, done } = await served(world);
    expect(await call("DELETE", `${service}/versions/v1`)).toEqual(
        invalid(
            "Cannot delete a version with a non-zero traffic allocation. Please update your traffic split to remove the allocation for this version and try again.",
        ),
    );
    const split = { shardBy: "COOKIE", allocations: { v1: 0.9, v2: 0.1 } };
    expect((await done(await call("PATCH", `${service}?updateMask=split`, { split }))).response).toEqual({
        "@type": "type.googleapis.com/google.appengine.v1.Service",
        name: service,
        id: "default",
        split,
    });
    await done(await call("PATCH", `${service}?updateMask=split`, { split: { allocations: { v2: 1 } } }));
    expect((await done(await call("DELETE", `${service}/versions/v1`))).response).toEqual({
        "@type": "type.googleapis.com/google.protobuf.Empty",
    });
    expect(world.refreshed(made)).toBeUndefined();
    expect(await call("DELETE", `${service}/versions/v2`)).toMatchObject([
        400,
        { error: { message: /final version/ } },
    ]);
    expect(await call("DELETE", service)).toEqual(invalid("The default service (module) may not be deleted."));
    deploy(world, "v1", { service: "web" });
    await done(await call("DELETE", "apps/acme-dev/services/web"));
    expect(await call("GET", "apps/acme-dev/services/web/versions/v1")).toMatchObject([404, {}]);
});

test("a resource cannot be changed while another operation changes it", async () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    deploy(world, "v1", { service: "web" });
    const { call, done } = await served(world);
    const split = { split: { allocations: { v2: 1 } } };
    const begun = await call("PATCH", `${service}?updateMask=split`, split);
    const id = begun[1].name.split("/").at(-1);
    expect(await call("DELETE", `${service}/versions/v1`)).toEqual([
        409,
        {
            error: {
                code: 409,
                message: `Cannot operate on ${service}/versions/v1 because an operation is already in progress for ${service} by ${id}.`,
                status: "ABORTED",
            },
        },
    ]);
    expect((await call("DELETE", "apps/acme-dev/services/web"))[0]).toBe(200);
    await done(begun);
    expect((await call("DELETE", `${service}/versions/v1`))[0]).toBe(200);
});

test("an operation that is not polled is done after a moment", async () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    const { call } = await served(world);
    await call("PATCH", `${service}?updateMask=split`, { split: { allocations: { v2: 1 } } });
    await eventually(async () => expect((await call("DELETE", `${service}/versions/v1`))[0]).toBe(200));
});

test("a service has ingress settings, and migrates traffic only if that is supported", async () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    deploy(world, "v3", warmup);
    const { call, done } = await served(world);
    const networkSettings = { ingressTrafficAllowed: "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB" };
    const { response } = await done(await call("PATCH", `${service}?updateMask=networkSettings`, { networkSettings }));
    expect(response).toMatchObject({ networkSettings, split: { allocations: { v1: 1 } } });
    const migrate = (split: Inputs) => call("PATCH", `${service}?updateMask=split&migrateTraffic=true`, { split });
    expect(await migrate({ shardBy: "IP", allocations: { v2: 1 } })).toMatchObject([
        400,
        { error: { message: /warmup requests and automatic scaling to be enabled for version 'v2'/ } },
    ]);
    await done(await migrate({ shardBy: "IP", allocations: { v3: 1 } }));
    expect(await call("GET", service)).toMatchObject([200, { split: { shardBy: "IP", allocations: { v3: 1 } } }]);
});

test("a version is stopped, started and scaled, if its environment and scaling support it", async () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2", { basicScaling: { maxInstances: 2 }, instanceClass: "B2" });
    const made = deployFlexible(world, "v1", { service: "predictions" });
    const { call, done } = await served(world);
    const patch = (path: string, mask: string, body: Inputs) => call("PATCH", `${path}?updateMask=${mask}`, body);
    const stop = (path: string) => patch(path, "servingStatus", { servingStatus: "STOPPED" });
    expect(await stop(`${service}/versions/v1`)).toMatchObject([
        400,
        { error: { message: /^Serving status can only be changed/ } },
    ]);
    expect((await done(await stop(`${service}/versions/v2`))).response.servingStatus).toBe("STOPPED");
    expect(await call("PATCH", `${service}?updateMask=split`, { split: { allocations: { v2: 1 } } })).toEqual(
        invalid("Cannot allocate traffic to version 'v2', because it is not serving."),
    );
    await done(await stop("apps/acme-dev/services/predictions/versions/v1"));
    expect(world.refreshed(made)?.state.servingStatus).toBe("STOPPED");
    const max = "automaticScaling.standardSchedulerSettings.maxInstances";
    const body = { automaticScaling: { standardSchedulerSettings: { maxInstances: 5 } } };
    await done(await patch(`${service}/versions/v1`, max, body));
    expect(await call("GET", `${service}/versions/v1`)).toMatchObject([200, body]);
    expect(await patch(`${service}/versions/v2`, max, body)).toMatchObject([
        400,
        { error: { message: /cannot be updated/ } },
    ]);
});

test("the default firewall rule can be updated, and no other is created here", async () => {
    const world = application();
    world.make("FirewallRule", { priority: 1000, action: "ALLOW", sourceRange: "203.0.113.0/24" });
    const { call } = await served(world);
    const path = "apps/acme-dev/firewall/ingressRules";
    const last = { priority: 2147483647, action: "ALLOW", sourceRange: "*", description: "The default action." };
    expect(await call("GET", path)).toEqual([
        200,
        { ingressRules: [{ priority: 1000, action: "ALLOW", sourceRange: "203.0.113.0/24" }, last] },
    ]);
    expect(await call("PATCH", `${path}/2147483647?updateMask=action`, { action: "DENY" })).toEqual([
        200,
        { ...last, action: "DENY" },
    ]);
    expect(await call("GET", `${path}/2147483647`)).toMatchObject([200, { action: "DENY" }]);
});

test("a disabled API, unknown fields and parameters, and other methods are refused", async () => {
    const world = application();
    deploy(world, "v1");
    const { call } = await served(world);
    expect(await call("PATCH", `${service}?updateMask=split`, { spilt: {} })).toEqual(
        invalid('Invalid JSON payload received. Unknown name "spilt": Cannot find field.'),
    );
    expect(await call("GET", `${service}?mask=split`)).toMatchObject([
        400,
        { error: { message: /Cannot bind query parameter/ } },
    ]);
    expect((await call("POST", `${service}/versions`, {}))[0]).toBe(501);
    world.cloud.store.remove("//serviceusage.googleapis.com/projects/acme-dev/services/appengine.googleapis.com");
    expect(await call("GET", "apps/acme-dev")).toMatchObject([
        403,
        { error: { status: "PERMISSION_DENIED", details: [{ reason: "SERVICE_DISABLED" }, {}, {}] } },
    ]);
    expect(methods).toHaveLength(15);
});
