import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { isPlainObject } from "../../lib/internal/arguments/value";
import { componentPrograms } from "./everything";
import { answers, everythingElse } from "./everythingElse";
import { answeringFolder } from "./folders";
import { pageExamples, runExample, runProgram } from "./pages";
import { repeatRandom } from "./random";
import { registeredWhole } from "./registered";

/**
 * What programs register, in a file of `baseline` for each, with a property in a line: a change of a deployed stack is here. Intended ones are
 * accepted with `npx jest --ci=false --selectProjects unit -u baseline`. A removed or replaced resource, and one that moves, need an alias.
 */
const baselines = join(__dirname, "baseline");

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();
const beginRandom = repeatRandom();

const root = join(__dirname, "..", "..");
const folder = answeringFolder();

type Stack = Parameters<typeof registeredWhole>[1];

type Registrations = Record<string, object>;

/** The registrations of a program, by type and name. */
async function registrationsOf(program: () => unknown, stack: Stack): Promise<Registrations> {
    beginRandom();
    const { inputs, kept, options, outputs } = await registeredWhole(program, stack);
    const all = Object.keys(options).map((key) => [
        key,
        { ...options[key], inputs: inputs[key] ?? kept[key], outputs: outputs[key] },
    ]);
    const text = JSON.stringify(Object.fromEntries(all))
        .replaceAll(root, "")
        .replaceAll(folder, "")
        .replaceAll(/"[^"]*\/slipway-archives[^/]*/g, '"');
    return JSON.parse(text);
}

/** The properties that differ from others, which have `null` if only the others have them. */
function differing(own: Record<string, unknown>, others: Record<string, unknown>): Record<string, unknown> {
    const names = Object.keys({ ...others, ...own }).filter(
        (name) => JSON.stringify(own[name]) !== JSON.stringify(others[name]),
    );
    const difference = (value: unknown, other: unknown) =>
        isPlainObject(value) && isPlainObject(other) ? differing(value, other) : (value ?? null);
    return Object.fromEntries(names.map((name) => [name, difference(own[name], others[name])]));
}

/** Compares what a program registers with its file, which `-u` writes. */
function expectBaseline(name: string, ...documents: object[]): void {
    const file = join(baselines, `${name}.yaml`);
    const text = documents.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
    const { snapshotState } = expect.getState() as unknown as { snapshotState: { _updateSnapshot: string } };
    if (snapshotState._updateSnapshot === "all" || (snapshotState._updateSnapshot === "new" && !existsSync(file))) {
        mkdirSync(baselines, { recursive: true });
        writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, "utf8"));
}

const examples = join(root, "docs", "examples");
const programs = join(root, "test", "programs");

const named = (file: string) => file.replace(/\.ts$/, "").replace("/", "-");

const all: Record<string, () => unknown> = {
    ...Object.fromEntries(
        Object.entries(componentPrograms).map(([path, program]) => [`component-${named(path)}`, () => program(folder)]),
    ),
    everythingElse: () => everythingElse(folder),
    ...Object.fromEntries(pageExamples.map((file) => [`example-${named(file)}`, () => runExample(file)])),
    ...Object.fromEntries(
        readdirSync(programs).map((file) => [
            `program-${named(file)}`,
            () => runProgram(join(programs, file), examples),
        ]),
    ),
};

/** The stack of a program: those that are not copied are shown with the environment's resources. */
const stackOf = (name: string): Stack => ({
    environment: /^(component-|everythingElse$)/.test(name),
    ...(name === "everythingElse" && answers),
});

test.each(Object.keys(all))("%s registers what it did, in development and production", async (name) => {
    const program = all[name] as () => unknown;
    const [development, production] = [
        await registrationsOf(program, { kind: "development", ...stackOf(name) }),
        await registrationsOf(program, { kind: "production", ...stackOf(name) }),
    ];
    expectBaseline(name, development, differing(production, development));
});

const stacks = readdirSync(join(root, "examples")).flatMap((starter) =>
    readdirSync(join(root, "examples", starter)).flatMap((file) => {
        const [, name] = /^Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
        return name === undefined ? [] : [[starter, name] as const];
    }),
);

test.each(stacks)("the starter %s registers what it did as %s", async (starter, name) => {
    const path = join(root, "examples", starter, "index.ts");
    const { config } = parse(readFileSync(join(dirname(path), `Pulumi.${name}.yaml`), "utf8"));
    const texts = Object.entries<unknown>(config).map(([key, value]) => [
        // A key without a namespace is one of the project.
        key.includes(":") ? key : `${starter}:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const { "slipway:kind": kind, ...others } = Object.fromEntries(texts);
    const stack = { pulumiProject: starter, name, kind: kind as never, config: others, environment: true };
    expectBaseline(`starter-${starter}-${name}`, await registrationsOf(() => runProgram(path), stack));
});

test("each file is of a program", () => {
    const starters = stacks.map(([starter, name]) => `starter-${starter}-${name}`);
    expect(readdirSync(baselines).sort()).toEqual(
        [...Object.keys(all), ...starters].map((name) => `${name}.yaml`).sort(),
    );
});
