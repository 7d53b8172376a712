import { Deployment } from "../../deploy/deployment";

/** The effect of a change: an update, a restart or a replacement of the instance. */
type Kind = "update" | "restart" | "replacement";

/** For each argument that affects stored data: its old and new value, and the effect. */
const changes: Record<string, [before: object, now: object, kind: Kind]> = {
    audit: [{}, { audit: true }, "restart"],
    backups: [{}, { backups: { keep: 30 } }, "update"],
    encryption: [{}, { encryptionKey: "KEY" }, "replacement"],
    engine: [{}, { engine: "mysql" }, "replacement"],
    edition: [{ edition: "ENTERPRISE_PLUS" }, { tier: "db-custom-2-8192" }, "restart"],
    flag: [{}, { flags: { log_temp_files: 0 } }, "update"],
    "flag-restart": [{}, { flags: { max_connections: 200 } }, "restart"],
    grow: [{ storage: { autoIncrease: false } }, { storage: { autoIncrease: false, size: "50 GB" } }, "update"],
    ha: [{}, { highAvailability: true }, "restart"],
    hdd: [{}, { storage: { type: "PD_HDD" } }, "replacement"],
    insights: [{}, { insights: false }, "update"],
    "insights-length": [{}, { insights: { queryStringLength: 2048 } }, "restart"],
    maintenance: [{}, { maintenance: { window: { day: "sunday", start: "03:00" } } }, "update"],
    name: [{}, { name: "other" }, "replacement"],
    "own-network": [{ network: false, publicAddress: true }, {}, "restart"],
    pooling: [{ edition: "ENTERPRISE_PLUS" }, { edition: "ENTERPRISE_PLUS", connectionPooling: true }, "restart"],
    recovery: [{ backups: { pointInTimeRecovery: false } }, {}, "restart"],
    region: [{}, { region: "europe-west4" }, "replacement"],
    shrink: [{ storage: { size: "50 GB" } }, { storage: { size: "20 GB" } }, "update"],
    tier: [{}, { tier: "db-g1-small" }, "restart"],
    "to-public": [{}, { network: false, publicAddress: true }, "replacement"],
    version: [{ version: "16" }, { version: "17" }, "restart"],
    zone: [{ zone: "europe-west1-b" }, { zone: "europe-west1-c" }, "restart"],
};

const program = (which: 0 | 1) => `"use strict";
const { CryptoKey } = require("@pulumi/gcp/kms/cryptoKey");
const { KeyRing } = require("@pulumi/gcp/kms/keyRing");
const { CloudSqlInstance, Environment } = require("slipway");
const changes = ${JSON.stringify(changes)};
const environment = Environment.current();
const options = { provider: environment.provider, dependsOn: environment.enable("cloudkms.googleapis.com") };
const keyRing = new KeyRing("keys", { name: "keys", location: "europe-west1" }, options).id;
const key = new CryptoKey("key", { name: "key", keyRing }, options).id;
for (const [name, change] of Object.entries(changes)) {
    const { encryptionKey, ...args } = change[${which}];
    new CloudSqlInstance(name, { ...args, ...(encryptionKey && { encryptionKey: key }) });
}
`;

const dev = new Deployment({
    "Pulumi.yaml": "name: changes\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-changes\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "changes", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program(0),
});
afterAll(() => dev.remove());

/** The names of the instances with these effects. */
const of = (...kinds: Kind[]) =>
    Object.entries(changes)
        .filter(([, [, , kind]]) => kinds.includes(kind))
        .map(([name]) => name)
        .sort();

test("instances of all kinds are created", async () => {
    expect(await dev.up("dev")).toEqual({ created: expect.any(Number) });
});

test("a preview says for each change whether it updates, restarts or replaces the instance", async () => {
    dev.edit("index.js", () => program(1));
    const { output } = await dev.run(["preview", "-s", "dev", "--json"]);
    const { steps, diagnostics = [] } = JSON.parse(output.slice(output.indexOf("{")));
    const named = (op: string): string[] =>
        steps
            .filter((step: { op: string; urn: string }) => step.op === op && step.urn.includes("DatabaseInstance::"))
            .map(({ urn }: { urn: string }) => urn.split("::").at(-1));
    const told = (words: string) => {
        const texts = diagnostics.map(({ message }: { message: string }) => message).join("\n");
        return Object.keys(changes).filter((name) => {
            return new RegExp(`CloudSqlInstance "${name}": [^\\n]*${words}`).test(texts);
        });
    };
    expect({
        updated: named("update").sort(),
        replaced: named("replace").sort(),
        restarts: told("(restarts the instance|is upgraded)").sort(),
        lost: told("replaces the instance, and its data is lost").sort(),
    }).toEqual({
        // A disk with automatic increase is unchanged.
        updated: of("update", "restart").filter((name) => name !== "shrink"),
        replaced: of("replacement"),
        restarts: of("restart"),
        lost: of("replacement"),
    });
    expect(told("the disk grows automatically and never shrinks")).toEqual(["shrink"]);
});

test("one up makes all changes, and a second up changes nothing", async () => {
    await dev.up("dev");
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
});

test("everything is destroyed", async () => {
    await dev.destroy("dev");
    // The default network is created with its API, and keys cannot be deleted.
    const kept = /^([a-z]\w+|Service|ServiceIdentity|KeyRing|CryptoKey|CryptoKeyIAMMember) /;
    expect(dev.existing("acme-changes").filter((each) => !kept.test(each))).toEqual([]);
});
