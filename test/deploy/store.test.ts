import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Entry, Store } from "../../local/simulator/cloud/store";
import { exitOf, run, start } from "../unit/local/process";
import { newFolder } from "../unit/local/world";

test("if several processes create the same name at the same time, exactly one succeeds", async () => {
    const folder = newFolder();
    const names = Array.from({ length: 1000 }, (_, index) => `//a/${index}`);
    const script = `
        const { existsSync, readFileSync } = require("node:fs");
        const { Store } = require("./local/simulator/cloud/store");
        const [, folder, id] = process.argv;
        const store = new Store(folder);
        process.stdout.write("ready\\n");
        while (!existsSync(folder + "/go"));
        const start = Number(readFileSync(folder + "/go", "utf8"));
        for (let index = 0; index < 1000; index++) {
            // Both at the same millisecond, again and again.
            while (Date.now() < start + index);
            const name = "//a/" + index;
            if (store.create({ name, project: "", id, state: {} })) process.stdout.write(name + "\\n");
        }`;
    const children = ["one", "other"].map((id) => start(script, folder, id));
    const outputs = children.map(exitOf);
    await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once("data", resolve))));
    writeFileSync(join(folder, "start"), String(Date.now() + 50));
    renameSync(join(folder, "start"), join(folder, "go"));
    const [one = [], other = []] = (await Promise.all(outputs)).map(({ output }) => output.trim().split("\n").slice(1));
    expect([...one, ...other].sort()).toEqual([...names].sort());
    const store = new Store(folder);
    expect(one.map((name) => store.read(name)?.id)).toEqual(one.map(() => "one"));
    expect(other.map((name) => store.read(name)?.id)).toEqual(other.map(() => "other"));
}, 60_000);

test("incomplete entries and contents are never read, even if their writer is killed", async () => {
    const folder = newFolder();
    const script = `
        const { Store } = require("./local/simulator/cloud/store");
        const store = new Store(process.argv[1]);
        for (let count = 0; ; count++) {
            const text = String(count % 10).repeat(300000);
            const content = store.keep(Buffer.from(text));
            store.write({ name: "//a/one", project: "", id: "", state: { text }, content });
            store.write({ name: "//a/" + (count % 50), project: "", id: "", state: { text }, content });
        }`;
    const store = new Store(folder);
    const whole = ({ state, content }: Entry) =>
        /^(\d)\1{299999}$/.test(String(state.text)) && store.content(content as string).toString() === state.text;
    const child = start(script, folder);
    const end = exitOf(child);
    while (!store.read("//a/one")) {
        await setTimeout(10);
    }
    for (let count = 0; count < 100; count++) {
        expect(whole(store.read("//a/one") as Entry)).toBe(true);
    }
    child.kill("SIGKILL");
    expect((await end).signal).toBe("SIGKILL");
    expect(store.list().every(whole)).toBe(true);
    expect(store.list().length).toBeGreaterThan(1);
}, 60_000);

test("a list tolerates entries that are deleted in the meantime", async () => {
    const folder = newFolder();
    const script = `
        const { Store } = require("./local/simulator/cloud/store");
        const store = new Store(process.argv[1]);
        for (let count = 0; count < 500; count++) {
            store.write({ name: "//a/x/" + (count % 5) + "/y", project: "", id: "", state: {} });
            count % 7 === 0 ? store.removeBelow("//a/x") : store.remove("//a/x/" + ((count + 2) % 5) + "/y");
        }`;
    const store = new Store(folder);
    const removing = run(script, folder);
    let done = false;
    void removing.then(() => {
        done = true;
    });
    while (!done) {
        expect(store.list("//a").length).toBeLessThan(6);
        await setTimeout(0);
    }
    expect(await removing).toEqual({ signal: null, output: "" });
}, 60_000);
