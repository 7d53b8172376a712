import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { pulumi } from "../../local/toolchain";
import { run } from "../../local/toolchain/process";
import { billed } from "./templates/billed";

const root = join(__dirname, "..", "..");
const slipway = join(root, "dist", "lib", "cli.js");
const starters = readdirSync(join(root, "examples"));

/** The text below a heading of a starter's README. */
function section(name: string, heading: string): string {
    const readme = readFileSync(join(root, "examples", name, "README.md"), "utf8");
    return readme.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}

test.each(starters)("the README of %s describes how to add it to GitHub, and who deploys it from there", (name) => {
    const text = section(name, "Add it to GitHub");
    expect(text).toContain(`--message "Start with ${name}"`);
    const deploys: Record<string, string> = { "ci-delivery": "#configure", foundation: "An administrator deploys" };
    expect(text).toContain(deploys[name] ?? `\`pulumi config set program ${name}\``);
});

test.each(starters)("the README of %s lists what is billed all the time, and what by use", (name) => {
    expect(section(name, "Cost")).toMatch(/^- \*\*All the time:\*\* [\s\S]*^- \*\*By use:\*\* /m);
});

interface ProjectFile {
    name: string;
    description: string;
    template?: { description: string; config: Record<string, { description?: string; default?: string }> };
    config: Record<string, { value: unknown }>;
}
interface StackFile {
    config: Record<string, unknown>;
}
const project = (folder: string): ProjectFile => parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8"));
const stackFile = (folder: string, stack: string): StackFile =>
    parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8"));

test.each(starters)(
    "the template of %s describes each value that it asks for, and all but the project have a default",
    (name) => {
        const { description, template } = project(join(root, "examples", name));
        expect(template?.description).toBe(description);
        const config = Object.entries(template?.config ?? {});
        expect(config.map(([key]) => key)).toContain("gcp:region");
        expect(config.filter(([, value]) => !value.description).map(([key]) => key)).toEqual([]);
        const required = config.filter(([, value]) => value.default === undefined).map(([key]) => key);
        expect(required).toEqual(name === "foundation" ? [] : ["gcp:project"]);
    },
);

/** A step of a preview. */
interface Step {
    newState?: { type: string; inputs?: { project?: string } };
}

describe("pulumi new", () => {
    const parent = mkdtempSync(join(tmpdir(), "slipway-templates-"));
    const templates = join(parent, "templates");
    let env: NodeJS.ProcessEnv;
    afterAll(() => rmSync(parent, { recursive: true, force: true }));

    beforeAll(async () => {
        const { path } = await pulumi({ pinned: true, report: () => undefined });
        env = {
            ...process.env,
            PATH: path,
            PULUMI_CONFIG_PASSPHRASE: "",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        // What Pulumi installs: the packages of slipway, which are not in the registry, are linked afterwards.
        mkdirSync(join(parent, "nothing"));
        writeFileSync(join(parent, "nothing", "package.json"), '{ "name": "nothing", "version": "1.0.0" }\n');
        for (const name of starters) {
            cpSync(join(root, "examples", name), join(templates, name), {
                recursive: true,
                filter: (file) => !/[\\/](node_modules|\.slipway|__pycache__)$/.test(file),
            });
            const file = join(templates, name, "package.json");
            const description = JSON.parse(readFileSync(file, "utf8"));
            description.dependencies = { nothing: `file:${join(parent, "nothing")}` };
            description.devDependencies = {};
            writeFileSync(file, JSON.stringify(description));
        }
    });

    test.each(starters)("makes a project of %s that can be deployed to the local Google Cloud", async (name) => {
        const folder = join(parent, "created", name);
        const [stack, given] =
            name === "foundation"
                ? ["acme", ["projects=sales", "repository=sales/forecast"]]
                : ["dev", ["gcp:project=sales-forecast-test"]];
        const config = given.flatMap((value) => ["-c", value]);
        const args = ["--name", "sales", "--stack", stack, "--dir", folder, "--yes", "--non-interactive", ...config];
        // Each has a backend of its own, as projects in one have different names.
        const state = join(parent, "states", name);
        mkdirSync(state, { recursive: true });
        const backend = { PULUMI_HOME: join(parent, "home"), PULUMI_BACKEND_URL: `file://${state}` };
        const output = await run("pulumi", ["new", join(templates, name), ...args], { env: { ...env, ...backend } });
        expect(output).toContain("Your new project is ready to go!");

        const { template, ...created } = project(folder);
        const original = project(join(root, "examples", name));
        expect([created.name, created.description, template]).toEqual(["sales", original.description, undefined]);
        const own = stackFile(folder, stack).config;
        const defaults = Object.entries(original.template?.config ?? {}).map(([key, value]) => [key, value.default]);
        const expected = [...defaults, ...given.map((value) => value.split("="))];
        const named = expected.map(([key = "", value]) => [key.includes(":") ? key : `sales:${key}`, value]);
        expect(own).toMatchObject(Object.fromEntries(named));

        rmSync(join(folder, "node_modules"), { recursive: true });
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        const preview = ["local", "preview", "-s", stack, "--json", "--non-interactive"];
        const listed = await run(process.execPath, [slipway, ...preview], { cwd: folder, env });
        const { steps, changeSummary } = JSON.parse(listed.slice(listed.indexOf("{")));
        expect(Object.keys(changeSummary)).toEqual(["create"]);
        const types = steps.flatMap((step: Step) => step.newState?.type ?? []);
        const { prices, unknown } = billed(types);
        expect([unknown, prices.length > 1]).toEqual([[], true]);
        expect(prices.filter((page) => !section(name, "Cost").includes(`(${page})`))).toEqual([]);
        const projects = steps.map((step: Step) => step.newState?.inputs?.project);
        const isOwn = (id: unknown) =>
            name === "foundation" ? String(id).startsWith("sales-") : id === "sales-forecast-test";
        expect(projects.filter(isOwn)).not.toEqual([]);
        expect(projects.filter((id: unknown) => String(id).startsWith("acme-"))).toEqual([]);
        await run(process.execPath, [slipway, "local", "reset"], { cwd: folder, env });
    });
});
