import { readdirSync, readFileSync } from "node:fs";
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

const starters = readdirSync(join(root, "examples")).map((name) => `examples/${name}/README.md`);

test.each(["README.md", "docs/first-deployment.md", ...starters])(
    "%s installs the packages of this version",
    (file) => {
        const { version } = JSON.parse(text("package.json"));
        const packages = text(file).match(/slipway(-local)?-\d+\.\d+\.\d+[^ ,`]*\.tgz/g) ?? [];
        expect([...new Set(packages)].sort()).toEqual([`slipway-${version}.tgz`, `slipway-local-${version}.tgz`]);
    },
);

test.each(starters)("%s creates the stack before it deploys it to Google Cloud", (file) => {
    const [, commands = ""] = /## Get started[\s\S]*?```sh\n([\s\S]*?)```/.exec(text(file)) ?? [];
    const [, stack] = /^pulumi up -s (\w+)/m.exec(commands) ?? [];
    const lines = commands.split("\n").map((line) => line.replace(/ +#.*/, ""));
    expect(lines.indexOf(`pulumi stack init ${stack}`)).toBeGreaterThan(
        lines.indexOf(`npx slipway local up -s ${stack}`),
    );
    expect(lines.indexOf(`pulumi up -s ${stack}`)).toBeGreaterThan(lines.indexOf(`pulumi stack init ${stack}`));
});
