import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { refusals } from "../../docs/tools/errors";

const root = join(__dirname, "../..");
const ids = refusals(join(root, "lib")).map(({ id }) => id);

test("a test sees each refusal, by its identifier", () => {
    const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".ts"),
    );
    const texts = tests.map((file) => readFileSync(join(root, "test", file), "utf8")).join("\n");
    // In regular expressions, brackets and slashes are escaped.
    const seen = new Set(
        [...texts.matchAll(/[["]([a-z]+)\\*\/([a-z0-9-]+)\\*[\]"]/g)].map(([, room, name]) => `${room}/${name}`),
    );
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
});

test("an identifier is the folder and words", () => {
    for (const id of ids) {
        expect(id).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    }
});
