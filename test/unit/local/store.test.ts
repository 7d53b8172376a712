import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, Store } from "../../../local/simulator/cloud/store";
import { newFolder } from "./world";

const entry = (name: string, state = {}): Entry => ({ name, project: "acme-dev", id: name, state });
const object = (name: string) => `//storage.googleapis.com/buckets/acme/objects/${name}`;

/** Object names that are difficult on file systems; all of them are different. */
const odd = [
    "a",
    "a/",
    "a//b",
    "a/b",
    "/a/b",
    "a/b/",
    "a.json",
    "a.json/b",
    "a%2Ejson",
    "a%2Fb",
    ".",
    "..",
    "...",
    "../a",
    "a/../b",
    "../../../etc/passwd",
    "%",
    "%00",
    " ",
    "a b",
    "a\\\\b",
    "a:b*c?d|e",
    "con",
    "ü/ß.zip",
    "🙂",
    "x".repeat(1024),
    "x".repeat(1023),
    `${"x".repeat(500)}/y`,
    "ü".repeat(512),
    "a/".repeat(511),
];

test("every name has an entry inside of the folder, found by its name and listed", () => {
    const folder = newFolder();
    const store = new Store(folder);
    for (const name of odd) {
        expect(store.read(object(name))).toBeUndefined();
        expect([name, store.create(entry(object(name), { name }))]).toEqual([name, true]);
        expect([name, store.create(entry(object(name)))]).toEqual([name, false]);
    }
    expect(odd.map((name) => store.read(object(name))?.state.name)).toEqual(odd);
    expect(store.list(object("")).map(({ state }) => state.name)).toEqual([...odd].sort());
    expect(readdirSync(folder).sort()).toEqual(["drafts", "format.json", "key", "resources"]);
    expect(readdirSync(join(folder, "resources"))).toEqual(["storage.googleapis.com"]);

    for (const [index, name] of odd.entries()) {
        store.remove(object(name));
        expect(store.list().map(({ state }) => state.name)).toEqual(odd.slice(index + 1).sort());
    }
});

test("a list has the entries below a path, sorted by name, and no others", () => {
    const store = new Store(newFolder());
    for (const name of ["//a/x/2", "//a/x/10", "//a/x", "//a/x2/1", "//a/x/y/z", "//b/x/1"]) {
        store.create(entry(name));
    }
    const listed = (path?: string, ...parts: string[]) => store.list(path, ...parts).map(({ name }) => name);
    expect(listed("//a/x")).toEqual(["//a/x/10", "//a/x/2", "//a/x/y/z"]);
    expect(listed("//a/x/")).toEqual(listed("//a/x"));
    expect(listed("//c")).toEqual([]);
    expect(listed()).toEqual(["//a/x", "//a/x/10", "//a/x/2", "//a/x/y/z", "//a/x2/1", "//b/x/1"]);
    expect(listed("//a", "y")).toEqual(["//a/x/y/z"]);
    expect(listed("", "1")).toEqual(["//a/x2/1", "//b/x/1"]);
    expect(listed("//a", "y", "10")).toEqual(["//a/x/10", "//a/x/y/z"]);
});

test("the entries below a path are removed with it, and no others", () => {
    const store = new Store(newFolder());
    for (const name of ["//a/x", "//a/x/1", "//a/x/y/z", "//a/x2/1"]) {
        store.create(entry(name));
    }
    store.removeBelow("//a/x");
    store.removeBelow("//nothing");
    store.remove("//nothing");
    expect(store.list().map(({ name }) => name)).toEqual(["//a/x", "//a/x2/1"]);
});

describe("entries that refer to a resource", () => {
    const subscription = (name: string, topic: string) =>
        entry(`//pubsub.googleapis.com/projects/p/subscriptions/${name}`, { topic });
    const names = (store: Store, key: string) => store.referring(key).map(({ name }) => name.split("/").at(-1));

    test("are found by it while they exist and refer to it, in every process", () => {
        const folder = newFolder();
        const store = new Store(folder);
        for (const [name, topic] of [
            ["b", "projects/p/topics/t"],
            ["a", "projects/p/topics/t"],
            ["c", "projects/p/topics/t"],
            ["d", "projects/p/topics/other"],
        ] as const) {
            store.create(subscription(name, topic));
        }
        expect(names(new Store(folder), "projects/p/topics/t")).toEqual(["a", "b", "c"]);
        store.write(subscription("a", "_deleted-topic_"));
        store.remove(subscription("b", "").name);
        expect(names(store, "projects/p/topics/t")).toEqual(["c"]);
        store.removeBelow("//pubsub.googleapis.com/projects/p");
        expect(names(store, "projects/p/topics/t")).toEqual([]);
        expect(names(store, "projects/p/topics/none")).toEqual([]);
        store.create(subscription("c", "projects/p/topics/t"));
        expect(names(store, "projects/p/topics/t")).toEqual(["c"]);
    });

    test("are ignored if they were indexed but not created, as after a kill", () => {
        const folder = newFolder();
        const store = new Store(folder);
        store.create(subscription("a", "projects/p/topics/t"));
        renameSync(join(folder, "resources"), join(folder, "lost"));
        expect(names(store, "projects/p/topics/t")).toEqual([]);
    });
});

test("no file has what an entry or a content has in clear, and another process reads them", () => {
    const folder = newFolder();
    const store = new Store(folder);
    const hash = store.keep(Buffer.from("canary of a content"));
    store.create({ ...entry("//a/one", { password: "canary of an entry" }), content: hash });
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file));
    const canaries = ["canary", Buffer.from("canary").toString("base64").slice(0, 8)];
    expect(texts.length).toBe(4);
    expect(texts.filter((text) => canaries.some((canary) => text.includes(canary)))).toEqual([]);
    const other = new Store(folder);
    expect(other.read("//a/one")?.state).toEqual({ password: "canary of an entry" });
    expect(other.content(hash).toString()).toBe("canary of a content");
});

test("a store that was deleted and created again by another process is read and written with its new key", () => {
    const folder = newFolder();
    const store = new Store(folder);
    store.create(entry("//a/one"));
    rmSync(folder, { recursive: true });
    new Store(folder).create(entry("//a/two", { by: "another" }));
    expect(store.read("//a/two")?.state).toEqual({ by: "another" });
    store.create(entry("//a/three"));
    expect(new Store(folder).list().map(({ name }) => name)).toEqual(["//a/three", "//a/two"]);
});

test("entries and contents of release 0.1.0, which are not encrypted, are read, and reading changes nothing", () => {
    const folder = newFolder();
    const old = { ...entry("//a/one", { old: true }), content: "hash" };
    for (const [file, text] of Object.entries({
        "resources/a/one.json": JSON.stringify(old),
        "contents/hash": "content",
    })) {
        mkdirSync(join(folder, file, ".."), { recursive: true });
        writeFileSync(join(folder, file), text);
    }
    const store = new Store(folder);
    expect([store.read("//a/one"), store.content("hash").toString()]).toEqual([old, "content"]);
    expect(readdirSync(folder).sort()).toEqual(["contents", "resources"]);
    store.create(entry("//a/two"));
    expect([store.read("//a/one"), store.content("hash").toString()]).toEqual([old, "content"]);
});

test("a count that is compared with a limit is exact near the limit, also when several processes create entries", () => {
    const folder = newFolder();
    const stores = [new Store(folder), new Store(folder), new Store(folder), new Store(folder)];
    let made = 0;
    for (let turn = 0; turn < 200; turn++) {
        const store = stores[turn % 4] as Store;
        if (store.count("//a/x", 50) < 50) {
            store.create(entry(`//a/x/${made++}`));
        }
    }
    expect(made).toBe(50);
    expect(stores.map((store) => store.count("//a/x"))).toEqual([50, 50, 50, 50]);
    stores[0]?.remove("//a/x/0");
    expect(stores.map((store) => store.count("//a/x", 50))).toEqual([49, 49, 49, 49]);
});

test("a content is stored once and found by its hash", () => {
    const folder = newFolder();
    const store = new Store(folder);
    const hash = store.keep(Buffer.from("hello"));
    expect(hash).toBe("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    expect(store.keep(Buffer.from("hello"))).toBe(hash);
    expect(store.content(hash).toString()).toBe("hello");
    expect(readdirSync(join(folder, "contents"))).toEqual([hash]);
});
