import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { install, tools } from "../../local/toolchain";
import { packageFolder } from "../../local/toolchain/paths";

/** A Go module proxy with one module, and separate caches, so that nothing is downloaded. */
const folder = mkdtempSync(join(tmpdir(), "slipway-tools-"));
const before = { ...process.env };
const lines: string[] = [];
const data = "example.com/data";

beforeAll(() => {
    Object.assign(process.env, {
        GOPROXY: `file://${folder}/proxy`,
        GOMODCACHE: join(folder, "modules"),
        GOSUMDB: "off",
        SLIPWAY_CACHE: join(folder, "cache"),
    });
    write("proxy/example.com/data/@v/v1.0.0.info", '{"Version":"v1.0.0"}');
    write("proxy/example.com/data/@v/v1.0.0.mod", `module ${data}\n`);
    const packed = zipSync({
        [`${data}@v1.0.0/go.mod`]: Buffer.from(`module ${data}\n`),
        [`${data}@v1.0.0/deep/greeting.txt`]: Buffer.from("hello"),
        [`${data}@v1.0.0/left.txt`]: Buffer.from("not asked for"),
    });
    write("proxy/example.com/data/@v/v1.0.0.zip", packed);
});
beforeEach(() => {
    lines.length = 0;
});
afterAll(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
});

function write(path: string, content: string | Uint8Array): void {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
}

/** Adds a tool that copies these files from the module. */
function tool(name: string, files: string[], more: Record<string, unknown> = {}): string {
    write(
        `tools/${name}/tool.json`,
        JSON.stringify({ version: "1.0.0", takes: "a moment", files: { [data]: files }, ...more }),
    );
    write(`tools/${name}/go.mod`, `module slipway/toolchain/${name}\n\ngo 1.25.0\n\nrequire ${data} v1.0.0\n`);
    // Child processes inherit only variables that are passed. `-modcacherw` allows removing the folder at the end.
    const env = { ...process.env, GOFLAGS: "-modcacherw" };
    execFileSync("go", ["mod", "download", data], { cwd: join(folder, "tools", name), env });
    return name;
}

const built = (name: string) => install(name, (line) => lines.push(line), join(folder, "tools"));
const inCache = () => readdirSync(join(folder, "cache", "toolchain"));

test("a tool can consist only of files of a module, which are copied as regular files", async () => {
    const installed = await built(tool("data", ["deep/greeting.txt"]));
    expect(readdirSync(installed)).toEqual(["greeting.txt"]);
    expect(readFileSync(join(installed, "greeting.txt"), "utf8")).toBe("hello");
    expect(statSync(join(installed, "greeting.txt")).mode & 0o200).toBe(0o200);
    expect(lines).toEqual([
        "data 1.0.0: building from source (about a moment, once): downloading modules…",
        expect.stringMatching(/^data 1\.0\.0: done in \d+:\d\d$/),
    ]);

    lines.length = 0;
    expect(await built("data")).toBe(installed);
    expect(lines).toEqual([]);
});

test("our own main.go can embed these files", async () => {
    tool("program", ["deep/greeting.txt"], { binaries: { program: "." }, ldflags: "-X main.version=1.0.0" });
    write(
        "tools/program/main.go",
        'package main\n\nimport _ "embed"\n\n//go:embed greeting.txt\nvar greeting string\n\nvar version string\n\n' +
            "func main() { print(greeting, version) }\n",
    );
    const installed = await built("program");
    expect(readdirSync(installed).sort()).toEqual(["greeting.txt", "program"]);
    const printed = execFileSync("/bin/sh", ["-c", '"$0" 2>&1', join(installed, "program")], { encoding: "utf8" });
    expect(printed).toBe("hello1.0.0");
    expect(readdirSync(join(folder, "tools", "program")).sort()).toEqual(["go.mod", "go.sum", "main.go", "tool.json"]);
});

test("several binaries are compiled with the build tags, and named after their packages", async () => {
    tool("both", [], { binaries: { first: "./first", second: "./second" }, tags: "loud" });
    write("tools/both/first/main.go", 'package main\n\nfunc main() { print("first") }\n');
    write("tools/both/second/quiet.go", "//go:build !loud\n\npackage main\n\nfunc main() {}\n");
    write("tools/both/second/loud.go", '//go:build loud\n\npackage main\n\nfunc main() { print("second") }\n');
    const installed = await built("both");
    expect(readdirSync(installed).sort()).toEqual(["first", "second"]);
    for (const name of ["first", "second"]) {
        expect(execFileSync("/bin/sh", ["-c", '"$0" 2>&1', join(installed, name)], { encoding: "utf8" })).toBe(name);
    }
});

test.each([
    ["lacks a file", ["deep/absent.txt"], "", "ENOENT: no such file or directory, open"],
    ["does not match the checksum in go.sum", ["left.txt"], "changed", "checksum mismatch"],
])("when the module %s, the build reports it and leaves nothing behind", async (_, files, sum, complaint) => {
    const kept = inCache();
    tool("broken", files);
    const sums = join(folder, "tools", "broken", "go.sum");
    if (sum !== "") {
        writeFileSync(sums, readFileSync(sums, "utf8").replace(/h1:.{7}/, `h1:${sum}`));
    }
    await expect(built("broken")).rejects.toThrow(`Could not build broken 1.0.0 from source: `);
    await expect(built("broken")).rejects.toThrow(complaint);
    expect(inCache()).toEqual(kept);
});

test("any change in a tool's folder causes a new build", async () => {
    tool("changing", ["left.txt"]);
    const first = await built("changing");
    cpSync(join(folder, "tools", "changing", "go.mod"), join(folder, "tools", "changing", "copy.txt"));
    expect(await built("changing")).not.toBe(first);
});

test("an unknown tool is refused with a list of available tools", async () => {
    await expect(install("absent", () => {})).rejects.toThrow(
        /^Unknown tool 'absent'; available: .*pulumi, pulumi-resource-docker-build.*\.$/,
    );
});

describe.each(tools())("the folder of %s", (name) => {
    const read = (file: string) => readFileSync(join(packageFolder(), "local", "toolchain", name, file), "utf8");
    const { binaries = {}, files = {} } = JSON.parse(read("tool.json"));

    test("requires the modules that it builds and copies, with checksums", () => {
        const mod = read("go.mod");
        expect(mod).toContain(`module slipway/toolchain/${name}\n`);
        for (const source of Object.values<string>(binaries)) {
            expect(source === "." ? read("main.go") : mod).toContain(source === "." ? "func main()" : source);
        }
        for (const copied of Object.keys(files)) {
            const [, version] = new RegExp(`\\s${copied} (v\\S+)`).exec(mod) ?? [];
            expect(
                read("go.sum")
                    .split("\n")
                    .map((line) => line.split(" h1:")[0]),
            ).toContain(`${copied} ${version}`);
        }
        expect(Object.keys({ ...binaries, ...files })).not.toEqual([]);
        const last = (source: string) =>
            source
                .replace(/\/v\d+$/, "")
                .split("/")
                .at(-1);
        if (Object.keys(binaries).length > 1) {
            expect(Object.values<string>(binaries).map(last)).toEqual(Object.keys(binaries));
        }
    });
});
