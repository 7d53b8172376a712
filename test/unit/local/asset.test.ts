import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { bytesOf } from "../../../local/simulator/services/storage/asset";

const folder = mkdtempSync(join(tmpdir(), "slipway-asset-"));
mkdirSync(join(folder, "inner"));
writeFileSync(join(folder, "main.py"), "print()");
writeFileSync(join(folder, "inner", "data.txt"), "data");
afterAll(() => rmSync(folder, { recursive: true }));

/** The files of a zip archive, as strings by path. */
function texts(zip: Buffer): Record<string, string> {
    return Object.fromEntries(
        Object.entries(unzipSync(zip)).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
    );
}

const files = { "main.py": "print()", "inner/data.txt": "data" };

test("a text and a file are uploaded unchanged", () => {
    expect(bytesOf({ text: "hello" }, folder).toString()).toBe("hello");
    expect(bytesOf({ path: join(folder, "main.py") }, folder).toString()).toBe("print()");
    expect(bytesOf({ path: "./main.py" }, folder).toString()).toBe("print()");
});

test("a folder becomes a zip archive of its files, and a zip archive stays one", () => {
    const zip = bytesOf({ path: folder }, folder);
    expect(texts(zip)).toEqual(files);
    writeFileSync(join(folder, "..", "slipway-asset.zip"), zip);
    expect(bytesOf({ path: join(folder, "..", "slipway-asset.zip") }, folder)).toEqual(zip);
    rmSync(join(folder, "..", "slipway-asset.zip"));
});

test("assets and archives are in the zip archive by name", () => {
    const assets = { "read.me": { text: "hello" }, code: { path: folder }, one: { assets: { two: { text: "deep" } } } };
    expect(texts(bytesOf({ assets }, folder))).toEqual({
        "read.me": "hello",
        "code/main.py": "print()",
        "code/inner/data.txt": "data",
        "one/two": "deep",
    });
});

test("remote assets are refused", () => {
    expect(() => bytesOf({ uri: "https://example.com/a.zip" }, folder)).toThrow(
        "cannot fetch https://example.com/a.zip",
    );
});
