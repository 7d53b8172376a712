import { Deployment } from "../../deploy/deployment";

const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { EnvironmentProject } = require("slipway");
const { Folder } = require("@pulumi/gcp/organizations/folder");
const budget = { amount: 300, currency: "EUR", alertEmails: ["sales@acme.example"] };
const apis = ["run.googleapis.com"];
const of = {
    dev: () => ({ projectId: "acme-sales-dev", kind: "development", parent: { folder: folder() }, billingAccount, budget, apis }),
    prod: () => ({ projectId: "acme-sales-prod", kind: "production", parent: { organization: "1" }, billingAccount, budget }),
    old: () => ({ projectId: "acme-old", kind: "staging", adopt: true, lien: true, billingAccount, budget }),
    lost: () => ({ projectId: "acme-lost", kind: "staging", adopt: true }),
    unpaid: () => ({ projectId: "acme-old", kind: "staging", adopt: true, budget }),
};
const billingAccount = "012345-6789AB-CDEF01";
const folder = () => new Folder("sales", { displayName: "Sales", parent: "organizations/1", deletionProtection: false }).id;
const made = new EnvironmentProject(pulumi.getStack(), of[pulumi.getStack()]());
exports.entry = made.entry;
`;

const foundation = new Deployment({
    "Pulumi.yaml": "name: foundation\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    ...Object.fromEntries(["dev", "prod"].map((stack) => [`Pulumi.${stack}.yaml`, "config: {}\n"])),
    ...Object.fromEntries(
        ["old", "lost", "unpaid"].map((stack) => [`Pulumi.${stack}.yaml`, "config:\n  gcp:project: acme-old\n"]),
    ),
    "package.json": '{ "name": "foundation", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});
afterAll(() => foundation.remove());

/** The resources of a type, with their properties. */
const properties = (type: string) =>
    foundation
        .resources()
        .filter((resource) => resource.type.endsWith(`:${type}`))
        .map((resource) => resource.properties);

const entry = async (stack: string) => {
    const { output } = await foundation.run(["stack", "output", "--json", "-s", stack]);
    return JSON.parse(output.slice(output.indexOf("{"))).entry;
};

describe("a development project", () => {
    test("is created as previewed, has no further changes, and exports its values", async () => {
        const created = (await foundation.upAsPreviewed("dev")).length;
        expect(await foundation.again("dev")).toEqual({ unchanged: created });
        const [project] = properties("Project");
        expect(await entry("dev")).toEqual({ project: "acme-sales-dev", number: project?.number, kind: "development" });
    });

    test("has no network, and its default account is disabled", () => {
        const number = properties("Project")[0]?.number;
        expect(foundation.existing("acme-sales-dev").filter((each) => each.startsWith("networks"))).toEqual([]);
        const accounts = properties("DefaultServiceAccounts").map(({ serviceAccounts }) =>
            Object.values(serviceAccounts as object),
        );
        expect(accounts).toEqual([[`${number}-compute@developer.gserviceaccount.com`]]);
    });

    test("updates only its budget, and disables default accounts of newly enabled APIs", async () => {
        foundation.edit("index.js", (text) => text.replace("amount: 300", "amount: 350"));
        expect(await foundation.preview("dev")).toEqual(["update Budget dev"]);
        foundation.edit("index.js", (text) =>
            text.replace('"run.googleapis.com"', '"run.googleapis.com", "appengine.googleapis.com"'),
        );
        expect(await foundation.up("dev")).toMatchObject({ created: 1, updated: 1, replaced: 1 });
        expect(properties("Budget").map(({ amount }) => amount)).toEqual([
            { specifiedAmount: { currencyCode: "EUR", units: "350" } },
        ]);
    });

    test("is deleted with all of its resources, and its ID is reserved", async () => {
        await foundation.destroy("dev");
        expect(foundation.existing()).toEqual([]);
        const { code, output } = await foundation.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect(code).not.toBe(0);
        expect(output).toContain("error creating project acme-sales-dev (acme-sales-dev): googleapi: Error 409:");
        await foundation.destroy("dev");
    });
});

test("a production project refuses destroy until its protection is disabled", async () => {
    await foundation.up("prod");
    const before = foundation.existing();
    const { code, output } = await foundation.run(["destroy", "-s", "prod", "--yes"]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/Project::prod.* cannot be deleted[\s\S]*unprotect|cannot be deleted[\s\S]*protect/);
    expect(foundation.existing()).toEqual(before);
    await foundation.succeed(["config", "set", "-s", "prod", "slipway:protection", "off"]);
    expect(await foundation.upAsPreviewed("prod")).toEqual(["update Project prod"]);
    await foundation.destroy("prod");
    expect(foundation.existing()).toEqual([]);
});

describe("an adopted project", () => {
    test("remains unchanged, and gets the resources around it", async () => {
        const { created } = await foundation.up("old");
        expect(await foundation.up("old")).toEqual({ unchanged: created });
        expect(await entry("old")).toMatchObject({ project: "acme-old", kind: "staging" });
        const ofProject = () => foundation.existing("acme-old").map((each) => each.split(" ")[0]);
        const kept = ["projects", ...ofProject().filter((type) => type === "Service")].sort();
        const policies = Array.from({ length: 9 }, () => "Policy");
        const around = ["DefaultServiceAccounts", "IAMAuditConfig", "Lien", "NotificationChannel", "ServiceIdentity"];
        const types = [...around, ...policies];
        expect(ofProject().sort()).toEqual([...kept, ...types].sort());
        await foundation.destroy("old");
        expect(ofProject().sort()).toEqual(kept);
    });

    test.each([
        [
            "lost",
            'EnvironmentProject "lost": projectId: must be an existing, active project if adopt is set (got "acme-lost"). Remove adopt to create the project, or ask for a role on it.',
            "[resourcemanager/adopted-project-missing]",
        ],
        [
            "unpaid",
            'EnvironmentProject "unpaid": billingAccount: is missing, and the project has no visible billing account, which a budget needs. Set the billing account of the budget.',
            "[resourcemanager/billing-account-missing]",
        ],
    ])("is refused at preview if it is %s", async (stack, words, id) => {
        const { code, output } = await foundation.run(["preview", "-s", stack]);
        expect(code).not.toBe(0);
        expect(output).toContain(words);
        expect(output).toContain(id);
    });
});
