import { applicationProvider } from "../../../lib/appengine/admin/application";
import type { ApplicationInputs, ApplicationOutputs } from "../../../lib/appengine/admin/inputs";
import { AdminApi, AdminError } from "../../../lib/internal/adminApi/adminApi";
import { application, withSource } from "../local/appengineWorld";
import { World } from "../local/world";
import { endTime, localApi, simulateTime } from "./localApi";

const inputs: ApplicationInputs = {
    project: "acme-dev",
    locationId: "europe-west",
    servingStatus: "SERVING",
    sslPolicy: "DEFAULT",
    iap: { enabled: false },
};
const iap = { enabled: true, oauth2ClientId: "id", oauth2ClientSecret: "secret" };
const computed = {
    defaultHostname: "acme-dev.ew.r.appspot.com",
    defaultBucket: "acme-dev.appspot.com",
    codeBucket: "staging.acme-dev.appspot.com",
    gcrDomain: "eu.gcr.io",
};

beforeEach(simulateTime);
afterEach(endTime);

/** The provider on a local cloud. */
function on(world: World, lost: { repeated?: boolean } = {}) {
    const { api, changes, call } = localApi(world, lost);
    const provider = applicationProvider(api);
    const create = async (given = inputs) => (await provider.create(given)).outs as ApplicationOutputs;
    const check = async (olds: Partial<ApplicationInputs>, news: ApplicationInputs) => {
        const checked = await provider.check?.(olds as ApplicationInputs, news);
        const reasons = checked?.failures?.map(({ reason }) => reason) ?? [];
        // The reasons name their arguments themselves.
        const failures = reasons.map((reason) => ({ property: "", reason }));
        expect(checked).toEqual({ inputs: news, failures });
        return reasons;
    };
    return { provider, create, check, changes, call };
}

test("an application is created with its settings, and with Identity-Aware Proxy only if it is used", async () => {
    const { provider, changes } = on(withSource());
    expect(await provider.create(inputs)).toEqual({ id: "acme-dev", outs: { ...inputs, ...computed } });
    const settings = { servingStatus: "SERVING", sslPolicy: "DEFAULT" };
    expect(changes).toEqual([["POST apps", { id: "acme-dev", locationId: "europe-west", ...settings }]]);
    const guarded = on(withSource());
    await guarded.create({ ...inputs, iap });
    expect(guarded.changes).toEqual([["POST apps", { id: "acme-dev", locationId: "europe-west", ...settings, iap }]]);
});

test("an application that a call with a lost answer has created is found", async () => {
    const { provider, changes, create } = on(withSource(), { repeated: true });
    expect(await create()).toEqual({ ...inputs, ...computed });
    expect(changes.map(([change]) => change)).toEqual(["POST apps"]);
    expect(await provider.read?.("acme-dev", await create())).toMatchObject({ id: "acme-dev" });
});

test("an application that cannot be created is an error, with the answer of App Engine", async () => {
    const { create } = on(withSource());
    await expect(create({ ...inputs, locationId: "mars" })).rejects.toThrow(/^POST apps: /);
});

test.each([
    ["a conflict without an application", 409, false],
    ["another error, though somebody else has created one", 403, true],
])("%s fails the creation", async (_, status, isCreated) => {
    const { api, call } = localApi(withSource());
    jest.spyOn(api, "change").mockImplementationOnce(async () => {
        await (isCreated && call("POST", "apps", { id: "acme-dev", locationId: "europe-west" }));
        throw new AdminError(status, "POST apps: refused");
    });
    await expect(applicationProvider(api).create(inputs)).rejects.toThrow("POST apps: refused");
});

test("an existing application is adopted, and only settings that differ are changed", async () => {
    const { changes, create } = on(application());
    const wanted = { ...inputs, sslPolicy: "MODERN" as const, iap };
    expect(await create(wanted)).toEqual({ ...wanted, ...computed });
    // A new application has no SSL policy that the API returns.
    expect(changes).toEqual([["PATCH apps/acme-dev?updateMask=sslPolicy,iap", { sslPolicy: "MODERN", iap }]]);
});

const elsewhere = { ...inputs, locationId: "us-east1" };
const moved =
    'region: the App Engine application of acme-dev is in europe-west1, and cannot be moved (got "us-east1"). Set region: "europe-west1", or use another project.';
const unguarded =
    "iap: is missing, and Identity-Aware Proxy, which protects the App Engine application of acme-dev, would be turned off. Name the members with access, or turn it off first.";

test("an application of another region, or with Identity-Aware Proxy, is not adopted", async () => {
    const { check, changes, create, call } = on(application());
    await expect(create(elsewhere)).rejects.toThrow(moved);
    expect(await check({}, elsewhere)).toEqual([moved]);
    expect(await check({}, inputs)).toEqual([]);
    await call("PATCH", "apps/acme-dev?updateMask=iap", { iap });
    expect(await check({}, inputs)).toEqual([unguarded]);
    expect(await check({}, { ...inputs, iap })).toEqual([]);
    await expect(create()).rejects.toThrow(unguarded);
    expect(changes).toEqual([]);
});

test("an application in a location that has no other name is refused with its location", async () => {
    const { api } = localApi(application());
    jest.spyOn(api, "find").mockResolvedValue({ id: "acme-dev", locationId: "mars-west1" });
    const checked = await applicationProvider(api).check?.({} as ApplicationInputs, inputs);
    expect(checked?.failures).toEqual([
        {
            property: "",
            reason: 'region: the App Engine application of acme-dev is in mars-west1, and cannot be moved (got "europe-west1"). Set region: "mars-west1", or use another project.',
        },
    ]);
});

test("an application cannot be moved, unless it is that of another project", async () => {
    const { check } = on(new World());
    expect(await check(inputs, elsewhere)).toEqual([moved]);
    expect(await check(inputs, { ...inputs, iap })).toEqual([]);
    // Its API is disabled, so that there is none yet.
    expect(await check({ ...inputs, project: "acme-old" }, elsewhere)).toEqual([]);
    // One that was read has no region in its inputs.
    expect(await on(application()).check({ project: "acme-dev" }, elsewhere)).toEqual([moved]);
    expect(await on(application()).check({ project: "acme-dev" }, inputs)).toEqual([]);
    expect(await on(withSource()).check({}, inputs)).toEqual([]);
});

test("a preview does not wait for an API that is not available", async () => {
    let calls = 0;
    const unavailable = async () => {
        calls++;
        return new Response("{}", { status: 503, headers: { "content-type": "application/json" } });
    };
    const api = new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, unavailable as never);
    expect(await applicationProvider(api).check?.({} as ApplicationInputs, inputs)).toMatchObject({ failures: [] });
    expect(calls).toBe(1);
});

test.each<[string, Partial<ApplicationInputs>, object, object]>([
    ["nothing", {}, { changes: false, replaces: [] }, []],
    [
        "the state",
        { servingStatus: "USER_DISABLED" },
        { changes: true, replaces: [] },
        [["PATCH apps/acme-dev?updateMask=servingStatus", { servingStatus: "USER_DISABLED" }]],
    ],
    [
        "the SSL policy",
        { sslPolicy: "MODERN" },
        { changes: true, replaces: [] },
        [["PATCH apps/acme-dev?updateMask=sslPolicy", { sslPolicy: "MODERN" }]],
    ],
    [
        "Identity-Aware Proxy",
        { iap },
        { changes: true, replaces: [] },
        [["PATCH apps/acme-dev?updateMask=iap", { iap }]],
    ],
    ["a client of a proxy that is off", { iap: { ...iap, enabled: false } }, { changes: true, replaces: [] }, []],
])("a change of %s is sent alone", async (_, change, diff, changes) => {
    const { provider, create, changes: sent } = on(application());
    const before = await create();
    sent.length = 0;
    const after = { ...inputs, ...change };
    expect(await provider.diff?.("acme-dev", before, after)).toEqual(diff);
    expect(await provider.update?.("acme-dev", before, after)).toEqual({ outs: { ...after, ...computed } });
    expect(sent).toEqual(changes);
});

test("Identity-Aware Proxy is turned off", async () => {
    const { provider, create, changes } = on(application());
    const before = await create({ ...inputs, iap });
    changes.length = 0;
    await provider.update?.("acme-dev", before, inputs);
    expect(changes).toEqual([["PATCH apps/acme-dev?updateMask=iap", { iap: { enabled: false } }]]);
});

test("Identity-Aware Proxy that has not changed is not sent again", async () => {
    const { provider, create, changes } = on(application());
    const before = await create({ ...inputs, iap });
    changes.length = 0;
    await provider.update?.("acme-dev", before, { ...inputs, iap: { ...iap }, sslPolicy: "MODERN" });
    expect(changes).toEqual([["PATCH apps/acme-dev?updateMask=sslPolicy", { sslPolicy: "MODERN" }]]);
});

test("an application of another project is another one", async () => {
    const { provider } = on(new World());
    const before = { ...inputs, ...computed };
    expect(await provider.diff?.("acme-dev", before, { ...inputs, project: "acme-new" })).toEqual({
        changes: false,
        replaces: ["project"],
    });
});

test("an SSL policy that the API does not return is unchanged", async () => {
    const made = { ...inputs, ...computed };
    expect(await on(application()).provider.read?.("acme-dev", made)).toEqual({ id: "acme-dev", props: made });
});

test("a refresh reads what others have changed, and keeps the secret of a client", async () => {
    const { provider, create, call } = on(application());
    const made = await create({ ...inputs, iap });
    expect(await provider.read?.("acme-dev", made)).toEqual({ id: "acme-dev", props: made });
    const others = { servingStatus: "USER_DISABLED", sslPolicy: "MODERN", iap: { enabled: false } };
    await call("PATCH", "apps/acme-dev?updateMask=servingStatus,sslPolicy,iap", others);
    expect(await provider.read?.("acme-dev", made)).toEqual({ id: "acme-dev", props: { ...made, ...others } });
    const imported = await provider.read?.("acme-dev");
    expect(imported?.props).toMatchObject({ locationId: "europe-west", servingStatus: "USER_DISABLED", ...computed });
});

test("an application that is gone is found by a refresh, and one is never deleted", async () => {
    const { provider, changes } = on(withSource());
    const made = { ...inputs, ...computed };
    expect(await provider.read?.("acme-dev", made)).toEqual({ id: "" });
    await provider.delete?.("acme-dev", made);
    expect(changes).toEqual([]);
});
