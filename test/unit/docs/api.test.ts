import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiReport } from "../../../docs/tools/api";

const root = join(__dirname, "..", "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const report = read("docs/api/api.md");

test("the API is as reported", () => {
    const current = apiReport(root);
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

    test("of the published types is in the report", () => {
        cpSync(join(root, "dist", "lib"), join(folder, "dist", "lib"), {
            recursive: true,
            filter: (file) => !/\.(js|txt)$/.test(file),
        });
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        for (const name of ["local", join("packages", "policy")]) {
            mkdirSync(join(folder, name), { recursive: true });
            writeFileSync(join(folder, name, "package.json"), JSON.stringify({ name, exports: {} }));
        }
        const { version } = JSON.parse(read("package.json"));
        const exported = { "./storage": "./dist/lib/storage/index.js" };
        writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "slipway", version, exports: exported }));
        const before = apiReport(folder);
        expect(before).toContain("    versioning?: boolean;\n");

        const file = join(folder, "dist", "lib", "storage", "bucketArgs.d.ts");
        writeFileSync(file, readFileSync(file, "utf8").replace("versioning?: boolean;", "versioning?: string;"));
        expect(apiReport(folder)).toBe(before.replace("    versioning?: boolean;\n", "    versioning?: string;\n"));
    });
});
