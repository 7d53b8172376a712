import { chmodSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { ServerlessFunction } from "slipway/functions";
import { createArchive } from "../../../lib/functions/archive";
import { filesOf } from "../../../lib/internal/sources/listing";
import { inChild } from "../child";
import { age, folderOf, readsIn } from "../folders";
import { registered } from "../registered";

const files = {
    "main.py": "from model import predict\n",
    "model/__init__.py": "def predict(request):\n    return 'range'\n",
    "Zürich.txt": "ä",
    "requirements.txt": "functions-framework==3.*\n",
};
/** The SHA-256 of the archive of these files. A change redeploys all functions, and must be in the changelog. */
const hash = "41ff6e9fbabc28827691e69057711c71c8d479de46446773840ef41557c4da96";

const archiveOf = (folder: string) => createArchive(filesOf(folder));

test("an archive has the files at their paths, in a fixed order, with regular permissions", () => {
    const archive = readFileSync(archiveOf(folderOf(files)).file);
    const unzipped = Object.entries(unzipSync(archive)).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]);
    expect(unzipped).toEqual([
        ["Zürich.txt", "ä"],
        ["main.py", files["main.py"]],
        ["model/__init__.py", files["model/__init__.py"]],
        ["requirements.txt", files["requirements.txt"]],
    ]);
    const directory = archive.subarray(archive.indexOf("PK\x01\x02", 0, "latin1"));
    expect(directory.readUInt8(5)).toBe(3);
    expect((directory.readUInt32LE(38) >>> 16).toString(8)).toBe("100644");
});

test("equal files result in equal archives on every machine, named by their content", () => {
    const archive = archiveOf(folderOf(files));
    expect(archive.hash).toBe(hash);
    expect(archive.file.endsWith(`/${hash}.zip`)).toBe(true);
});

test("changing a content or a path changes the archive", () => {
    const hashes = [
        hash,
        archiveOf(folderOf({ ...files, "main.py": "from model import predict" })).hash,
        archiveOf(folderOf({ ...files, "empty.txt": "" })).hash,
        archiveOf(folderOf({ ...files, "main.py": "", "other.py": files["main.py"] })).hash,
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
});

test("the order of creation of files does not change an archive", () => {
    expect(archiveOf(folderOf(Object.fromEntries(Object.entries(files).reverse()))).hash).toBe(hash);
});

test("the path of the checkout does not change an archive", () => {
    const folder = folderOf({});
    mkdirSync(join(folder, "another/checkout/model"), { recursive: true });
    for (const [path, content] of Object.entries(files)) {
        writeFileSync(join(folder, "another/checkout", path), content);
    }
    expect(archiveOf(join(folder, "another/checkout")).hash).toBe(hash);
    expect(archiveOf(`${join(folder, "another/checkout")}/../checkout/`).hash).toBe(hash);
});

test("changed timestamps do not change an archive", () => {
    const folder = folderOf(files);
    for (const path of Object.keys(files)) {
        utimesSync(join(folder, path), new Date(2001, 0, 1), new Date(2001, 0, 1));
    }
    expect(archiveOf(folder).hash).toBe(hash);
});

test("file modes do not change an archive", () => {
    const folder = folderOf(files);
    for (const path of Object.keys(files)) {
        chmodSync(join(folder, path), 0o700);
    }
    expect(archiveOf(folder).hash).toBe(hash);
});

test("time zone and umask do not change an archive", async () => {
    const folder = folderOf({});
    const hashes = await inChild(`
        process.umask(0o077);
        const { mkdirSync, writeFileSync } = require("node:fs");
        const { createArchive } = require("./lib/functions/archive.ts");
        const { filesOf } = require("./lib/internal/sources/listing.ts");
        const folder = ${JSON.stringify(folder)};
        mkdirSync(folder + "/model");
        for (const [path, content] of Object.entries(${JSON.stringify(files)})) {
            writeFileSync(folder + "/" + path, content);
        }
        const zones = [...Intl.supportedValuesOf("timeZone"), "Pacific/Kiritimati", "UTC"];
        const hashes = zones.map((zone) => {
            process.env.TZ = zone;
            return createArchive(filesOf(folder)).hash;
        });
        console.log(JSON.stringify({ zones: zones.length, hashes: [...new Set(hashes)] }));
    `);
    expect(hashes).toEqual({ zones: expect.any(Number), hashes: [hash] });
    expect(hashes.zones).toBeGreaterThan(300);
});

test("a file of another user at the path of an archive is replaced", () => {
    const folder = folderOf(files);
    const { file } = archiveOf(folder);
    const right = readFileSync(file);
    writeFileSync(file, "another's code");
    expect(archiveOf(folder).file).toBe(file);
    expect(readFileSync(file)).toEqual(right);
});

test("a deleted archive is recreated", () => {
    const folder = folderOf(files);
    const { file } = archiveOf(folder);
    const right = readFileSync(file);
    rmSync(file);
    archiveOf(folder);
    expect(readFileSync(file)).toEqual(right);
});

test("functions with one folder read it and its files once", async () => {
    const folder = folderOf(files);
    age(folder);
    const deploy = async (...names: string[]) => {
        const create = (name: string) =>
            new ServerlessFunction(name, { source: folder, entryPoint: "predict", trigger: { http: {} } });
        return (await readsIn(folder, () => registered(() => names.map(create)))).sort();
    };
    const once = await deploy("one");
    // Folders are listed with and without .gitignore, and the main file is also read as text, for the entry point.
    const folders = ["", "", "model", "model"];
    expect(once).toEqual([...folders, "main.py", ...Object.keys(files)].sort());
    writeFileSync(join(folder, "requirements.txt"), "functions-framework==3.8.*\n");
    age(folder);
    expect(await deploy("one", "two", "three")).toEqual(once);
    expect(await deploy("four")).toEqual([]);
});
