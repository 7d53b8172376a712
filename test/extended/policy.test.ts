import { join } from "node:path";
import { Deployment } from "../deploy/deployment";

const pack = join(__dirname, "..", "..", "policy", "pack");
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
        expect(findings(output)).toEqual(["mandatory storage-uniform-access data"]);
        expect(output).toContain("Set 'uniformBucketLevelAccess' to true.");
        expect(output).toContain(
            "CIS 4.0 5.2, CIS 5.0 5.2, CKV_GCP_29, https://cloud.google.com/storage/docs/uniform-bucket-level-access",
        );
        expect(code).not.toBe(0);
    });

    test("is only told about it in development", async () => {
        raw.edit("Pulumi.dev.yaml", (text) => `${text}  slipway:kind: development\n`);
        const { code, output } = await raw.run(withPack("preview", "-s", "dev"));
        expect(findings(output)).toEqual(["advisory storage-uniform-access data"]);
        expect(code).toBe(0);
    });
});

test("a starter complies in production", async () => {
    const starter = Deployment.starter("model-function");
    const { code, output } = await starter.run(withPack("preview", "-s", "prod"));
    expect(findings(output)).toEqual([]);
    expect(output).toContain("✅ slipway@v0.1.0");
    expect(code).toBe(0);
    await starter.remove();
});
