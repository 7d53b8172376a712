import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { filesOf } from "../../../lib/internal/sources/listing";
import { packSource } from "../../../lib/vertex/training/package";
import { folderOf } from "../folders";

const long = `trainer/${"folder_with_a_long_name/".repeat(5)}data.json`;
const files = {
    "trainer/__init__.py": "",
    "trainer/task.py": "print('ä')",
    [long]: "{}",
    "helper.py": "x = 1",
    "data-files/notes.txt": "",
    "requirements.txt": "pandas>=2,<3 # frames\n\n# only a comment\nscikit-learn\n",
};

/** Unpacks an archive with the tar of the system, and reads a file of it. */
function unpacked(file: string, path: string): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-package-"));
    execFileSync("tar", ["-xzf", file, "-C", folder]);
    const text = readFileSync(join(folder, "training-1.0.0", path), "utf8");
    rmSync(folder, { recursive: true });
    return text;
}

test("a folder becomes a source distribution with all files and a setup script", () => {
    const source = folderOf(files);
    const { file } = packSource(source, filesOf(source));
    expect(file).toMatch(/\/[0-9a-f]{64}\.tar\.gz$/);
    expect(unpacked(file, "trainer/task.py")).toBe("print('ä')");
    expect(unpacked(file, long)).toBe("{}");
    const script = unpacked(file, "setup.py");
    expect(JSON.parse(script.slice(script.indexOf("{"), script.lastIndexOf("}") + 1))).toEqual({
        name: "training",
        version: "1.0.0",
        packages: ["trainer", long.replace("/data.json", "").replaceAll("/", ".")],
        package_data: { "": ["*"] },
        py_modules: ["helper"],
        install_requires: ["pandas>=2,<3", "scikit-learn"],
    });
});

test("a folder without requirements has none in its setup script", () => {
    const source = folderOf({ "trainer/task.py": "" });
    expect(unpacked(packSource(source, filesOf(source)).file, "setup.py")).toContain('"install_requires": []');
});

test("a folder that describes its package keeps its own script", () => {
    const source = folderOf({ "setup.py": "own", "trainer/task.py": "" });
    expect(unpacked(packSource(source, filesOf(source)).file, "setup.py")).toBe("own");
});

// With a record of more digits beyond 90 and 990 bytes, and a header of its own beyond 100.
test.each([89, 90, 91, 92, 99, 100, 101, 987, 988, 989, 990])("a path of %d bytes is unpacked", (bytes) => {
    const parts = `${"ä/".repeat(40)}${"folder/".repeat(200)}`;
    const start = Buffer.from(parts)
        .subarray(0, bytes - "training-1.0.0/".length - 12)
        .toString()
        .replace(/\W*$/, "");
    const path = `${start}/`.concat("x".repeat(bytes - "training-1.0.0/".length - Buffer.byteLength(start) - 1));
    const source = folderOf({ [path]: "text", "task.py": "" });
    expect(Buffer.byteLength(`training-1.0.0/${path}`)).toBe(bytes);
    expect(unpacked(packSource(source, filesOf(source)).file, path)).toBe("text");
});

test("the archive of a folder stays, so that an update of slipway does not train again", () => {
    // Up to 100 bytes, a path needs no header of its own.
    const [short, longer] = [85, 86].map((length) => "x".repeat(length)) as [string, string];
    const source = folderOf({ ...files, [short]: "1", [longer]: "2" });
    expect(packSource(source, filesOf(source)).hash).toBe(
        "3e0a3bc1eebdb574a3624d40f4d798c688801a3de7fa18904d6b368b4a05e678",
    );
});

test("equal contents give equal bytes, and other contents another hash", () => {
    const [one, other] = [folderOf(files), folderOf(files)];
    const { hash, file } = packSource(one, filesOf(one));
    expect(packSource(other, filesOf(other)).hash).toBe(hash);
    expect(gunzipSync(readFileSync(file)).length % 512).toBe(0);
    const changed = folderOf({ ...files, "helper.py": "x = 2" });
    expect(packSource(changed, filesOf(changed)).hash).not.toBe(hash);
});
