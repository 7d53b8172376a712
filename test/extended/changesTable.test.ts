import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allLeaves, root, tablesOf, unused } from "./changes/table";

/** What is not changed; and which argument keeps a property for `slipway adopt`. */
const files = {
    unchanged: join(__dirname, "changes", "unchanged.json"),
    setting: join(root, "local", "commands", "adopt", "arguments.json"),
};

// What previews say of the examples.
jest.spyOn(console, "warn").mockImplementation();
jest.spyOn(console, "log").mockImplementation();

test("the tables of what arguments change are complete", async () => {
    const leaves = allLeaves();
    expect(unused(leaves)).toEqual([]);
    const tables = await tablesOf(leaves);
    for (const [name, file] of Object.entries(files)) {
        const table = tables[name as keyof typeof tables];
        if (process.env.SLIPWAY_CHANGES_TABLE) {
            writeFileSync(file, `${JSON.stringify(table, undefined, 4)}\n`);
        }
        expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(table);
    }
}, 900_000);
