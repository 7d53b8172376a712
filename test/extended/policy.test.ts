import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policies } from "slipway-policy";
import { run } from "../../local/toolchain/process";
import { Deployment } from "../deploy/deployment";

const pack = join(__dirname, "..", "..", "packages", "policy", "pack");
const withPack = (...args: string[]) => [...args, "--policy-pack", pack];

/** The findings that a command printed: `mandatory storage-uniform-access data`. */
const findings = (output: string) =>
    [...output.matchAll(/^ +- \[(\w+)\] +(\S+) +\(.*?: (\S+)\)$/gm)]
        .map(([, level, rule, name]) => `${level} ${rule} ${name}`)
        .sort();

describe("a program with only the provider", () => {
    const raw = Deployment.raw('new gcp.storage.Bucket("data", { location: "EU" });');
    afterAll(() => raw.remove());

    test("is refused in a stack without a kind, with the argument to set, the identifiers and a page", async () => {
        const { code, output } = await raw.run(withPack("preview", "-s", "dev"));
        expect(findings(output)).toEqual([
            "advisory storage-access-logs data",
            "advisory storage-versioning data",
            "mandatory storage-public-access-prevention data",
            "mandatory storage-uniform-access data",
        ]);
        expect(output).toContain("Set 'uniformBucketLevelAccess' to true.");
        expect(output).toContain(
            "CIS 4.0 5.2, CIS 5.0 5.2, CKV_GCP_29, https://cloud.google.com/storage/docs/uniform-bucket-level-access",
        );
        expect(code).not.toBe(0);
    });

    test("is only told about it in development", async () => {
        raw.edit("Pulumi.dev.yaml", (text) => `${text}  slipway:kind: development\n`);
        const { code, output } = await raw.run(withPack("preview", "-s", "dev"));
        expect(findings(output)).toEqual([
            "advisory storage-public-access-prevention data",
            "advisory storage-uniform-access data",
        ]);
        expect(code).toBe(0);
    });
});

test("a starter complies in production", async () => {
    const starter = Deployment.starter("model-function");
    const { code, output } = await starter.run(withPack("preview", "-s", "prod"));
    expect(findings(output)).toEqual([
        "advisory artifact-registry-with-own-key predict-images",
        "advisory storage-access-logs models",
        "advisory storage-access-logs predict-source",
        "advisory storage-no-forced-deletion predict-source",
    ]);
    expect(code).toBe(0);
    await starter.remove();
});

test.each([
    ["foundation", "acme"],
    ["model-app-engine", "prod"],
])(
    "the starter %s, with deployers or with a public address, complies as %s without exemptions",
    async (name, stack) => {
        const starter = Deployment.starter(name);
        const { code, output } = await starter.run(withPack("preview", "-s", stack));
        const found = findings(output);
        expect(found.filter((finding) => finding.startsWith("mandatory"))).toEqual([]);
        expect(found).toContainEqual(
            expect.stringMatching(/^advisory (iam-no-admin-service-accounts|sql-no-public-address) /),
        );
        expect(code).toBe(0);
        await starter.remove();
    },
);

test("a pack of a team has other levels and exemptions, and is written in TypeScript", async () => {
    const program = `
        new gcp.pubsub.Topic("sales");
        for (const name of ["legacy-prices", "prices"]) {
            new gcp.storage.Bucket(name, { location: "EU", publicAccessPrevention: "enforced" });
        }`;
    const raw = Deployment.raw(program);
    copyFileSync(raw.file("Pulumi.dev.yaml"), raw.file("Pulumi.prod.yaml"));
    const own = join(__dirname, "..", "..", "docs", "examples", "policy");
    const withOwn = (stack: string) => raw.run(["preview", "-s", stack, "--policy-pack", own]);
    const production = await withOwn("prod");
    expect(findings(production.output)).toEqual([
        "advisory storage-access-logs legacy-prices",
        "advisory storage-access-logs prices",
        "mandatory pubsub-with-own-key sales",
        "mandatory storage-uniform-access prices",
    ]);
    expect(production.code).not.toBe(0);
    const development = await withOwn("dev");
    expect(findings(development.output)).toEqual(["advisory storage-uniform-access prices"]);
    expect(development.code).toBe(0);
    await raw.remove();
});

test("what a preview does not know is refused before it is created", async () => {
    const raw = Deployment.raw(`
        const iam = new gcp.projects.Service("iam", { project: "acme-raw", service: "iam.googleapis.com" });
        const account = new gcp.serviceaccount.Account("shop", { accountId: "acme-shop" }, { dependsOn: iam });
        new gcp.projects.IAMMember("shop", { project: "acme-raw", role: "roles/owner", member: account.uniqueId.apply(() => account.member) });
    `);
    const role = (output: string) => findings(output).filter((finding) => finding.startsWith("mandatory"));
    const preview = await raw.run(withPack("preview", "-s", "dev"));
    expect({ code: preview.code, found: role(preview.output) }).toEqual({ code: 0, found: [] });
    const up = await raw.run(withPack("up", "-s", "dev", "--yes", "--skip-preview"));
    expect(role(up.output)).toEqual([
        "mandatory iam-no-basic-roles shop",
        "mandatory iam-no-self-granting-service-accounts shop",
    ]);
    expect(up.code).not.toBe(0);
    expect((await raw.exported("dev")).map(({ type }) => type)).not.toContain("gcp:projects/iAMMember:IAMMember");
    await raw.remove();
});

test("the package has what the pack runs with, and nothing of @pulumi/gcp or slipway", async () => {
    const root = join(__dirname, "..", "..");
    const folder = mkdtempSync(join(tmpdir(), "slipway-policy-"));
    const [packed] = JSON.parse(
        await run("npm", ["pack", "--json", "--pack-destination", folder, "./packages/policy"], { cwd: root }),
    );
    const folders = packed.files.map(({ path }: { path: string }) => path.split("/").slice(0, 2).join("/"));
    expect([...new Set(folders)].sort()).toEqual([
        "LICENSE",
        "README.md",
        "dist/policy",
        "pack/PulumiPolicy.yaml",
        "pack/index.js",
        "pack/package.json",
        "package.json",
    ]);
    await run("tar", ["xf", packed.filename], { cwd: folder });
    const installed = join(folder, "node_modules", "slipway-policy");
    cpSync(join(folder, "package"), installed, { recursive: true });
    const place = join(folder, "node_modules", "@pulumi");
    mkdirSync(place);
    for (const name of ["pulumi", "policy"]) {
        symlinkSync(join(root, "node_modules", "@pulumi", name), join(place, name));
    }
    const program = `console.log(require("slipway-policy").policies().length)`;
    const count = await run("node", ["-e", program], { cwd: folder });
    expect(Number(count)).toBe(policies().length);
    rmSync(folder, { recursive: true });
});
