import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding, Surroundings } from "../../lib/doctor";
import { examine, formatted } from "../../lib/doctor";

const root = join(__dirname, "..", "..");
const parent = mkdtempSync(join(tmpdir(), "slipway-doctor-"));
const home = join(parent, "home");
const folder = join(parent, "program");
const write = (file: string, text: string) => {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
};

beforeAll(() => {
    cpSync(join(root, "examples", "model-function"), folder, { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    write(join(home, ".pulumi", "credentials.json"), '{ "current": "gs://acme-state" }');
    mkdirSync(join(home, ".pulumi", "plugins", "resource-gcp-v9.35.0"), { recursive: true });
    write(join(home, ".config", "gcloud", "application_default_credentials.json"), "{}");
});
afterAll(() => rmSync(parent, { recursive: true }));

/** A machine on which everything is right, except for what is given. */
const machine = (more: Partial<Surroundings> = {}): Surroundings => ({
    folder,
    home,
    env: { DOCKER_HOST: "tcp://10.0.0.2:2375" },
    node: "22.12.0",
    run: (command) => (command === "pulumi" ? "v3.259.0\n" : undefined),
    ...more,
});

const wrong = (findings: Finding[]) => findings.filter(({ state }) => state !== "ok");

test("finds nothing on a machine on which everything is right", () => {
    const findings = examine(machine());
    expect(wrong(findings)).toEqual([]);
    expect(findings).toContainEqual({
        check: "Stack prod",
        state: "ok",
        found: "acme-models-prod, europe-west1, production",
    });
    expect(findings).toContainEqual({ check: "Backend", state: "ok", found: "gs://acme-state" });
});

test.each<[string, Partial<Surroundings>, Finding]>([
    [
        "an old Node",
        { node: "18.20.0" },
        {
            check: "Node",
            state: "error",
            found: "18.20.0 is too old: slipway needs >=20",
            mend: "Install Node 22: https://nodejs.org/en/download",
        },
    ],
    [
        "an old Pulumi",
        { run: () => "v3.100.0\n" },
        {
            check: "Pulumi",
            state: "error",
            found: "3.100.0 is too old: slipway needs ^3.248.0",
            mend: "Install it: https://www.pulumi.com/docs/install/",
        },
    ],
    [
        "no Pulumi",
        { run: () => undefined },
        {
            check: "Pulumi",
            state: "warning",
            found: "is not in PATH; slipway local builds it if Go is installed",
            mend: "Install it: https://www.pulumi.com/docs/install/",
        },
    ],
    [
        "a proxy for this machine",
        { env: { https_proxy: "http://proxy:3128", no_proxy: "localhost", DOCKER_HOST: "tcp://10.0.0.2:2375" } },
        {
            check: "Proxy",
            state: "error",
            found: "https_proxy applies to 127.0.0.1, too, where the program calls Pulumi",
            // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
            mend: 'export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"',
        },
    ],
    [
        "no daemon that builds images",
        { env: { DOCKER_HOST: "unix:///nowhere/docker.sock" } },
        {
            check: "Docker",
            state: "warning",
            found: "there is no /nowhere/docker.sock, and images cannot be built",
            mend: "Start Docker, or set DOCKER_HOST",
        },
    ],
    [
        "credentials that do not exist",
        { env: { GOOGLE_APPLICATION_CREDENTIALS: "/nowhere/key.json", DOCKER_HOST: "tcp://10.0.0.2:2375" } },
        {
            check: "Google credentials",
            state: "error",
            found: "GOOGLE_APPLICATION_CREDENTIALS names /nowhere/key.json, which does not exist",
            mend: "gcloud auth application-default login",
        },
    ],
])("finds %s", (_, more, finding) => {
    expect(wrong(examine(machine(more)))).toEqual([finding]);
});

test("finds what a user has not done yet", () => {
    const findings = wrong(examine(machine({ home: join(parent, "nobody") })));
    expect(findings.map(({ check, mend }) => `${check}: ${mend}`)).toEqual([
        "Plugin: pulumi plugin install resource gcp 9.35.0",
        "Google credentials: gcloud auth application-default login",
        "Backend: pulumi login gs://<bucket>",
    ]);
});

describe("a program", () => {
    const other = join(parent, "other");
    beforeAll(() => {
        write(join(other, "Pulumi.yaml"), "name: other\nruntime: nodejs\n");
        write(join(other, "tsconfig.json"), "{}");
        write(join(other, "Pulumi.dev.yaml"), "config:\n  gcp:project: acme-dev\n  slipway:kind: test\n");
        write(join(other, "Pulumi.prod.yaml"), "encryptionsalt: v1:abc\nconfig:\n  gcp:project: acme-prod\n");
    });

    test("without packages and configuration", () => {
        expect(wrong(examine(machine({ folder: other })))).toEqual([
            {
                check: "@pulumi/gcp",
                state: "error",
                found: "is not installed",
                mend: "npm install @pulumi/gcp@^9.35.0",
            },
            {
                check: "@pulumi/pulumi",
                state: "error",
                found: "is not installed",
                mend: "npm install @pulumi/pulumi@^3.248.0",
            },
            {
                check: "typescript",
                state: "error",
                found: "is not installed",
                mend: "npm install --save-dev typescript@5.9 @types/node",
            },
            {
                check: "Stack dev",
                state: "error",
                found: 'slipway:kind must be one of development, staging, production (got "test")',
                mend: "pulumi config set slipway:kind development -s dev",
            },
            {
                check: "Stack prod",
                state: "warning",
                found: "has no gcp:region, slipway:kind, which an Environment needs unless its arguments have them",
                mend: "pulumi config set gcp:region <value> -s prod\npulumi config set slipway:kind <value> -s prod",
            },
            {
                check: "Passphrase",
                state: "warning",
                found: "is not set for the secrets of prod",
                mend: "export PULUMI_CONFIG_PASSPHRASE_FILE=<file>",
            },
        ]);
    });

    test("with a lock in a backend of files", () => {
        write(join(home, "state", ".pulumi", "locks", "organization", "model-function", "dev", "1.json"), "{}");
        const env = { PULUMI_BACKEND_URL: `file://${join(home, "state")}`, DOCKER_HOST: "tcp://10.0.0.2:2375" };
        expect(wrong(examine(machine({ env })))).toEqual([
            {
                check: "Locks",
                state: "warning",
                found: "a command changes the stack dev, or was killed",
                mend: "pulumi cancel -s dev",
            },
        ]);
    });

    test("that is not there", () => {
        expect(wrong(examine(machine({ folder: "/" })))).toEqual([
            {
                check: "Program",
                state: "error",
                found: "there is no Pulumi.yaml in / or its parent folders",
                mend: "npx slipway local new <starter> <folder>",
            },
        ]);
    });
});

test("what corrects a finding is below it", () => {
    const findings: Finding[] = [
        { check: "Node", state: "ok", found: "22.12.0" },
        { check: "Plugin", state: "warning", found: "is missing", mend: "one\ntwo" },
    ];
    expect(formatted(findings, false)).toBe(
        ["✓ Node    22.12.0", "! Plugin  is missing", "          → one", "          → two", ""].join("\n"),
    );
    expect(formatted(findings, true)).toContain("\u001b[33m!\u001b[0m Plugin");
});
