import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { levelOf, problemsOf, stackOf } from "../../../packages/policy/policies";
import type { Rule, StackResource } from "../../../packages/policy/rule";
import { rules } from "../../../packages/policy/rules";
import { Accepted, type Finding, suppressions } from "../../suppressions";
import { pageExamples, runExample, runProgram } from "../pages";
import { registeredTypes } from "../registered";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

const root = join(__dirname, "..", "..", "..");
const accepted = new Accepted("policy", suppressions.production);
const leftOut = new Accepted("policy", suppressions.development);

type Stack = Parameters<typeof registeredTypes>[1];

const isMandatory = (rule: Rule) => levelOf(rule, "production") === "mandatory";

/** What a program breaks of some rules, by default of those that are mandatory in production. */
async function broken(program: string, run: () => unknown, stack: Stack, chosen = isMandatory): Promise<Finding[]> {
    const registrations = await registeredTypes(run, { named: true, environment: true, ...stack });
    const resources = registrations.map(({ key, type, inputs, options }): StackResource => {
        const name = key.slice(key.indexOf(" ") + 1);
        const opts = { protect: options.protect ?? false };
        return { type, name, urn: key, props: inputs, opts, provider: { project: stack?.config?.["gcp:project"] } };
    });
    const all = stackOf(resources);
    return rules
        .filter(chosen)
        .flatMap((rule) =>
            resources.flatMap((each) =>
                problemsOf(rule, each, all).map(() => ({ check: rule.name, program, resource: each.name })),
            ),
        );
}

test.each(pageExamples)("the example %s complies in production", async (file) => {
    const found = await broken(basename(file, ".ts"), () => runExample(file), { kind: "production" });
    expect(accepted.others(found)).toEqual([]);
});

const starters = readdirSync(join(root, "examples")).flatMap((starter) =>
    readdirSync(join(root, "examples", starter)).flatMap((file) => {
        const [, name] = /^Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
        return name === undefined ? [] : [{ starter, name, isDevelopment: name === "dev" }];
    }),
);

/** What a starter breaks in one of its stacks. */
function brokenByStarter(starter: string, name: string, chosen?: typeof isMandatory): Promise<Finding[]> {
    const path = join(root, "examples", starter, "index.ts");
    const { config } = parse(readFileSync(join(dirname(path), `Pulumi.${name}.yaml`), "utf8"));
    const texts = Object.entries<unknown>(config).map(([key, value]) => [
        key.includes(":") ? key : `${starter}:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const { "slipway:kind": kind, ...others } = Object.fromEntries(texts);
    const stack = { pulumiProject: starter, name, kind: kind as never, config: others };
    return broken(starter, () => runProgram(path), stack, chosen);
}

test.each(starters.filter(({ isDevelopment }) => !isDevelopment))(
    "the starter $starter complies as $name, without exemptions",
    async ({ starter, name }) => {
        expect(await brokenByStarter(starter, name)).toEqual([]);
    },
);

/** A finding without its stack, of which the names of networks are made. */
const keyOf = ({ check, resource }: Finding) => `${check} ${resource.replace(/-(dev|prod)$/, "")}`;

test.each(starters.filter(({ isDevelopment }) => isDevelopment))(
    "in development the starter $starter breaks no other rules than in production, also of the optional ones, except for what it leaves out",
    async ({ starter, name }) => {
        const inProduction = new Set((await brokenByStarter(starter, "prod", () => true)).map(keyOf));
        const found = await brokenByStarter(starter, name, () => true);
        expect(leftOut.others(found.filter((each) => !inProduction.has(keyOf(each))))).toEqual([]);
    },
);

test("each suppression of a rule is needed", () => {
    expect([accepted.unmet, leftOut.unmet]).toEqual([[], []]);
});

test("each suppression has a reason, the page of its source and a check", () => {
    const all = Object.values(suppressions).flat();
    expect(all.filter(({ reason }) => !/^[A-Z].*\.$/.test(reason))).toEqual([]);
    expect(all.filter(({ source }) => !/^https:\/\/\S+$/.test(source))).toEqual([]);
    expect(suppressions.development.filter(({ category }) => !category)).toEqual([]);
    expect(all.filter(({ checks }) => Object.values(checks).flat().length === 0)).toEqual([]);
});
