import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentDefaults } from "slipway";

const root = join(__dirname, "..", "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

test("the README contains the platform example", () => {
    const [, program] = /```ts\n([\s\S]*?)```/.exec(text("README.md")) ?? [];
    expect(program).toBe(text("examples/platform/index.ts"));
});

test("the README and CONTRIBUTING have the length of a visit", () => {
    expect(text("README.md").length).toBeLessThanOrEqual(7000);
    expect(text(".github/CONTRIBUTING.md").length).toBeLessThanOrEqual(6000);
});

test("the top level is read at a glance", () => {
    const entries = readdirSync(root).filter((name) => !/^\.|^(dist|node_modules)$/.test(name));
    expect(entries.length).toBeLessThanOrEqual(16);
});

test("the figures of the README are those of the pages that it links to", () => {
    const readme = text("README.md").replaceAll(/\s+/g, " ");
    const [, passed, held] = /^\| acceptance \| (.*?) \|.*? \|.*? \| (.*?) \|/m.exec(text("docs/conformance.md")) ?? [];
    expect(readme).toContain(
        `passes ${passed} tests that Google's Terraform provider runs against Google Cloud, and ${held} that`,
    );
    const [, cases] = /^(\d+ cases of \d+ programs), until/m.exec(text("docs/promises.md")) ?? [];
    expect(readme).toContain(`In ${cases}, `);
    const [, own, raw] =
        /The platform has (\d+) lines with slipway, and (\d+) without/.exec(text("docs/benchmarks.md")) ?? [];
    expect(readme).toContain(`The program above has ${own} lines, and ${raw} with only`);
});

test("the table of kinds contains every default of each", () => {
    const kinds = ["development", "staging", "production"] as const;
    for (const name of Object.keys(environmentDefaults.production) as (keyof typeof environmentDefaults.production)[]) {
        const values = kinds.map((kind) => [environmentDefaults[kind][name]].flat().join(", "));
        const row = text("docs/environment.md")
            .split("\n")
            .find((line) => line.includes(`| \`${name}\` |`));
        expect(row?.split(" | ").slice(3)).toEqual([values[0], values[1], `${values[2]} |`]);
    }
});

test.each(["dev", "prod"])("the root program and the example have the same stack file for %s", (stack) => {
    expect(text(`Pulumi.${stack}.yaml`)).toBe(text(`examples/platform/Pulumi.${stack}.yaml`));
});

const starters = readdirSync(join(root, "examples")).map((name) => `examples/${name}/README.md`);

test.each(["docs/install.md", "docs/first-deployment.md", ...starters])(
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
