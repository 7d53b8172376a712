import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pulumi } from "../../../local/toolchain";

/** A folder with these shell scripts, at the end of a minimal PATH. */
function pathWith(scripts: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-path-"));
    for (const [name, script] of Object.entries(scripts)) {
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, name), 0o755);
    }
    symlinkSync(process.execPath, join(folder, "node"));
    folders.push(folder);
    return [folder, "/bin"].join(delimiter);
}

const folders: string[] = [];
const { PATH, SLIPWAY_CACHE } = process.env;
const host = { "pulumi-language-nodejs": "exit 0" };
const lines: string[] = [];
const report = (line: string) => lines.push(line);

beforeEach(() => {
    lines.length = 0;
});
afterEach(() => {
    process.env.PATH = PATH;
    if (SLIPWAY_CACHE === undefined) {
        delete process.env.SLIPWAY_CACHE;
    } else {
        process.env.SLIPWAY_CACHE = SLIPWAY_CACHE;
    }
    for (const folder of folders.splice(0)) {
        rmSync(folder, { recursive: true });
    }
});

/** Selects with an empty cache and without Go on PATH, so that a build is refused instead of started. */
async function refused(scripts: Record<string, string>): Promise<string> {
    process.env.PATH = pathWith(scripts);
    process.env.SLIPWAY_CACHE = mkdtempSync(join(tmpdir(), "slipway-cache-"));
    folders.push(process.env.SLIPWAY_CACHE);
    return pulumi({ pinned: false, report }).then(
        () => "was found",
        (error) => error.message,
    );
}

test.each(["v3.248.0", "v3.300.1", "v3.300.1-alpha.1"])("a Pulumi %s on PATH is used as it is", async (version) => {
    process.env.PATH = pathWith({ pulumi: `echo ${version}`, ...host });
    expect(await pulumi({ pinned: false, report })).toEqual({
        path: process.env.PATH,
        version: version.slice(1),
        origin: "PATH",
    });
    expect(lines).toEqual([`using pulumi ${version.slice(1)} from PATH`]);
});

test.each([
    [
        "v3.247.9",
        { pulumi: "echo v3.247.9", ...host },
        "the pulumi on PATH is '3.247.9', not 3.248.0 or newer and below 4",
    ],
    ["v4.0.0", { pulumi: "echo v4.0.0", ...host }, "the pulumi on PATH is '4.0.0', not 3.248.0 or newer and below 4"],
    ["one that fails", { pulumi: "exit 3", ...host }, "'pulumi version' failed"],
    [
        "one without a Node host",
        { pulumi: "echo v3.259.0" },
        "has no 'pulumi-language-nodejs' in its folder or on PATH",
    ],
    ["a missing one", {}, "'pulumi' is not on PATH"],
])("of Pulumi on PATH, %s is not used, and the error says so", async (_, scripts, reason) => {
    expect(await refused(scripts)).toContain(reason);
});

test("without Pulumi and Go, the error says how to install each", async () => {
    const message = await refused({});
    expect(message).toContain("Either install Pulumi 3.248.0 or newer (below 4), https://www.pulumi.com/docs/install:");
    expect(message).toMatch(
        /requires Go \d+\.\d+\.\d+ or newer, and 'go' is not on PATH\.\nInstall it, https:\/\/go.dev\/doc\/install:/,
    );
});
