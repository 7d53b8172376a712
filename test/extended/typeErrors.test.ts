import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumi } from "../../local/toolchain";

const root = join(__dirname, "..", "..");

/** A program, which `slipway/program` loads and checks. */
const files = {
    "Pulumi.yaml": `name: sales
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: "--require slipway/program"
config:
  slipway:environments:
    value:
      dev: { project: acme-sales-dev, kind: development }
`,
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-sales-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "sales", "version": "1.0.0", "private": true }\n',
    "tsconfig.json": '{ "compilerOptions": { "target": "ES2022", "module": "node16", "strict": true } }\n',
};

const right = `import { PubSubTopic } from "slipway";
import { days } from "./retention";

new PubSubTopic("sales", { retention: days });
`;

// Also runs, so that only the check finds them.
const wrong = right.replace("new ", "const topic: string = new ");
const error = "index.ts(4,7): error TS2322: Type 'PubSubTopic' is not assignable to type 'string'.";
const days = 'export const days = "7 days";\n';
const wrongDays = 'export const days: string = "7 days";\n';
const errorOfDays = "index.ts(4,28): error TS2322: Type 'string' is not assignable to type 'Duration | undefined'.";

describe("a program with a type error", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-types-"));
    const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

    beforeAll(async () => {
        await pulumi({ pinned: true, report: () => {} });
        for (const [path, text] of Object.entries({ ...files, "index.ts": wrong, "retention.ts": days })) {
            write(path, text);
        }
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const run = (...args: string[]): Promise<{ code: number; output: string }> =>
        new Promise((resolve) => {
            const command = [join(root, "dist", "local", "commands", "main.js"), "local", ...args];
            const env = { ...process.env, SLIPWAY_PROGRAM_CACHE: join(folder, "cache") };
            execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) => {
                resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
            });
        });

    /** The types of the resources in the state. */
    const state = async (): Promise<string[]> => {
        const { output } = await run("stack", "export", "-s", "dev");
        const { deployment } = JSON.parse(output.slice(output.indexOf("{")));
        return (deployment.resources ?? []).map(({ type }: { type: string }) => type);
    };

    /** A command that fails with an error, which is printed once, at its end. */
    async function fails(message: string, ...args: string[]): Promise<void> {
        const { code, output } = await run(...args, "-s", "dev");
        expect(output.split(message)).toHaveLength(2);
        expect(output).toContain(`TSError: ⨯ Unable to compile TypeScript:\n    ${message}\n`);
        expect(output).toContain("1 errored");
        expect(code).not.toBe(0);
    }

    test("fails a preview, and each update, before a resource is created", async () => {
        await fails(error, "preview");
        await fails(error, "up", "--yes", "--skip-preview");
        await fails(error, "up", "--yes");
        expect(await state()).toEqual(["pulumi:pulumi:Stack"]);
    });

    test("is checked once when it is correct, by the preview", async () => {
        write("index.ts", right);
        expect(await run("preview", "-s", "dev")).toMatchObject({ code: 0 });
        const cache = join(folder, "cache");
        const [result = ""] = readdirSync(cache).filter((name) => name.startsWith("types-"));
        const { ino } = statSync(join(cache, result));
        expect(await run("up", "--yes", "-s", "dev")).toMatchObject({ code: 0 });
        // The result of another check would be another file.
        expect(statSync(join(cache, result)).ino).toBe(ino);
        expect(await state()).toContain("gcp:pubsub/topic:Topic");
    });

    test("fails commands that run it before they change something", async () => {
        write("retention.ts", wrongDays);
        const before = await state();
        await fails(errorOfDays, "refresh", "--run-program", "--yes", "--skip-preview");
        await fails(errorOfDays, "destroy", "--run-program", "--yes", "--skip-preview");
        expect(await state()).toEqual(before);
        write("retention.ts", days);
        expect(await run("destroy", "--run-program", "--yes", "--skip-preview", "-s", "dev")).toMatchObject({
            code: 0,
        });
        expect(await state()).toEqual([]);
    });
});
