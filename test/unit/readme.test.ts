import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentDefaults } from "slipway";

const root = join(__dirname, "..", "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

test("the README contains the platform example", () => {
    const [, program] = /```ts\n([\s\S]*?)```/.exec(text("README.md")) ?? [];
    expect(program).toBe(text("examples/platform/index.ts"));
});

test("the table of kinds contains every default of each", () => {
    const kinds = ["development", "staging", "production"] as const;
    for (const name of Object.keys(environmentDefaults.production) as (keyof typeof environmentDefaults.production)[]) {
        const values = kinds.map((kind) => environmentDefaults[kind][name]);
        const row = text("README.md")
            .split("\n")
            .find((line) => line.startsWith(`| \`${name}\``));
        expect(
            row
                ?.split("|")
                .slice(2, 5)
                .map((cell) => cell.trim()),
        ).toEqual(values.map(String));
    }
});

test.each(["dev", "prod"])("the root program and the example have the same stack file for %s", (stack) => {
    expect(text(`Pulumi.${stack}.yaml`)).toBe(text(`examples/platform/Pulumi.${stack}.yaml`));
});
