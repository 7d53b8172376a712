import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "..", "..", "lib");

test("what a program has once has a name of its own", () => {
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const names = files.flatMap((file) =>
        [...readFileSync(join(lib, file), "utf8").matchAll(/stateOfProgram\(\s*"([^"]+)"/g)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
});
