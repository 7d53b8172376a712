import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allLeaves, tableOf, unused } from "./changes/table";

const file = join(__dirname, "changes", "unchanged.json");

// What previews say of the examples.
jest.spyOn(console, "warn").mockImplementation();
jest.spyOn(console, "log").mockImplementation();

test("the table of the arguments that are not changed is complete", async () => {
    const leaves = allLeaves();
    expect(unused(leaves)).toEqual([]);
    const table = await tableOf(leaves);
    if (process.env.SLIPWAY_CHANGES_TABLE) {
        writeFileSync(file, `${JSON.stringify(table, undefined, 4)}\n`);
    }
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(table);
}, 600_000);
