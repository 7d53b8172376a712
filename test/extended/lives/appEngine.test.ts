import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Version } from "../../../lib/appengine/admin/versions";
import { AdminApi } from "../../../lib/internal/adminApi/adminApi";
import type { Fault } from "../../../local";
import { serveProgramApis } from "../../../local/runtime/emulator/programApis";
import { Deployment } from "../../deploy/deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-shop-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

/** An application with services of both environments and all other resources. */
const program = `"use strict";
const { AppEngineApp, ContainerImage, ContainerRegistry, Network } = require("slipway");
const registry = new ContainerRegistry("app");
const digest = "sha256:" + "a".repeat(64);
const predict = new ContainerImage("predict", { registry, digest });
const app = new AppEngineApp("shop", {
    services: {
        default: {

            source: "./web",
            env: { COLOUR: "red" },
            uses: { MAILS: { queue: "mails" }, PREDICTIONS: { service: "predictions" } },
            traffic: { split: { latest: 100 } },
            keep: 3,
        },
        predictions: { flexible: true, image: predict, env: { MODEL: "1" }, scaling: 1 },
        staging: { source: "./web", ingress: "internal" },
    },
    dispatch: [{ url: "*/predict/*", service: "predictions" }],
    domains: { "shop.acme.dev": {} },
    firewall: { default: "deny", rules: { 1000: { action: "allow", range: "203.0.113.0/24" } } },
    cron: { retrain: { cron: "every 24 hours", path: "/tasks/retrain" } },
    queues: { mails: { rate: 5 } },
    iap: { members: ["group:shop@acme.dev"] },
});
exports.url = app.url;
exports.version = app.services.default.versionId;
exports.model = app.services.predictions.versionId;
exports.allocations = app.services.default.rollout.allocations;
exports.predictions = app.services.predictions.rollout.allocations;
exports.previous = app.services.default.rollout.previous;
`;

function shop(environment?: NodeJS.ProcessEnv): Deployment {
    const files = {
        "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    };
    const deployment = new Deployment(files, environment);
    mkdirSync(deployment.file("web/static"), { recursive: true });
    writeFileSync(deployment.file("web/main.py"), "from flask import Flask\n\napp = Flask(__name__)\n");
    writeFileSync(deployment.file("web/requirements.txt"), "flask\ngunicorn\n");
    writeFileSync(deployment.file("web/static/shop.css"), "body { color: red }\n");
    return deployment;
}

/** Calls the Admin API outside of Pulumi. */
async function callAdminApi<Answer>(deployment: Deployment, ask: (api: AdminApi) => Promise<Answer>): Promise<Answer> {
    const cloud = join(deployment.place.home, "cloud");
    const { environment, close } = await serveProgramApis(
        { cloud, settings: { immediate: true } },
        undefined,
        () => undefined,
    );
    try {
        return await ask(new AdminApi(environment, fetch));
    } finally {
        close();
    }
}

/** The versions of a service with their serving status. */
const versions = (deployment: Deployment, service: string, project = "acme-shop-deve") =>
    callAdminApi(deployment, async (api) => {
        const all = await api.list<Version>(`apps/${project}/services/${service}/versions`, "versions");
        return all.map(({ id, servingStatus }) => `${id} ${servingStatus}`).sort();
    });

/** The IDs of the versions. */
const ids = async (deployment: Deployment, service: string) =>
    (await versions(deployment, service)).map((each) => each.split(" ")[0] as string);

const unchanged = { unchanged: expect.any(Number) };

describe("an application in development", () => {
    const deployment = shop();
    afterAll(() => deployment.remove());
    let text = program;
    const edit = (from: string, to: string) => {
        expect(text).toContain(from);
        text = text.replace(from, to);
        deployment.edit("index.js", () => text);
    };
    const latest = async () => String((await deployment.outputs("dev")).version);
    const allocations = async () => (await deployment.outputs("dev")).allocations as unknown as Record<string, number>;
    const known: string[] = [];

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        known.push(await latest());
        expect(await allocations()).toEqual({ [known[0] as string]: 1 });
        expect((await deployment.outputs("dev")).url).toBe("https://acme-shop-deve.ew.r.appspot.com");
    });

    test("creates new versions only of changed services", async () => {
        edit('COLOUR: "red"', 'COLOUR: "blue"');
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace StandardAppVersion shop-default",
            "update Rollout shop-default",
        ]);
        known.push(await latest());
        expect(await allocations()).toEqual({ [known[1] as string]: 1 });
        expect(await versions(deployment, "default")).toEqual(known.map((each) => `${each} SERVING`).sort());
    });

    test("uploads only changed files", async () => {
        writeFileSync(deployment.file("web/static/shop.css"), "body { color: blue }\n");
        const steps = await deployment.upAsPreviewed("dev");
        expect(steps.filter((step) => step.includes("BucketObject"))).toEqual([
            expect.stringMatching(/^create BucketObject shop-/),
            expect.stringMatching(/^delete BucketObject shop-/),
        ]);
        expect(steps.filter((step) => step.startsWith("update"))).toEqual([
            "update Rollout shop-default",
            "update Rollout shop-staging",
        ]);
        known.push(await latest());
    });

    test("gives a new version some of the traffic, then more, then all, and rolls back immediately", async () => {
        const [, , before] = known;
        edit('COLOUR: "blue"', 'COLOUR: "green"');
        edit("split: { latest: 100 }", "split: { latest: 10, previous: 90 }");
        await deployment.up("dev");
        const now = await latest();
        known.push(now);
        expect(await allocations()).toEqual({ [now]: 0.1, [String(before)]: 0.9 });

        const steps: [string, string, Record<string, number>][] = [
            ["latest: 10, previous: 90", "latest: 50, previous: 50", { [now]: 0.5, [String(before)]: 0.5 }],
            ["latest: 50, previous: 50", "latest: 100", { [now]: 1 }],
            ["latest: 100", "previous: 100", { [String(before)]: 1 }],
        ];
        for (const [from, to, shares] of steps) {
            edit(from, to);
            expect(await deployment.up("dev")).toEqual({ updated: 1, ...unchanged });
            expect(await allocations()).toEqual(shares);
        }
        expect(await deployment.up("dev")).toEqual(unchanged);
    });

    test("keeps the configured number of versions, and those that serve", async () => {
        expect(await ids(deployment, "default")).toEqual(known.slice(1).sort());
        edit("keep: 3", "keep: 1");
        edit("previous: 100", "latest: 100");
        await deployment.up("dev");
        // The latest version, and that of the rollback.
        expect(await ids(deployment, "default")).toEqual(known.slice(2).sort());
    });

    test("stops a flexible version without traffic, and starts it when it gets traffic again", async () => {
        const first = String((await deployment.outputs("dev")).model);
        edit('MODEL: "1"', 'MODEL: "2"');
        await deployment.up("dev");
        const second = String((await deployment.outputs("dev")).model);
        expect(await versions(deployment, "predictions")).toEqual([`${first} STOPPED`, `${second} SERVING`].sort());
        edit("scaling: 1 }", "scaling: 1, traffic: { split: { previous: 100 } } }");
        await deployment.up("dev");
        expect((await deployment.outputs("dev")).predictions).toEqual({ [first]: 1 });
        expect(await versions(deployment, "predictions")).toEqual([`${first} SERVING`, `${second} SERVING`].sort());
        expect(await deployment.again("dev")).toEqual(unchanged);
    });

    test("detects traffic that was moved by hand, and moves it back", async () => {
        const [, , before, now] = known;
        const body = { split: { allocations: { [String(before)]: 1 } } };
        const path = "apps/acme-shop-deve/services/default";
        await callAdminApi(deployment, (api) => api.change("PATCH", path, { query: { updateMask: "split" }, body }));
        expect(await deployment.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"])).toMatchObject({
            updated: 1,
        });
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Rollout shop-default"]);
        expect(await allocations()).toEqual({ [String(now)]: 1 });
    });

    test("refuses a missing version and another location at preview", async () => {
        edit("split: { latest: 100 }", "split: { latest: 50, v00000000: 50 }");
        const missing = await deployment.run(["preview", "-s", "dev"]);
        expect(missing.code).not.toBe(0);
        expect(missing.output).toMatch(
            /traffic\.split\.v00000000: the service "default" has no version "v00000000"\. It has v/,
        );
        edit("split: { latest: 50, v00000000: 50 }", "split: { latest: 100 }");
        edit("services: {", 'region: "us-central1", services: {');
        edit("flexible: true, image: predict,", "flexible: true, image: predict, network: elsewhere,");
        const network =
            'const elsewhere = new Network("elsewhere", { subnets: { apps: { region: "us-central1", range: "10.9.0.0/24" } } });\n';
        edit("const app = ", `${network}const app = `);
        const moved = await deployment.run(["preview", "-s", "dev"]);
        expect(moved.output).toContain(
            'region: the App Engine application of acme-shop-deve is in europe-west1, and cannot be moved (got "us-central1"). Set region: "europe-west1", or use another project.',
        );
        edit('region: "us-central1", services: {', "services: {");
        edit("network: elsewhere,", "");
        edit(network, "");
    });

    test("deletes a service that is removed from the program", async () => {
        edit('        staging: { source: "./web", ingress: "internal" },\n', "");
        await deployment.up("dev");
        expect(deployment.existing().filter((each) => each.includes("services/staging"))).toEqual([]);
    });

    test("keeps the application and the serving version of its default service, without what costs", async () => {
        await deployment.succeed(["destroy", "-s", "dev", "--yes"]);
        const made = deployment.existing().filter((each) => !/^([a-z]|Service|ServiceIdentity) ?/.test(each));
        expect(made).toEqual([
            "Application acme-shop-deve",
            `StandardAppVersion apps/acme-shop-deve/services/default/versions/${known.at(-1)}`,
        ]);
    });

    test("is adopted by the next up, with the same result as before", async () => {
        const { created } = await deployment.up("dev");
        expect(created).toBeGreaterThan(0);
        expect(await allocations()).toEqual({ [await latest()]: 1 });
        expect(await deployment.preview("dev")).toEqual([]);
    });
});

describe("an application in production", () => {
    const deployment = shop();
    afterAll(() => deployment.remove());

    test("is deployed, and refuses to delete services before anything is deleted", async () => {
        await deployment.up("prod");
        expect(await deployment.preview("prod")).toEqual([]);
        deployment.edit("index.js", (text) => text.replace(/^ {8}staging: .*\n/m, ""));
        const { code, output } = await deployment.run(["preview", "-s", "prod"]);
        expect([code !== 0, output]).toEqual([true, expect.stringMatching(/shop-staging.* cannot be deleted/s)]);
        expect(await versions(deployment, "staging", "acme-shop-prod")).toHaveLength(1);
    });
});

describe("a failing deployment", () => {
    // Pulumi is killed, and must find in the state what it did.
    const deployment = shop({ PULUMI_SKIP_CHECKPOINTS: "false" });
    afterAll(() => deployment.remove());
    /** An `up` of changed code with these faults. */
    const failing = (...faults: Fault[]) => {
        writeFileSync(deployment.file("web/main.py"), `# ${JSON.stringify(faults)}\napp = None\n`);
        return deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"], {}, { faults: { faults, speed: 1000 } });
    };

    test("is retried if the failure is temporary, without any effect", async () => {
        const answers = {
            "apps.get": 500,
            "apps.create": 503,
            "services.get": 429,
            "services.patch": "cut",
            "operations.get": 502,
        };
        const faults = Object.entries(answers).map(([call, answer]) => {
            const type = `appengine.${call.startsWith("apps.") ? call : `apps.${call}`}`;
            const verb = call.endsWith("get") ? "read" : call.endsWith("create") ? "create" : "update";
            return { verb, type, answer, call: 1 } as Fault;
        });
        const lost: Fault = { verb: "create", type: "appengine.apps.create", answer: "drop", call: 2 };
        const { code, output } = await failing(...faults, lost);
        expect([code, output]).toEqual([0, expect.stringMatching(/\d+ created/)]);
    });

    const broken: [string, Fault][] = [
        [
            "while a version is created",
            { verb: "create", type: "gcp:appengine/standardAppVersion:StandardAppVersion", answer: "lose" },
        ],
        ["while traffic is migrated", { verb: "update", type: "appengine.apps.services.patch", answer: 403 }],
        [
            "while traffic is migrated, by a kill",
            { verb: "update", type: "appengine.apps.services.patch", answer: "kill" },
        ],
        [
            "while old versions are deleted",
            { verb: "delete", type: "appengine.apps.services.versions.delete", answer: 403 },
        ],
    ];
    test.each(broken)("%s, it is completed by the next up", async (_, fault) => {
        deployment.edit("index.js", (text) => text.replace(/keep: \d/, "keep: 2"));
        const { code, output } = await failing({ call: 1, ...fault });
        expect([code === 0, output]).toEqual([false, expect.any(String)]);
        // A killed command leaves the stack's lock; see docs/failures.md.
        await deployment.run(["cancel", "-s", "dev", "--yes"]);
        await deployment.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview", "--clear-pending-creates"]);
        await deployment.up("dev");
        expect(await deployment.preview("dev")).toEqual([]);
        const { version, allocations } = await deployment.outputs("dev");
        expect(allocations).toEqual({ [String(version)]: 1 });
        expect(await ids(deployment, "default")).toHaveLength(2);
    });
});
