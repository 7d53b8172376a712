import { spawn, spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { storeArchive } from "../../lib/internal/sources/archive";
import { Cache } from "../../lib/program/cache";
import { ensureDaemon, stopDaemons } from "../../local/machine/daemon/client";
import { removeSocket, socketPath } from "../../local/machine/daemon/sockets";
import { workspace } from "../../local/machine/workspace";
import { Store } from "../../local/simulator/cloud/store";
import { buildId } from "../../local/simulator/provider/client";
import { Endpoint } from "../../local/simulator/provider/protocol";
import { Deployment } from "./deployment";

/**
 * What other users of the machine try. As root, the user `nobody` tries it. Without root nobody else can be asked: then the modes are
 * checked that keep others out, and files of others are imitated by links and by files that everybody can write.
 */
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

const { TMPDIR } = process.env;
const folders: string[] = [];

/** A folder that all users can write to, like `/tmp`. */
function shared(): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-shared-"));
    chmodSync(folder, 0o1777);
    folders.push(folder);
    return folder;
}

afterEach(() => {
    if (TMPDIR === undefined) {
        delete process.env.TMPDIR;
    } else {
        process.env.TMPDIR = TMPDIR;
    }
    for (const folder of folders.splice(0)) {
        rmSync(folder, { recursive: true, force: true });
    }
});

/** Runs JavaScript as `nobody`, and returns the JSON that it passes to `done`. */
function attack(code: string, ...args: string[]): unknown {
    const become = `process.setgroups([]); process.setgid(${nobody}); process.setuid(${nobody}); process.umask(0);`;
    const done = "const done = (value) => { console.log(JSON.stringify(value)); process.exit(); };";
    const script = `${become} ${done} const fs = require("node:fs"); const args = process.argv.slice(1); ${code}`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script, ...args], { encoding: "utf8", cwd: "/" });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
}

/** The files below a folder that others can read, if they know their names. */
function readable(folder: string): string[] {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
    if (isRoot) {
        return attack(
            `done(JSON.parse(args[0]).filter((file) => {
                try { fs.openSync(file); return true; } catch { return false; }
            }));`,
            JSON.stringify(files),
        ) as string[];
    }
    return (statSync(folder).mode & 0o077) === 0 ? [] : files;
}

const secret = `
    const api = new gcp.projects.Service("api", { service: "secretmanager.googleapis.com", disableOnDestroy: false });
    const key = new gcp.secretmanager.Secret("key", { secretId: "key", replication: { auto: {} } }, { dependsOn: api });
    new gcp.secretmanager.SecretVersion("key", { secret: key.id, secretData: "canary-5d41402a" });`;

/** Asks the provider process of a workspace to serve a command, and returns the status of its answer, or the error. */
function ask(info: Record<string, string>, body: object): Promise<number | string | undefined> {
    const { socket: socketPath, address = "", token } = info;
    const headers = { authorization: `Bearer ${token}` };
    const options = { socketPath, method: "POST", headers, agent: false };
    return new Promise((resolve) => {
        const asked = address ? request(address, options) : request(options);
        asked
            .on("response", (response) => {
                resolve(response.statusCode);
                asked.destroy();
            })
            .on("error", ({ code }: NodeJS.ErrnoException) => resolve(code))
            .end(JSON.stringify(body));
    });
}

test("other users read neither the secrets of a local Google Cloud nor its daemons' addresses, also of one with older modes", async () => {
    const raw = Deployment.raw(secret, { providers: undefined });
    const { home } = raw.place;
    expect((await raw.run(["up", "--yes", "--skip-preview", "-s", "dev"])).code).toBe(0);
    const contents = readdirSync(join(home, "cloud", "contents")).map((name) => join(home, "cloud", "contents", name));
    const store = new Store(join(home, "cloud"));
    expect(contents.map((file) => store.content(basename(file)).toString())).toContain("canary-5d41402a");
    expect(contents.map((file) => readFileSync(file, "utf8"))).not.toContain("canary-5d41402a");
    expect(readdirSync(join(home, "daemons"))).toContainEqual(expect.stringMatching(/^provider-.*\.json$/));
    expect(readable(home)).toEqual([]);
    expect([...new Set(contents.map((file) => statSync(file).mode & 0o777))]).toEqual([0o600]);

    // What an older version left.
    for (const path of ["", "cloud", "cloud/contents", "daemons"]) {
        chmodSync(join(home, path), 0o755);
    }
    for (const file of contents) {
        chmodSync(file, 0o644);
    }
    expect((await raw.run(["up", "--yes", "--skip-preview", "-s", "dev"])).code).toBe(0);
    expect(readable(home)).toEqual([]);
    await raw.remove();
});

test("the provider process deletes no folder that a request names, and other users cannot reach it", async () => {
    const home = join(shared(), ".slipway");
    const victim = mkdtempSync(join(tmpdir(), "slipway-victim-"));
    folders.push(victim);
    mkdirSync(home);
    writeFileSync(join(victim, "kept"), "kept");
    const info = await ensureDaemon(home, "provider", buildId());
    const command = { cloud: join(home, "cloud"), gcp: join(__dirname, "..", "..", "node_modules", "@pulumi", "gcp") };
    if (isRoot) {
        const notes = readdirSync(join(home, "daemons")).filter((name) => name.endsWith(".json"));
        const code = `
            const http = require("node:http");
            const ask = ({ socket, address, token }) => {
                const options = { socketPath: socket, method: "POST", agent: false, headers: { authorization: "Bearer " + token } };
                const asked = address ? http.request(address, options) : http.request(options);
                asked.on("response", () => asked.destroy()).on("close", () => setTimeout(() => done("answered"), 500));
                asked.on("error", ({ code }) => done(code)).end(args[2]);
            };
            let note;
            try { ({ note } = JSON.parse(fs.readFileSync(args[0], "utf8"))); } catch ({ code }) { note = { socket: args[1] }; }
            ask(note);`;
        const request = JSON.stringify({ ...command, folder: victim, id: victim });
        expect(attack(code, join(home, "daemons", String(notes[0])), String(info.socket), request)).toBe("EACCES");
    }
    const ids = [victim, `../../${victim}`, "..", undefined, [victim], "00000000-0000-0000-0000-000000000000"];
    for (const id of ids) {
        expect(await ask(info, { ...command, folder: victim, id })).toBe(400);
    }
    expect(readFileSync(join(victim, "kept"), "utf8")).toBe("kept");
    await stopDaemons(home);
});

test("other users get no answer at the port of a provider", async () => {
    const endpoint = await Endpoint.listen({});
    const connected = `
        const socket = require("node:net").connect(Number(args[0]), "127.0.0.1", () => socket.write("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"));
        socket.on("data", () => done("answered")).on("error", () => done("refused")).on("close", () => done("refused"));`;
    const child = (prefix: string) =>
        new Promise((resolve) => {
            const done = "const done = (value) => { console.log(value); process.exit(); };";
            const args = [
                "-e",
                `${prefix} const args = process.argv.slice(1); ${done} ${connected}`,
                String(endpoint.port),
            ];
            let output = "";
            spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
                .on("close", () => resolve(output.trim()))
                .stdout.on("data", (text) => {
                    output += text;
                });
        });
    expect(await child("")).toBe("answered");
    if (isRoot && process.platform === "linux") {
        expect(await child(`process.setgid(${nobody}); process.setuid(${nobody});`)).toBe("refused");
    }
    endpoint.destroy();
});

test("an archive is never written where another user could replace it", () => {
    const content = Buffer.from("the source");
    const folder = shared();
    process.env.TMPDIR = folder;
    const planned = join(folder, `slipway-archives-${process.getuid?.()}`);
    if (isRoot) {
        attack("fs.mkdirSync(args[0]); done(0);", planned);
    } else {
        symlinkSync(mkdirIn(shared()), planned);
    }
    expect(() => storeArchive(content, "zip")).toThrow(
        isRoot
            ? `${planned} belongs to the user with ID ${nobody}, not to this one (0), so that others could read or replace what slipway ` +
                  "writes to it. Delete it, or set TMPDIR to a folder of your own."
            : `${planned} is a symbolic link`,
    );

    process.env.TMPDIR = shared();
    const { file, hash } = storeArchive(content, "zip");
    expect(readable(join(file, ".."))).toEqual([]);
    if (isRoot) {
        const code = `
            try { fs.writeFileSync(args[0] + ".other", "another source"); fs.renameSync(args[0] + ".other", args[0]); done("replaced"); }
            catch ({ code }) { done(code); }`;
        expect(attack(code, file)).toBe("EACCES");
    }
    expect(storeArchive(content, "zip")).toEqual({ file, hash });
    expect(readFileSync(file)).toEqual(content);
});

const mkdirIn = (folder: string) => {
    mkdirSync(join(folder, "others"));
    return join(folder, "others");
};

test("compiled programs of another user in a shared cache are not used", () => {
    const own = mkdtempSync(join(tmpdir(), "slipway-own-"));
    folders.push(own);
    const cache = shared();
    new Cache(own).set("program", "require('evil')");
    const entry = readFileSync(join(own, "program"), "utf8");
    if (isRoot) {
        attack('fs.writeFileSync(args[0] + "/program", args[1]); done(0);', cache, entry);
    } else {
        writeFileSync(join(cache, "program"), entry);
        chmodSync(join(cache, "program"), 0o666);
    }
    expect(readFileSync(join(cache, "program"), "utf8")).toBe(entry);
    expect(new Cache(own).get("program")).toBe("require('evil')");
    expect(new Cache(cache).get("program")).toBeUndefined();

    // A result of this user under the name of another one.
    new Cache(cache).set("mine", "mine");
    renameSync(join(cache, "mine"), join(cache, "yours"));
    expect(new Cache(cache).get("yours")).toBeUndefined();
});

test("a local Google Cloud in a folder of another user, behind a link, or in a folder of all users is refused", () => {
    const program = mkdtempSync(join(tmpdir(), "slipway-program-"));
    folders.push(program);
    writeFileSync(join(program, "Pulumi.yaml"), "name: program\nruntime: nodejs\n");
    const home = join(program, ".slipway");
    symlinkSync(shared(), home);
    expect(() => workspace(program, {})).toThrow(`${home} is a symbolic link`);
    const everybody = shared();
    expect(() => workspace(program, { SLIPWAY_LOCAL_HOME: everybody })).toThrow(`${everybody} is shared by users`);
    expect(statSync(everybody).mode & 0o7777).toBe(0o1777);
    if (isRoot) {
        const others = join(everybody, "others");
        attack("fs.mkdirSync(args[0]); done(0);", others);
        expect(() => workspace(program, { SLIPWAY_LOCAL_HOME: others })).toThrow(
            `${others} belongs to the user with ID ${nobody}, not to this one (0), so that others could read or replace what slipway writes ` +
                "to it. Delete it, or set SLIPWAY_LOCAL_HOME to a folder of your own.",
        );
    }
});

test("a workspace with a path that is too long for sockets has them in a temporary folder that is removed", async () => {
    const home = join(mkdtempSync(join(tmpdir(), "slipway-long-")), "a".repeat(120));
    folders.push(join(home, ".."));
    const path = socketPath(home, "provider");
    expect(Buffer.byteLength(path)).toBeLessThan(104);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    removeSocket(home, path);
    expect(existsSync(join(path, ".."))).toBe(false);

    mkdirSync(home, { mode: 0o700 });
    const info = await ensureDaemon(home, "provider", buildId());
    expect(await ask(info, { id: ".." })).toBe(400);
    await stopDaemons(home);
    expect(existsSync(String(info.socket))).toBe(false);
});
