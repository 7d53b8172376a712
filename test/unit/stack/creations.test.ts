import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Creation, creations } from "../../../lib/facts";
import { checkedTypes } from "../checkedCreations";

const rows: [string, Creation][] = Object.entries(creations.rows);

/** Creations that the local Google Cloud checks nothing of: machines use their account once they run. */
const unchecked = ["gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager"];

test("the table has all types whose creation the local Google Cloud checks against the permissions of accounts, and no others", () => {
    const types = rows.map(([type]) => type).filter((type) => type.startsWith("gcp:"));
    expect(checkedTypes()).toEqual(types.filter((type) => !unchecked.includes(type)).sort());
});

/** Dynamic resources whose calls need the permissions of the caller only. */
const ofCaller = ["appengine:Application", "appengine:Rollout", "function:PublicAccess", "model:Monitoring"];

test("the table has all dynamic resources that need the permissions of accounts", () => {
    const lib = join(__dirname, "..", "..", "..", "lib");
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const sources = files.map((file) => readFileSync(join(lib, file), "utf8"));
    const dynamic = sources.filter((source) => source.includes("extends DynamicResource"));
    const all = dynamic.flatMap((source) => [...source.matchAll(/type: "(\w+:[A-Z]\w+)"/g)].map(([, type]) => type));
    const listed = rows.flatMap(([type]) => /^pulumi-nodejs:dynamic\/(.*)$/.exec(type)?.[1] ?? []);
    expect(all.sort()).toEqual([...listed, ...ofCaller].sort());
});

test("what cannot be repeated is waited for, and what is left is known for each operation that can fail", () => {
    expect(rows.filter(([, { leaves, wait }]) => leaves === "stays" && !wait)).toEqual([]);
    expect(rows.filter(([, { fails, leaves }]) => (fails === "operation") !== (leaves !== undefined))).toEqual([]);
});
