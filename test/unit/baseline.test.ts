import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { everything } from "./everything";
import { everythingElse } from "./everythingElse";
import { answers } from "./everythingExisting";
import { answeringFolder } from "./folders";
import { pageExamples, runExample, runProgram } from "./pages";
import { repeatRandom } from "./random";
import { registeredWhole } from "./registered";

/**
 * What programs register: a change of a deployed stack is here, and intended ones are accepted with `npx jest --selectProjects unit -u baseline`. A removed or
 * replaced resource, and one that moves, need an alias or a line in the changelog.
 */

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();
const beginRandom = repeatRandom();

const root = join(__dirname, "..", "..");
const folder = answeringFolder();

type Stack = Parameters<typeof registeredWhole>[1];

/** The registrations of a program, one in a line. */
async function linesOf(program: () => unknown, stack: Stack): Promise<string[]> {
    beginRandom();
    const { inputs, kept, options, outputs } = await registeredWhole(program, stack);
    const lines = Object.keys(options).map(
        (key) =>
            `${key} ${JSON.stringify({ ...options[key], inputs: inputs[key] ?? kept[key], outputs: outputs[key] })}`,
    );
    return lines.map((line) =>
        line
            .replaceAll(root, "")
            .replaceAll(folder, "")
            .replaceAll(/"[^"]*\/slipway-archives[^/]*/g, '"'),
    );
}

const textOf = (lines: string[]) => `\n${lines.join("\n")}\n`;

const examples = join(root, "docs", "examples");
const programs = join(root, "test", "programs");

const all: Record<string, () => unknown> = {
    "a program with all components": () => everything(folder),
    "a program with the other arguments": () => everythingElse(folder),
    ...Object.fromEntries(pageExamples.map((file) => [`the example ${file}`, () => runExample(file)])),
    ...Object.fromEntries(
        readdirSync(programs).map((file) => [`the program ${file}`, () => runProgram(join(programs, file), examples)]),
    ),
};

/** The stacks of programs that are shown with the environment's resources. */
const stacksOf: Record<string, Stack> = {
    "a program with all components": { environment: true },
    "a program with the other arguments": { environment: true, ...answers },
};

test.each(Object.keys(all))("%s registers what it did, in development and production", async (name) => {
    const program = all[name] as () => unknown;
    const [development, production] = [
        await linesOf(program, { kind: "development", ...stacksOf[name] }),
        await linesOf(program, { kind: "production", ...stacksOf[name] }),
    ];
    expect(textOf(development)).toMatchSnapshot();
    // What differs.
    expect(textOf(production.filter((line) => !development.includes(line)))).toMatchSnapshot();
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
    expect(textOf(await linesOf(() => runProgram(path), stack))).toMatchSnapshot();
});
