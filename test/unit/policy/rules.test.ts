import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { providerSchema, type SchemaProperties, schemaOf } from "../../../local/simulator/schema/schema";
import { problemsOf, stackOf } from "../../../packages/policy/policies";
import { isOf, type Rule, type StackResource } from "../../../packages/policy/rule";
import { rules } from "../../../packages/policy/rules";
import { type SampleResource, samples } from "./samples";
import { unknownCheckingProxy } from "./unknowns";

/** The engine's marker of a text that is not known during a preview. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function resources(given: SampleResource[]): StackResource[] {
    return given.map(({ type, props, name = "sample", protect = false }, index) => ({
        type,
        name,
        urn: `urn:pulumi:prod::test::${type}::${name}-${index}`,
        props: unknownCheckingProxy(props),
        opts: { protect },
        provider: { project: "acme-prod" },
    }));
}

function problems(rule: Rule, given: SampleResource[]): string[] {
    const all = resources(given);
    return all.flatMap((each) => problemsOf(rule, each, stackOf(all)));
}

const cases = rules.flatMap((rule) => (samples[rule.name] ?? []).map((sample, index) => ({ rule, sample, index })));

test("each rule has samples", () => {
    expect(Object.keys(samples).sort()).toEqual(rules.map(({ name }) => name).sort());
});

/** Rules that no resource of their type complies with. */
const ofWholeTypes = ["iam-no-service-account-keys", "api-keys-none"];

test("each check of a rule has a sample that breaks it, and a resource of the same type that complies", () => {
    const checks = rules.flatMap((rule) => rule.checks.map((check) => ({ ...rule, checks: [check], check })));
    const broken = checks.filter((rule) => samples[rule.name]?.some(({ breaks }) => problems(rule, breaks).length > 0));
    const kept = checks.filter((rule) =>
        samples[rule.name]?.some(({ complies }) => complies.some(({ type }) => isOf(type, rule.check.type))),
    );
    const namesOf = (all: typeof checks) => all.map(({ name, check }) => `${name} ${check.type}`);
    expect(namesOf(broken)).toEqual(namesOf(checks));
    expect(namesOf(kept)).toEqual(namesOf(checks.filter(({ name }) => !ofWholeTypes.includes(name))));
});

test.each(cases)("$rule.name refuses sample $index that breaks it", ({ rule, sample }) => {
    expect(problems(rule, sample.breaks)).toEqual([expect.stringMatching(/^\S.*[.\w]$/)]);
});

test.each(cases)("$rule.name accepts sample $index that complies", ({ rule, sample }) => {
    expect(problems(rule, sample.complies)).toEqual([]);
});

/** Arguments in which each value is unknown, at each depth up to one. */
function withUnknowns(props: Record<string, unknown>): Record<string, unknown>[] {
    const all = Object.fromEntries(Object.keys(props).map((name) => [name, unknown]));
    const single = Object.keys(props).map((name) => ({ ...props, [name]: unknown }));
    return [all, ...single];
}

test.each(cases)(
    "$rule.name reads values of sample $index that are not known yet without an error",
    ({ rule, sample }) => {
        for (const each of [...sample.breaks, ...sample.complies]) {
            for (const props of withUnknowns(each.props)) {
                expect(() => problems(rule, [{ ...each, props }])).not.toThrow();
            }
            const all = withUnknowns(each.props)[0] as SampleResource["props"];
            const decided = problems(rule, [{ ...each, props: all }]);
            // What it says without reading anything does not depend on the values.
            expect(decided).toEqual(decided.length === 0 ? [] : problems(rule, [{ ...each, props: {} }]));
        }
    },
);

test("samples only have arguments that the provider has", () => {
    const missing = (props: object, fields: SchemaProperties, path: string): string[] =>
        Object.entries(props).flatMap(([name, value]) => {
            const property = fields[name];
            const at = `${path}.${name}`;
            if (property === undefined) {
                return [at];
            }
            const blocks = property.fields ? [value].flat() : [];
            return blocks.flatMap((block) => missing(block as object, property.fields ?? {}, at));
        });
    const all = Object.values(samples).flatMap((each) =>
        each.flatMap(({ breaks, complies }) => [...breaks, ...complies]),
    );
    expect([
        ...new Set(all.flatMap(({ type, props }) => missing(props, schemaOf(type)?.properties ?? {}, type))),
    ]).toEqual([]);
});

test("each type of a check is one of the provider, and each pattern matches some", () => {
    const tokens = Object.keys(providerSchema().resources);
    const none = rules.flatMap(({ name, checks }) =>
        checks
            .filter(
                ({ type }) => !tokens.some((token) => (typeof type === "string" ? token === type : type.test(token))),
            )
            .map(({ type }) => `${name}: ${type}`),
    );
    expect(none).toEqual([]);
});

test("checks of one type read the arguments of that type", () => {
    const folder = join(__dirname, "..", "..", "..", "packages", "policy", "rules");
    const wrong = readdirSync(folder).flatMap((file) => {
        const text = readFileSync(join(folder, file), "utf8");
        const constants = new Map(
            [...text.matchAll(/^const (\w+) = "(gcp:[^"]+)";$/gm)].map(([, name, token]) => [name, token]),
        );
        const imports = new Map(
            [...text.matchAll(/import type \{ (\w+)(?: as (\w+))? \} from "@pulumi\/gcp\/([\w/]+)";/g)].map(
                ([, name, alias, path]) => [alias ?? name, path],
            ),
        );
        return [...text.matchAll(/each<(\w+)[^(]*>\(\s*(?:"(gcp:[^"]+)"|(\w+)),/g)].flatMap(
            ([, type, token, constant]) => {
                const used = token ?? constants.get(constant);
                const path = imports.get(type);
                const expected = used && /^gcp:([^:]+):/.exec(used)?.[1];
                const isSame = expected?.toLowerCase() === path?.toLowerCase();
                return used === undefined || path === undefined || isSame ? [] : [`${file}: ${type} and ${used}`];
            },
        );
    });
    expect(wrong).toEqual([]);
});

test("names are unique and in kebab-case, descriptions are sentences, and pages are Google's, without an anchor", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { name, description, url, optional } of rules) {
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(description).toMatch(/^[A-Z].*\.$/);
        expect(url).toMatch(/^https:\/\/cloud\.google\.com\/[^#]+$/);
        expect(optional ?? "A reason.").toMatch(/^[A-Z].*\.$/);
    }
});
