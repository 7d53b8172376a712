import type { ServiceArgs } from "@pulumi/gcp/cloudrunv2/service";
import * as pulumi from "@pulumi/pulumi";
import { CloudRunService, Secret } from "slipway";
import { type DeployedService, lookUpService, revisionName } from "../../../lib/run/revision";
import { resolveTraffic, trafficArgs } from "../../../lib/run/traffic";
import { registered } from "../registered";
import { type Deployed, deployed, image, made, revision, serving, to } from "../serving";

interface Service {
    template: { revision: string };
    traffics: object[];
}

/** The service of a program, after one is deployed. */
async function serviceOf(program: () => unknown, before?: Deployed, more: object = {}): Promise<Service> {
    const all = await registered(program, { ...(before && deployed(before)), ...more });
    return all["Service web"] as Service;
}

const nameOf = async (program: () => unknown, before?: Deployed) =>
    (await serviceOf(program, before)).template.revision;

test("the revision has the same name in each run, on each machine", async () => {
    const before = { created: revision, ready: revision, shares: { [revision]: 100 } };
    expect(await registered(() => serving(), deployed(before))).toEqual(made);
});

const changes: [string, object][] = [
    ["the image", { image: `docker.io/acme/web@sha256:${"0b".repeat(32)}` }],
    ["a variable", { env: { LEVEL: "info" } }],
    ["labels", { labels: { team: "shop" } }],
    ["what a transform sets", { transform: { service: { annotations: { by: "us" } } } }],
    ["a part of the template that a transform sets", { transform: { service: { template: { timeout: "10s" } } } }],
];

test.each(changes)("a change of %s is another revision, and taking it back is the earlier one", async (_, args) => {
    const changed = await nameOf(() => serving(args), { created: revision, ready: revision, shares: {} });
    expect(changed).toMatch(/^web-[0-9a-f]{10}$/);
    expect(changed).not.toBe(revision);
    const back = await serviceOf(() => serving(), { created: changed, ready: changed, shares: { [changed]: 100 } });
    expect(back.template.revision).toBe(revision);
    expect(back.traffics).toEqual([to(revision, 100), to(changed, 0, "previous")]);
});

test("a change of the service's instances alone is another revision, as the API refuses it for the same one", async () => {
    const one = await nameOf(() => serving({ scaling: { min: 0, max: 3 } }));
    const other = await nameOf(() => serving({ scaling: { min: 1, max: 3 } }));
    expect(one).toBe(revision);
    expect(other).not.toBe(revision);
});

const without: [string, object][] = [
    ["who may call", { public: true }],
    ["ingress", { ingress: "internal" }],
    ["the description", { description: "The shop." }],
    ["the traffic", { traffic: { tags: { candidate: "latest" } } }],
    ["audiences", { customAudiences: ["https://shop.acme.dev"] }],
];

test.each(without)("a change of %s needs no other revision", async (_, args) => {
    expect(await nameOf(() => serving(args))).toBe(revision);
});

test("the order of variables does not matter", async () => {
    const one = await nameOf(() => serving({ env: { A: "1", B: "2" } }));
    expect(await nameOf(() => serving({ env: { B: "2", A: "1" } }))).toBe(one);
});

test("the name is known at preview if everything in the revision is, and is no secret", async () => {
    const account = { existing: "ServiceAccount", account: { email: "web@acme-dev.iam.gserviceaccount.com" } };
    const program = () => serving({ account, env: { SALT: pulumi.secret("sea") } });
    const { template, traffics } = await serviceOf(program, undefined, { preview: true });
    expect(template.revision).toMatch(/^web-[0-9a-f]{10}$/);
    expect(traffics).toEqual([to(template.revision, 100)]);
});

test("a new version of a secret is another revision", async () => {
    const using = (version: string) => () => {
        const secret = new Secret("key", { value: pulumi.secret("1") });
        const { reader } = secret;
        const [attachment] = reader.attachments;
        return serving({ uses: { KEY: { ...reader, attachments: [{ ...attachment, version }] } } });
    };
    expect(await nameOf(using("1"))).not.toBe(await nameOf(using("2")));
});

test("a template that a transform makes an output has the same revision", async () => {
    const service = (args: ServiceArgs) => {
        args.template = pulumi.output(args.template);
    };
    expect(await registered(() => serving({ transform: { service } }))).toEqual(made);
});

test("a revision of the program's own name is kept", async () => {
    expect(await nameOf(() => serving({ transform: { service: { template: { revision: "web-mine" } } } }))).toBe(
        "web-mine",
    );
});

const content = { template: {} };
const name = revisionName("web", content, { shares: {} });

const attempts: [string, Partial<DeployedService>, string][] = [
    ["before the first deployment", {}, name],
    ["after another revision", { created: "web-0123456789", ready: "web-0123456789" }, name],
    ["while it is ready", { created: name, ready: name }, name],
    ["after it did not start", { created: name, ready: "web-0123456789" }, `${name}-2`],
    ["after the first revision of all did not start", { created: name, ready: undefined }, `${name}-2`],
    ["after a second attempt that started", { created: `${name}-2`, ready: `${name}-2` }, `${name}-2`],
    ["after a second attempt that did not start", { created: `${name}-2`, ready: "web-0123456789" }, `${name}-3`],
    ["after a tenth attempt", { created: `${name}-10`, ready: "web-0123456789" }, `${name}-11`],
    ["after one that only begins like it", { created: `${name}x`, ready: `${name}x` }, name],
];

test.each(attempts)("%s, the revision %j is called %s", (_, before, expected) => {
    expect(revisionName("web", content, { shares: {}, ...before })).toBe(expected);
});

test("a revision that did not start and was corrected keeps the traffic where it was", async () => {
    const failed = { created: "web-0123456789", ready: revision, shares: { [revision]: 100 } };
    const mended = await serviceOf(() => serving({ port: 9090 }), failed);
    expect(mended.traffics).toEqual([to(mended.template.revision, 100), to(revision, 0, "previous")]);
    const again = await serviceOf(() => serving(), { ...failed, created: revision, ready: "web-0123456789" });
    expect(again.template.revision).toBe(`${revision}-2`);
});

/** Each step of a rollout, from what the one before left behind. */
const steps: [string, object, string, Omit<DeployedService, "created" | "ready">, object[]][] = [
    ["the first revision gets everything", {}, "a", { shares: {} }, [to("a", 100)]],
    [
        "the first revision gets the share of a previous one, too",
        { split: { latest: 10, previous: 90 } },
        "a",
        { shares: {} },
        [to("a", 100)],
    ],
    [
        "the first revision has the tags of a previous one, too",
        { tags: { stable: "previous" } },
        "a",
        { shares: {} },
        [to("a", 100), to("a", 0, "stable")],
    ],
    ["the next one keeps a way back", {}, "b", { shares: { a: 100 } }, [to("b", 100), to("a", 0, "previous")]],
    [
        "and so it does in the next run",
        {},
        "b",
        { shares: { b: 100 }, tagged: "a" },
        [to("b", 100), to("a", 0, "previous")],
    ],
    [
        "a canary",
        { split: { latest: 10, previous: 90 } },
        "c",
        { shares: { b: 100 }, tagged: "a" },
        [to("c", 10), to("b", 90)],
    ],
    [
        "a canary of one percent",
        { split: { latest: 1, previous: 99 } },
        "c",
        { shares: { b: 100 }, tagged: "a" },
        [to("c", 1), to("b", 99)],
    ],
    [
        "the same canary in the next run",
        { split: { latest: 10, previous: 90 } },
        "c",
        { shares: { c: 10, b: 90 } },
        [to("c", 10), to("b", 90)],
    ],
    [
        "a third revision in the middle of a canary takes the place of the half-tried one",
        { split: { latest: 10, previous: 90 } },
        "d",
        { shares: { c: 10, b: 90 } },
        [to("d", 10), to("b", 90)],
    ],
    [
        "a canary that is widened",
        { split: { latest: 50, previous: 50 } },
        "d",
        { shares: { d: 10, b: 90 } },
        [to("d", 50), to("b", 50)],
    ],
    ["a canary that won", {}, "d", { shares: { d: 50, b: 50 } }, [to("d", 100), to("b", 0, "previous")]],
    ["back at once", { split: { latest: 0, previous: 100 } }, "d", { shares: { d: 100 }, tagged: "b" }, [to("b", 100)]],
    ["still back in the next run", { split: { previous: 100 } }, "d", { shares: { b: 100 } }, [to("b", 100)]],
    [
        "an earlier revision again, which had the way back",
        {},
        "a",
        { shares: { b: 100 }, tagged: "a" },
        [to("a", 100), to("b", 0, "previous")],
    ],
    ["the latest one by way of the tag alone", {}, "a", { shares: { a: 100 }, tagged: "a" }, [to("a", 100)]],
    [
        "a revision by its name",
        { split: { latest: 20, x: 80 } },
        "b",
        { shares: { a: 100 } },
        [to("b", 20), to("x", 80), to("a", 0, "previous")],
    ],
    [
        "tags",
        { split: { latest: 0, previous: 100 }, tags: { candidate: "latest", stable: "previous", old: "x" } },
        "b",
        { shares: { a: 100 } },
        [to("a", 100), to("b", 0, "candidate"), to("a", 0, "stable"), to("x", 0, "old")],
    ],
];

test.each(steps)("traffic: %s", (_, traffic, latest, before, expected) => {
    expect(trafficArgs("web", resolveTraffic(traffic), latest, before)).toEqual(expected);
});

test("a name that leaves no room for the tag has no way back, as the API would refuse it", () => {
    const before = { shares: { a: 100 } };
    expect(trafficArgs("w".repeat(38), resolveTraffic(), "b", before)).toEqual([to("b", 100), to("a", 0, "previous")]);
    expect(trafficArgs("w".repeat(39), resolveTraffic(), "b", before)).toEqual([to("b", 100)]);
});

test("a long name is shortened so that the tag fits", async () => {
    const component = "w".repeat(60);
    const all = await registered(() => new CloudRunService(component, { image }));
    expect(all[`Service ${component}`]).toMatchObject({ name: expect.stringMatching(/^w{31}-[0-9a-f]{6}$/) });
});

test.each([
    ["one percent", 1, [to(revision, 100), to("web-0123456789", 0, "previous")]],
    ["no traffic", 0, [to(revision, 100)]],
])("a revision with %s beside the latest", async (_, percent, traffics) => {
    const before = {
        created: revision,
        ready: revision,
        shares: { [revision]: 100 - percent, "web-0123456789": percent },
    };
    expect((await serviceOf(() => serving(), before)).traffics).toEqual(traffics);
});

test("traffic to the latest revision, deployed by other means, is that of the revision", async () => {
    const call = (token: string) =>
        token.endsWith(":getService")
            ? {
                  latestCreatedRevision: "services/web/revisions/web-00003-abc",
                  latestReadyRevision: "services/web/revisions/web-00003-abc",
                  trafficStatuses: [
                      { revision: "", percent: 100, tag: "", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" },
                  ],
              }
            : undefined;
    const { "Service web": service } = await registered(() => serving(), { call });
    expect(service).toMatchObject({ traffics: [to(revision, 100), to("web-00003-abc", 0, "previous")] });
});

/** What is found of a service. */
async function foundOf(service: object): Promise<DeployedService | undefined> {
    let found: DeployedService | undefined;
    const place = { project: "acme-dev", location: "europe-west1", name: "web" };
    await registered(
        async () => {
            found = await lookUpService('CloudRunService "web"', place, {});
        },
        { call: () => service },
    );
    return found;
}

test("the traffic of a revision is the sum of its shares, and the way back is the one with its tag", async () => {
    const path = (name: string) => `projects/acme-dev/locations/europe-west1/services/web/revisions/${name}`;
    const found = await foundOf({
        latestCreatedRevision: path("web-3"),
        latestReadyRevision: path("web-2"),
        trafficStatuses: [
            { revision: "web-2", percent: 60, tag: "" },
            { revision: "web-2", percent: 30, tag: "stable" },
            { revision: path("web-1"), percent: 10, tag: "" },
            { revision: "web-0", percent: 0, tag: "previous" },
        ],
    });
    expect(found).toEqual({
        created: "web-3",
        ready: "web-2",
        shares: { "web-2": 90, "web-1": 10, "web-0": 0 },
        tagged: "web-0",
    });
});

test("a service of which no revision has ever been ready has no traffic", async () => {
    expect(await foundOf({ latestReadyRevision: "", trafficStatuses: [{ revision: "", percent: 100 }] })).toEqual({
        created: undefined,
        ready: undefined,
        shares: {},
        tagged: undefined,
    });
    expect(await foundOf({})).toEqual({ created: undefined, ready: undefined, shares: {}, tagged: undefined });
});

const missing = [
    "Error when reading or editing Service: googleapi: Error 404: Resource 'web' of kind 'SERVICE' does not exist",
    "projects/acme-dev/locations/europe-west1/services/web not found",
    "Cloud Run Admin API has not been used in project 123 before or it is disabled. SERVICE_DISABLED",
];

/** Throws the error of a lookup. */
const failing = (words: string) => (token: string) => {
    if (token.endsWith(":getService")) {
        throw Object.assign(new Error(words), { details: words });
    }
    return undefined;
};

test.each(missing)("there is no earlier revision if the lookup fails with %j", async (words) => {
    expect(await registered(() => serving(), { call: failing(words) })).toEqual(made);
});
