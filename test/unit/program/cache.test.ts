import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { Cache, cacheFolder, removeOld, write } from "../../../lib/program/cache";
import { folderOf } from "../folders";

test("results are kept in the nearest node_modules, in the folder of the variable, or not at all", () => {
    const folder = folderOf({ "node_modules/a.js": "", "src/index.ts": "" });
    const own = join(folder, "node_modules", ".cache", "slipway");
    expect(cacheFolder(folder, {})).toBe(own);
    expect(cacheFolder(join(folder, "src"), {})).toBe(own);
    expect(cacheFolder(folder, { SLIPWAY_PROGRAM_CACHE: "/shared" })).toBe("/shared");
    expect(cacheFolder(folder, { SLIPWAY_PROGRAM_CACHE: "off" })).toBeUndefined();
    expect(cacheFolder(parse(folder).root, {})).toBeUndefined();
});

test("a result is returned under its name as it was written, and not if it was changed, renamed or not kept", () => {
    const folder = join(folderOf({}), "cache");
    const cache = new Cache(folder);
    cache.set("a", "first\nsecond");
    expect(cache.get("a")).toBe("first\nsecond");
    expect(cache.get("b")).toBeUndefined();
    writeFileSync(join(folder, "b"), readFileSync(join(folder, "a")), { mode: 0o600 });
    expect(cache.get("b")).toBeUndefined();
    writeFileSync(join(folder, "a"), `${readFileSync(join(folder, "a"), "utf8")}!`);
    expect(cache.get("a")).toBeUndefined();
    writeFileSync(join(folder, "a"), "");
    expect(cache.get("a")).toBeUndefined();
    const none = new Cache(undefined);
    none.set("a", "first");
    expect(none.get("a")).toBeUndefined();
});

test("with a new result, files are removed that were written more than 30 days ago", () => {
    const folder = join(folderOf({}), "cache");
    const cache = new Cache(folder);
    const now = Math.floor(Date.now() / 1000);
    const age = (name: string, seconds: number) => utimesSync(join(folder, name), now - seconds, now - seconds);
    const days = 24 * 60 * 60;
    for (const name of ["old", "recent", "folder/nested"]) {
        cache.set(name, "x");
    }
    age("old", 30 * days + 1);
    age("recent", 30 * days);
    // Comes before the old file.
    age("folder", 31 * days);
    const clock = jest.spyOn(Date, "now").mockReturnValue(now * 1000);
    cache.set("new", "x");
    clock.mockRestore();
    expect(readdirSync(folder).sort()).toEqual(["folder", "new", "recent"]);
});

test("a cache that cannot be read or written is none", () => {
    const folder = folderOf({ file: "" });
    expect(write(join(folder, "file", "a"), "x")).toBe(false);
    expect(write(join(folder, "a"), "x")).toBe(true);
    expect(() => removeOld(join(folder, "none"))).not.toThrow();
});
