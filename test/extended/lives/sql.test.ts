import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "../../deploy/deployment";

/** A function with a database, exports and replicas; `what` contains the changes of a test. */
const program = (what: Record<string, unknown> = {}) => `"use strict";
const { CloudSqlInstance, ServerlessFunction, StorageBucket } = require("slipway");
const { without, backup, ...more } = ${JSON.stringify(what)};

if (!without) {
    const sales = new CloudSqlInstance("sales", {
        databases: { predictions: {} },
        users: { reports: {} },
        iamUsers: { "group:data@acme.com": {} },
        replicas: { near: {}, far: { region: "europe-west4" } },
        exports: { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" },
        ...more,
    });
    new ServerlessFunction("predict", {
        source: "./predict",
        trigger: { http: {} },
        uses: { DATABASE: sales.client, REPORTS: sales.as({ user: "reports", replica: "near" }) },
    });
    exports.instance = sales.instance.name;
    exports.passwords = [sales.passwords.reports, sales.administrator].map(({ version }) => version.secretData);
    if (backup) {
        new CloudSqlInstance("cloned", { from: { clone: sales } });
        // The disk must be as large as that of which the backup is.
        new CloudSqlInstance("restored", { storage: { size: "50 GB" }, from: { backup, of: sales } });
    }
}
`;

function deployment(): Deployment {
    const stack = (kind: string) =>
        `config:\n  gcp:project: acme-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;
    const given = new Deployment({
        "Pulumi.yaml": "name: sales\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program(),
    });
    mkdirSync(given.file("predict"));
    writeFileSync(given.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
    return given;
}

const change = (given: Deployment, what: Record<string, unknown>) => given.edit("index.js", () => program(what));
const refused = async (given: Deployment, stack: string) => {
    const { code, output } = await given.run(["preview", "-s", stack]);
    expect(code).not.toBe(0);
    return output;
};

/** Resources that remain after destroy: those that others in the project can need, and the default network. */
const kept = /^([a-z]\w+|Service|ServiceIdentity) /;
const left = (given: Deployment) => given.existing().filter((each) => !kept.test(each));
const state = (given: Deployment, name: RegExp) =>
    given.resources().find(({ type, id }) => type.endsWith("DatabaseInstance") && name.test(id))?.properties;

const twoSteps =
    'protection "maximum" refuses this change. Make it in two steps: set protection: "none" and run pulumi up; then change the argument and run pulumi up again.';

describe("in development, an instance", () => {
    const dev = deployment();
    afterAll(() => dev.remove());

    test("is created with all of its resources, and a second up and a refresh change nothing", async () => {
        const { created } = await dev.up("dev");
        expect(await dev.again("dev")).toEqual({ unchanged: created });
    });

    test("is reachable by the function in the network, as the IAM user of its account", () => {
        const all = dev.resources();
        const { privateIpAddress, connectionName } = state(dev, /^sales-\w{6}$/) ?? {};
        const replica = state(dev, /^sales-near-/) ?? {};
        const served = all.find(({ type }) => type.endsWith(":Function"))?.properties.serviceConfig;
        expect(served).toMatchObject({
            environmentVariables: {
                DATABASE: `postgresql://predict-run%40acme-deve.iam@${privateIpAddress}:5432/predictions?sslmode=require`,
                DATABASE_INSTANCE: connectionName,
                DATABASE_CA: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
                REPORTS: `postgresql://reports@${replica.privateIpAddress}:5432/predictions?sslmode=require`,
                REPORTS_INSTANCE: replica.connectionName,
                REPORTS_CA: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
                REPORTS_PASSWORD_FILE: "/secrets/sales-reports/password",
            },
            secretVolumes: [{ mountPath: "/secrets/sales-reports", secret: "sales-reports" }],
        });
        expect(dev.existing().filter((each) => each.startsWith("User "))).toEqual([
            expect.stringMatching(/^User data@acme\.com\/\/sales-\w{6}$/),
            expect.stringMatching(/^User predict-run@acme-deve\.iam\/\/sales-\w{6}$/),
            expect.stringMatching(/^User reports\/\/sales-\w{6}$/),
        ]);
    });

    test("is created before the function, with its database and users", async () => {
        const served = (await dev.exported("dev")).find(({ type }) => type.endsWith(":Function"));
        const needed = served?.propertyDependencies?.serviceConfig?.map((urn) =>
            urn.split("::").slice(2).join(" ").split(/[:$]/).at(-1),
        );
        expect(needed).toEqual(expect.arrayContaining(["Database sales-predictions", "User sales-reports"]));
    });

    test("does not show its passwords anywhere", async () => {
        const told = await dev.run(["stack", "output", "passwords", "--show-secrets", "-s", "dev"]);
        const passwords: string[] = JSON.parse(told.output);
        expect(passwords).toHaveLength(2);
        const { output } = await dev.run(["stack", "export", "-s", "dev"]);
        const shown = await dev.run(["preview", "-s", "dev", "--diff", "--show-sames"]);
        for (const password of passwords) {
            expect(password).toMatch(/^[\w.~-]{32}$/);
            expect(output.includes(password)).toBe(false);
            expect(shown.output.includes(password)).toBe(false);
        }
    });

    test("keeps a disk that has grown", async () => {
        const { id } = dev.resources().find((each) => /^sales-\w{6}$/.test(each.id)) ?? { id: "" };
        await dev.cloud.set(id, "settings.diskSize", "37");
        await dev.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"]);
        expect(await dev.upAsPreviewed("dev")).toEqual([]);
        expect(state(dev, /^sales-\w{6}$/)).toMatchObject({ settings: { diskSize: 37 } });
    });

    test("is cloned and restored from a backup, with its databases", async () => {
        const { instance } = await dev.outputs("dev");
        change(dev, { backup: dev.cloud.backup(String(instance)) });
        await dev.up("dev");
        expect(await dev.preview("dev")).toEqual([]);
        expect(dev.existing().filter((each) => /\/(cloned|restored)-\w{6}\/databases\//.test(each))).toEqual([
            expect.stringMatching(/cloned-\w{6}\/databases\/predictions$/),
            expect.stringMatching(/restored-\w{6}\/databases\/predictions$/),
        ]);
        change(dev, {});
        await dev.up("dev");
    });

    test("warns of data loss, and is replaced by a new instance with a new name", async () => {
        const { instance } = await dev.outputs("dev");
        change(dev, { region: "europe-west3" });
        const { output } = await dev.run(["preview", "-s", "dev"]);
        expect(output).toContain(
            'warning: CloudSqlInstance "sales": another region replaces the instance, and its data is lost.',
        );
        change(dev, { databases: { other: {} } });
        expect((await dev.run(["preview", "-s", "dev"])).output).toContain(
            'warning: CloudSqlInstance "sales": databases: predictions is deleted, with all of its data.',
        );
        change(dev, {});
        expect((await dev.outputs("dev")).instance).toBe(instance);
    });

    test("is completely destroyed, and recreated while its old name is still reserved", async () => {
        await dev.destroy("dev");
        expect(left(dev)).toEqual([]);
        await dev.up("dev");
        await dev.destroy("dev");
        expect(left(dev)).toEqual([]);
    });
});

describe("in production, an instance", () => {
    const prod = deployment();
    afterAll(() => prod.remove());

    test("has a standby and is protected by Pulumi, the provider and Google", async () => {
        await prod.up("prod");
        expect(await prod.preview("prod")).toEqual([]);
        expect(state(prod, /^sales-\w{6}$/)).toMatchObject({
            deletionProtection: true,
            settings: {
                availabilityType: "REGIONAL",
                deletionProtectionEnabled: true,
                retainBackupsOnDelete: true,
                finalBackupConfig: { enabled: true, retentionDays: 365 },
                tier: "db-custom-2-8192",
            },
        });
    });

    test.each<[string, Record<string, unknown>, string, string]>([
        [
            "another region",
            { region: "europe-west3" },
            "another region replaces the instance, and its data is lost",
            "sql/change-replaces-instance",
        ],
        [
            "a removed database",
            { databases: { other: {} } },
            "databases: predictions is deleted, with all of its data",
            "sql/change-deletes-database",
        ],
        [
            "a restored backup",
            { from: { backup: 1, of: "other" } },
            "from: the backup overwrites the data of the instance",
            "sql/change-restores-backup",
        ],
        [
            "both steps at once",
            { region: "europe-west3", protection: "none" },
            "another region replaces the instance, and its data is lost",
            "sql/change-replaces-instance",
        ],
    ])("refuses %s at preview, and explains the two steps", async (_, what, why, id) => {
        change(prod, what);
        const output = await refused(prod, "prod");
        expect(output).toContain(`error: CloudSqlInstance "sales": ${why}. ${twoSteps}`);
        expect(output).toContain(`[${id}]`);
        expect(output).not.toMatch(/hook|unhandled exception/);
    });

    test("refuses to disable backups", async () => {
        change(prod, { backups: false });
        expect(await refused(prod, "prod")).toContain(
            'CloudSqlInstance "sales": backups: cannot be false with highAvailability. Remove backups.',
        );
    });

    test("refuses removal from the program, and destroy", async () => {
        change(prod, { without: true });
        expect(await refused(prod, "prod")).toMatch(/cannot be deleted\s+because it is protected/);
        change(prod, {});
        const { code, output } = await prod.run(["destroy", "-s", "prod", "--yes"]);
        expect(code).not.toBe(0);
        expect(output).toMatch(/cannot be deleted\s+because it is protected/);
        expect(await prod.preview("prod")).toEqual([]);
    });

    test("is destroyed in two steps", async () => {
        await prod.succeed(["config", "set", "slipway:protection", "off", "-s", "prod"]);
        await prod.up("prod");
        await prod.destroy("prod");
        expect(left(prod)).toEqual([]);
    });
});
