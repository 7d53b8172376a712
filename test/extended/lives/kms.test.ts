import { Deployment } from "../../deploy/deployment";

const program = (...lines: string[]) => `import { CloudRunJob, KmsKey, PubSubTopic, StorageBucket } from "slipway";
${lines.join("\n")}
`;
const encrypted = [
    'const key = new KmsKey("sales", { labels: { team: "forecast" } });',
    'new StorageBucket("sales", { encryptionKey: key });',
    'new PubSubTopic("sales", { encryptionKey: key });',
    'new KmsKey("signing", { keyRing: key.keyRing, algorithm: "EC_SIGN_P256_SHA256" });',
    "export const id = key.id;",
];

/** The keys, the versions and their states: `sales/1 ENABLED`. */
const versions = (sales: Deployment) =>
    sales
        .resources()
        .filter(({ id }) => id.includes("/cryptoKeyVersions/"))
        .map(({ id, properties }) => {
            const [, key, version] = /cryptoKeys\/(\w+)-[0-9a-f]{6}\/cryptoKeyVersions\/(\d+)$/.exec(id) ?? [];
            return `${key}/${version} ${properties.state}`;
        })
        .sort();

describe.each(["dev", "prod"] as const)("keys as %s", (stack) => {
    const sales = new Deployment({
        "Pulumi.yaml": "name: sales\nruntime: nodejs\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.ts" }\n',
        "index.ts": program(...encrypted),
    });
    afterAll(() => sales.remove());
    let first: string;

    test("encrypt what is created after them, and a second up and a refresh change nothing", async () => {
        expect(await sales.upAsPreviewed(stack)).toEqual(expect.arrayContaining(["create CryptoKey sales"]));
        expect(await sales.again(stack)).toEqual({ unchanged: expect.any(Number) });
        expect(versions(sales)).toEqual(["sales/1 ENABLED", "signing/1 ENABLED"]);
        first = (await sales.outputs(stack)).id as string;
    });

    test("are updated in place", async () => {
        sales.edit("index.ts", (text) =>
            text.replace('{ team: "forecast" }', '{ team: "sales" }, rotation: { every: "30 days" }'),
        );
        expect(await sales.upAsPreviewed(stack)).toEqual(["update CryptoKey sales"]);
        sales.edit("index.ts", (text) => text.replace("EC_SIGN_P256_SHA256", "EC_SIGN_P384_SHA384"));
        expect(await sales.upAsPreviewed(stack)).toEqual(["update CryptoKey signing"]);
        expect(await sales.again(stack)).toEqual({ unchanged: expect.any(Number) });
    });

    test("are not deleted or replaced", async () => {
        const { code, output } = await sales.run(["destroy", "-s", stack, "--yes"]);
        expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining("cannot be deleted") });
        sales.edit("index.ts", (text) => text.replace("EC_SIGN_P384_SHA384", "HMAC_SHA256"));
        const replaced = await sales.run(["preview", "-s", stack]);
        expect(replaced.output).toContain("signing");
        expect(replaced.output).toMatch(/unable to replace resource|cannot be replaced/);
        sales.edit("index.ts", (text) => text.replace("HMAC_SHA256", "EC_SIGN_P384_SHA384"));
        expect(versions(sales)).toEqual(["sales/1 ENABLED", "signing/1 ENABLED"]);
    });

    test("are destroyed without the protection, after a delay", async () => {
        await sales.takeDown(stack);
        expect(versions(sales)).toEqual(["sales/1 DESTROY_SCHEDULED", "signing/1 DESTROY_SCHEDULED"]);
        expect(sales.remaining()).toEqual([]);
    });

    test("is created again after it was destroyed, with other names", async () => {
        await sales.up(stack);
        expect((await sales.outputs(stack)).id).not.toBe(first);
        expect(versions(sales)).toEqual([
            "sales/1 DESTROY_SCHEDULED",
            "sales/1 ENABLED",
            "signing/1 DESTROY_SCHEDULED",
            "signing/1 ENABLED",
        ]);
    });
});
