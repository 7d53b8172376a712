import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { levelOf, problemsOf, stackOf } from "../../../policy/policies";
import type { StackResource } from "../../../policy/rule";
import { rules } from "../../../policy/rules";
import { pageExamples, runExample, runProgram } from "../pages";
import { registeredTypes } from "../registered";

/** What starters and examples break on purpose. */
interface Kept {
    rule: string;
    /** The program, and the name of the resource. In both `*` is any text. */
    program: string;
    resource: string;
    reason: string;
}

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

const root = join(__dirname, "..", "..", "..");
const kept: Kept[] = JSON.parse(readFileSync(join(__dirname, "kept.json"), "utf8"));
const needed = new Set<Kept>();

type Stack = Parameters<typeof registeredTypes>[1];

/** What a program breaks in production: `storage-not-public models`. */
async function broken(program: () => unknown, stack: Stack): Promise<string[]> {
    const registrations = await registeredTypes(program, { named: true, ...stack });
    const resources = registrations.map(({ key, type, inputs, options }): StackResource => {
        const name = key.slice(key.indexOf(" ") + 1);
        const opts = { protect: options.protect ?? false };
        return { type, name, urn: key, props: inputs, opts, provider: { project: stack?.config?.["gcp:project"] } };
    });
    const all = stackOf(resources);
    return rules
        .filter((rule) => levelOf(rule, "production") === "mandatory")
        .flatMap((rule) =>
            resources.flatMap((each) => problemsOf(rule, each, all).map(() => [rule.name, each.name] as const)),
        )
        .map((found) => found.join(" "))
        .sort();
}

const asPattern = (text: string) => new RegExp(`^${text.replaceAll(/[.?+]/g, "\\$&").replaceAll("*", ".*")}$`);

/** Findings without a reason. */
const unexplained = (program: string, findings: string[]) =>
    findings.filter((finding) => {
        const [rule, resource = ""] = finding.split(" ");
        const reasons = kept.filter(
            (each) =>
                each.rule === rule && asPattern(each.program).test(program) && asPattern(each.resource).test(resource),
        );
        for (const each of reasons) {
            needed.add(each);
        }
        return reasons.length === 0;
    });

test.each(pageExamples)("the example %s complies in production", async (file) => {
    const found = await broken(() => runExample(file), { kind: "production", environment: true });
    expect(unexplained(file, found)).toEqual([]);
});

const starters = readdirSync(join(root, "examples")).flatMap((starter) =>
    readdirSync(join(root, "examples", starter)).flatMap((file) => {
        const [, name] = /^Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
        return name === undefined || name === "dev" ? [] : [[starter, name] as const];
    }),
);

test.each(starters)("the starter %s complies as %s", async (starter, name) => {
    const path = join(root, "examples", starter, "index.ts");
    const { config } = parse(readFileSync(join(dirname(path), `Pulumi.${name}.yaml`), "utf8"));
    const texts = Object.entries<unknown>(config).map(([key, value]) => [
        key.includes(":") ? key : `${starter}:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const { "slipway:kind": kind, ...others } = Object.fromEntries(texts);
    const stack = { pulumiProject: starter, name, kind: kind as never, config: others, environment: true };
    expect(unexplained(starter, await broken(() => runProgram(path), stack))).toEqual([]);
});

test("each reason is needed", () => {
    expect(kept.filter((each) => !needed.has(each))).toEqual([]);
    expect(kept.filter(({ reason }) => !/^[A-Z].*\.$/.test(reason))).toEqual([]);
});
