import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Checks } from "../../../../lib/program/check";

const root = join(__dirname, "..", "..", "..", "..");

/** Options with which a check takes a tenth of a second. */
export const options = { target: "es2022", module: "node16", strict: true, types: [], lib: ["es2022"] };

/** An option that TypeScript 7 does not accept. It changes no types. */
export const onlyOfFive = { downlevelIteration: true };

/** Contents by path: texts, or JSON. */
export type Files = Record<string, string | object>;

/** The message of an error. */
export const message = (...lines: string[]) => `⨯ Unable to compile TypeScript:\n${lines.join("\n")}\n`;

/** A program in a temporary folder, with its cache. */
export class CheckedProgram {
    readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-check-")));
    readonly cache = this.file("cache");
    private readonly started = jest.spyOn(require("node:child_process"), "spawnSync");

    constructor() {
        process.env.SLIPWAY_PROGRAM_CACHE = this.cache;
    }

    /** How often a compiler was started by {@link errors}. */
    get checks(): number {
        return this.started.mock.calls.length;
    }

    file(path: string): string {
        return join(this.folder, path);
    }

    write(path: string, content: string | object): void {
        mkdirSync(dirname(this.file(path)), { recursive: true });
        writeFileSync(this.file(path), typeof content === "string" ? content : JSON.stringify(content));
    }

    /** Writes files, and waits until they are old enough for the result of a check to be cached. */
    async create(files: Files): Promise<void> {
        for (const [path, content] of Object.entries({ "tsconfig.json": { compilerOptions: options }, ...files })) {
            this.write(path, content);
        }
        await sleep(50);
    }

    /** Links packages of this repository into the program. */
    link(...names: string[]): void {
        for (const name of names) {
            const path = this.file(join("node_modules", name));
            mkdirSync(dirname(path), { recursive: true });
            symlinkSync(join(root, "node_modules", name), path);
        }
    }

    /** The errors of the program, as a new process reports them; undefined if it passes. */
    errors(): string | undefined {
        try {
            new Checks().run({ entry: this.file("index.ts"), folder: this.folder, isPreview: false });
            return undefined;
        } catch (error) {
            expect(error).toMatchObject({ name: "TSError" });
            return (error as Error).message;
        }
    }

    /**
     * Checks the program in a process of its own, as a preview, with the compiled package.
     *
     * @param program what the process does beside the check; `load(path)` checks another file
     */
    previewed(program = 'console.log("started");'): Promise<{ code: unknown; output: string }> {
        const checker = join(root, "dist", "lib", "program", "check");
        const code = `process.on("uncaughtException", ({ message, name }) => {
    console.log(name, message);
    process.exitCode = 32;
});
process.on("uncaughtException", () => undefined);
const { typeCheck } = require(${JSON.stringify(checker)});
const load = (entry) => typeCheck({ entry, folder: ${JSON.stringify(this.folder)}, isPreview: true });
load(${JSON.stringify(this.file("index.ts"))});
${program}`;
        return new Promise((resolve) => {
            execFile(process.execPath, ["--eval", code], { cwd: this.folder }, (error, stdout, stderr) => {
                resolve({ code: error?.code ?? 0, output: stdout + stderr });
            });
        });
    }

    remove(): void {
        this.started.mockRestore();
        delete process.env.SLIPWAY_PROGRAM_CACHE;
        rmSync(this.folder, { recursive: true });
    }
}
