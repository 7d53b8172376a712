import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiReport, unannounced } from "../../../docs/tools/api";

const root = join(__dirname, "..", "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const report = read("docs/api/api.md");
const released = read("docs/api/released.md");
const changelog = read("CHANGELOG.md");

test("the API is as reported, and what changed since the last release is in the changelog", () => {
    const current = apiReport(root);
    const missing = unannounced(released, current, changelog);
    if (missing.length > 0) {
        throw new Error(`Removed or changed, but not named under "Unreleased" in CHANGELOG.md: ${missing.join(", ")}.`);
    }
    if (current !== report) {
        const [before, now] = [new Set(report.split("\n")), new Set(current.split("\n"))];
        const lines = [
            ...[...before].filter((line) => !now.has(line)).map((line) => `- ${line}`),
            ...[...now].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
        ];
        throw new Error(`The API is not as reported: run 'npm run api'.\n${lines.slice(0, 40).join("\n")}`);
    }
});

describe("a changed declaration", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-api-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("of the published types fails until the changelog names it", () => {
        cpSync(join(root, "dist", "lib"), join(folder, "dist", "lib"), {
            recursive: true,
            filter: (file) => !/\.(js|txt)$/.test(file),
        });
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        for (const name of ["local", "policy"]) {
            mkdirSync(join(folder, name));
            writeFileSync(join(folder, name, "package.json"), JSON.stringify({ name: `slipway-${name}`, exports: {} }));
        }
        const { version } = JSON.parse(read("package.json"));
        const exported = { "./storage": "./dist/lib/storage/index.js" };
        writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "slipway", version, exports: exported }));
        const before = apiReport(folder);
        expect(before).toContain("    versioning?: boolean;\n");

        const file = join(folder, "dist", "lib", "storage", "bucketArgs.d.ts");
        writeFileSync(file, readFileSync(file, "utf8").replace("versioning?: boolean;", "versioning?: string;"));
        const now = apiReport(folder);
        expect(now).toContain("    versioning?: string;\n");
        expect(unannounced(before, now, "## Unreleased\n\n## 0.1.0\n\n- `StorageBucketArgs`\n")).toEqual([
            "StorageBucketArgs",
        ]);
        expect(unannounced(before, now, "## Unreleased\n\n- `StorageBucketArgs.versioning` is a string.\n")).toEqual(
            [],
        );
    });

    test.each<[string, string, string, string[]]>([
        ["whose member is removed", "    ackDeadline?: Duration;\n", "", ["PubSubSubscriptionArgs"]],
        ["of which a value is removed", '"SOFTWARE" | "HSM"', '"HSM"', ["KmsKeyArgs"]],
        ["that is renamed", "class KmsKey ", "class CryptographicKey ", ["KmsKey"]],
        [
            "that an entry no longer exports",
            '"slipway/kms" {\n    export {\n        AnyKmsKey,',
            '"slipway/kms" {\n    export {',
            ["AnyKmsKey"],
        ],
        [
            "with a new required member",
            "interface KmsKeyArgs extends ComponentArgs {\n",
            "$&    ring: string;\n",
            ["KmsKeyArgs"],
        ],
        ["with a new optional member", "interface KmsKeyArgs extends ComponentArgs {\n", "$&    ring?: string;\n", []],
        [
            "with a new member of a component",
            "    readonly decrypter: Capability;\n",
            "$&    readonly deleter: Capability;\n",
            [],
        ],
        [
            "with a new comment",
            "    // @internal (undocumented)\n    readonly isSymmetric",
            "    // @internal\n    readonly isSymmetric",
            [],
        ],
    ])("%s", (_, from, to, names) => {
        expect(released).toContain(from);
        expect(unannounced(released, released.replace(from, to), "## Unreleased\n")).toEqual(names);
    });
});
