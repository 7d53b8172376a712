import { Deployment } from "./deployment";

const program = (
    ...lines: string[]
) => `import { CloudRunJob, ContainerRegistry, PackageRegistry, Secret } from "slipway";
const image = "docker.io/acme/train@sha256:${"9".repeat(64)}";
${lines.join("\n")}
`;
const registries = [
    'const own = new PackageRegistry("own", { format: "python", cleanup: { keep: 5, olderThan: "90 days" } });',
    'const pypi = new PackageRegistry("pypi", { format: "python", remote: "pypi" });',
    'const packages = new PackageRegistry("packages", { format: "python", upstreams: [own, pypi] });',
    'const images = new ContainerRegistry("images", { cleanup: { rules: { releases: { keep: "all", tags: ["v"] } } } });',
    'const password = new Secret("token", { generate: { length: 20 } });',
    'const credentials = { username: "acme", password };',
    'const ghcr = new PackageRegistry("ghcr", { format: "docker", remote: { source: "https://ghcr.io", credentials } });',
    'new PackageRegistry("all-images", { format: "docker", upstreams: [images, ghcr] });',
    'new PackageRegistry("jars", { format: "maven", maven: { versionPolicy: "release" } });',
    'new CloudRunJob("train", { image, uses: { PIP_INDEX_URL: packages.reader } });',
    "export const index = packages.indexUrl;",
];

describe.each(["dev", "prod"] as const)("registries of packages as %s", (stack) => {
    const sales = new Deployment({
        "Pulumi.yaml": "name: sales\nruntime: nodejs\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.ts" }\n',
        "index.ts": program(...registries),
    });
    afterAll(() => sales.remove());

    test("are created with what they read, and a second up and a refresh change nothing", async () => {
        expect(await sales.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining(["create Repository packages", "create Repository ghcr"]),
        );
        expect(await sales.again(stack)).toEqual({ unchanged: expect.any(Number) });
        expect(await sales.outputs(stack)).toEqual({
            index: `https://europe-west1-python.pkg.dev/acme-${stack}/packages/simple/`,
        });
    });

    test("are updated in place", async () => {
        sales.edit("index.ts", (text) => text.replace("[own, pypi]", "[own]").replace("keep: 5", "keep: 6"));
        expect(await sales.upAsPreviewed(stack)).toEqual(["update Repository own", "update Repository packages"]);
        sales.edit("index.ts", (text) => text.replace('username: "acme"', 'username: "acme-ci"'));
        expect(await sales.upAsPreviewed(stack)).toEqual(["update Repository ghcr"]);
        expect(await sales.again(stack)).toEqual({ unchanged: expect.any(Number) });
    });

    test("are protected in production, and replaced in development", async () => {
        sales.edit("index.ts", (text) => text.replace('"release"', '"snapshot"'));
        const { code, output } = await sales.run(["preview", "-s", stack]);
        expect({ code, output }).toEqual({
            code: stack === "prod" ? 1 : 0,
            output: expect.stringContaining(stack === "prod" ? "protected" : "packages and images"),
        });
        sales.edit("index.ts", (text) => text.replace('"snapshot"', '"release"'));
    });

    test("are destroyed", async () => {
        await (stack === "prod" ? sales.takeDown(stack) : sales.destroy(stack));
        expect(sales.remaining()).toEqual([]);
    });
});
