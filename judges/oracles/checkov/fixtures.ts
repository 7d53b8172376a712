import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { toInputs, tokenOf } from "../../../local/simulator/schema/terraform";
import { scanned } from "../../../test/extended/checkov/scan";
import { terraformPlan } from "../../../test/extended/terraformPlan";
import { Evaluator, type Instance } from "../acceptance/evaluator";
import type { Case } from "../judge";

/** A configuration that a test of Checkov scans, with the verdicts. */
export interface Fixture {
    /** The folder, or the test file and a number. */
    name: string;
    /** The folder or the test file. */
    unit: string;
    /** In Terraform's language. */
    text: string;
    /** The addresses of resources, by check. */
    expected: Record<string, { passed: string[]; failed: string[] }>;
}

/** The contents of the file that `record.mjs` writes. */
export interface Fixtures {
    source: string;
    licence: string;
    commit: string;
    /** The version of Checkov that gave the verdicts. */
    checkov: string;
    fixtures: Fixture[];
}

/** What a check of Checkov says about a resource of a configuration. */
export interface Expectation extends Case {
    fixture: Fixture;
    check: string;
    /** The resource's address. */
    resource: string;
    verdict: "passes" | "fails";
}

export const fixturesFile = join(__dirname, "fixtures.json.gz");

const requirement = join(__dirname, "..", "..", "..", "test", "extended", "checkov", "requirements.in");

/** @throws if the verdicts are of another version of Checkov than the one that is installed */
export function fixtures(): Fixture[] {
    const { checkov, fixtures }: Fixtures = JSON.parse(gunzipSync(readFileSync(fixturesFile)).toString());
    if (readFileSync(requirement, "utf8").trim() !== `checkov==${checkov}`) {
        throw new Error(
            `The verdicts are of Checkov ${checkov}, which is not the version in test/extended/checkov/requirements.in. ` +
                "Record them again: node judges/oracles/checkov/record.mjs --from <checkout of checkov>",
        );
    }
    return fixtures;
}

const typeOf = (address: string) => address.split(".")[0] as string;

const isInSchema = (address: string) => tokenOf(typeOf(address)) !== undefined;

/** A case for each verdict. */
function all(): Omit<Expectation, "service">[] {
    return fixtures().flatMap((fixture) =>
        Object.entries(fixture.expected).flatMap(([check, { passed, failed }]) => {
            const of = (resources: string[], verdict: Expectation["verdict"]) =>
                resources.map((resource) => {
                    const name = `${fixture.name.replace("tests/terraform/", "")} ${check} ${resource}`;
                    return { name, unit: fixture.unit, fixture, check, resource, verdict };
                });
            return [...of(passed, "passes"), ...of(failed, "fails")];
        }),
    );
}

/** Those about resources whose type the schema has. */
export function expectations(): Expectation[] {
    return all()
        .filter(({ resource }) => isInSchema(resource))
        .map((each) => {
            const [, service = ""] = /^gcp:(\w+)\//.exec(tokenOf(typeOf(each.resource)) as string) ?? [];
            return { ...each, service };
        });
}

/** The types of the others. */
export const otherTypes = () => [
    ...new Set(
        all()
            .filter(({ resource }) => !isInSchema(resource))
            .map(({ resource }) => typeOf(resource)),
    ),
];

/** A configuration in which no two resources have the same address, which Checkov does not mind. */
function distinct(text: string): string {
    const counts = new Map<string, number>();
    return text.replaceAll(/^([ \t]*resource\s+"?\w+"?\s+"?[\w-]+)/gm, (declaration) => {
        const count = (counts.get(declaration) ?? 0) + 1;
        counts.set(declaration, count);
        return count > 1 ? `${declaration}_${count}` : declaration;
    });
}

/**
 * A configuration with what it refers to and does not declare, which Checkov does not need: variables and locals without a value, and
 * resources and data sources without attributes.
 */
function completed(text: string): string {
    const missing = (
        pattern: RegExp,
        isDeclared: (...names: string[]) => RegExp,
        stub: (...names: string[]) => string,
    ) =>
        [...new Map([...text.matchAll(pattern)].map(([, ...names]) => [names.join(" "), names])).values()]
            .filter((names) => !isDeclared(...names).test(text))
            .map((names) => stub(...names));
    const declared = (kind: string) => (type: string, name: string) =>
        new RegExp(`${kind}\\s+"?${type}"?\\s+"?${name}"?\\s*{`);
    return [
        text,
        ...missing(
            /\bvar\.([\w-]+)/g,
            (name) => new RegExp(`variable\\s+"?${name}"?\\s*{`),
            (name) => `variable "${name}" {}`,
        ),
        ...missing(
            /\blocal\.([\w-]+)/g,
            (name) => new RegExp(`locals\\s*{[^]*\\b${name}\\s*=`),
            (name) => `variable "of_${name}" {}\nlocals {\n${name} = var.of_${name}\n}`,
        ),
        ...missing(
            /(?<![\w.])((?:google|random)_\w+)\.([a-zA-Z][\w-]*)/g,
            declared("resource"),
            (type, name) => `resource "${type}" "${name}" {}`,
        ),
        ...missing(
            /\bdata\.(google_\w+)\.([a-zA-Z][\w-]*)/g,
            declared("data"),
            (type, name) => `data "${type}" "${name}" {}`,
        ),
    ].join("\n");
}

/** The addresses that parts of a value depend on, where they are not known yet. */
function unknownIn(value: unknown): string[] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return "$unknown" in value ? ((value.$unknown ?? []) as string[]) : Object.values(value).flatMap(unknownIn);
}

/** A resource of a fixture, with a name of its own: Checkov makes one graph of all plans. */
interface Declared {
    instance: Instance;
    token: string;
    name: string;
    urn: string;
}

function declaredIn(resources: Instance[], fixture: number): Declared[] {
    return resources.flatMap((instance, place) => {
        const token = instance.mode === "managed" ? tokenOf(instance.type) : undefined;
        const name = `${instance.name}-${fixture}-${place}`;
        return token === undefined
            ? []
            : [{ instance, token, name, urn: `urn:pulumi:dev::checkov::${token}::${name}` }];
    });
}

/** A resource of a fixture in a Pulumi program. */
export interface Programmed {
    fixture: Fixture;
    /** The address in the fixture. */
    address: string;
    /** The address in a plan of the program. */
    planned: string;
    token: string;
    name: string;
    urn: string;
    /** The inputs in Pulumi's form, with its markers of unknown values. */
    inputs: Record<string, unknown>;
    /** The URNs that the unknown values of each property depend on. */
    propertyDependencies: Record<string, string[]>;
}

/** The resources of fixtures as programs declare them with `@pulumi/gcp`, by fixture. */
export interface Programs {
    resources: Programmed[][];
    /** What the fixtures have and programs cannot have: arguments that the provider does not have, and what is not Terraform's language. */
    leftOut: string[];
}

export async function programs(fixtures: Fixture[]): Promise<Programs> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-checkov-"));
    const evaluator = await Evaluator.start(join(__dirname, "..", "acceptance", "example"), join(folder, "evaluator"));
    const found: Programmed[][] = [];
    const leftOut = new Set<string>();
    try {
        for (const [index, fixture] of fixtures.entries()) {
            const { resources, problems = [] } = await evaluator.plan(completed(distinct(fixture.text)), {});
            for (const problem of problems) {
                leftOut.add(`${fixture.name}: ${problem.replace(/^[^ ]* /, "")}`);
            }
            const declared = declaredIn(resources, index);
            const urns = new Map(declared.map(({ instance, urn }) => [instance.address, urn]));
            found.push(declared.map((each) => ({ fixture, ...programmed(each, urns, leftOut) })));
        }
        return { resources: found, leftOut: [...leftOut].sort() };
    } finally {
        await evaluator.close();
        rmSync(folder, { recursive: true });
    }
}

function programmed(
    { instance, token, name, urn }: Declared,
    urns: Map<string, string>,
    leftOut: Set<string>,
): Omit<Programmed, "fixture"> {
    const unsupported = (argument: string) => leftOut.add(`${instance.type} ${argument}`);
    const inputs = toInputs(token, instance.attributes, unsupported);
    const dependencies = Object.entries(instance.attributes).flatMap(([attribute, value]) => {
        const [property] = Object.keys(toInputs(token, { [attribute]: value }, unsupported));
        return property ? [[property, unknownIn(value).flatMap((address) => urns.get(address) ?? [])]] : [];
    });
    const propertyDependencies = Object.fromEntries(dependencies);
    const { address, type } = instance;
    return { address, planned: `${type}.${name}`, token, name, urn, inputs, propertyDependencies };
}

/** What Checkov says about resources of Pulumi programs. */
export interface Verdicts extends Pick<Programs, "leftOut"> {
    /** `passes`, `fails`, or undefined if it says neither. */
    of(expectation: Expectation): string | undefined;
}

/** Scans the resources of all fixtures as if they were previewed in programs. */
export async function verdicts(fixtures: Fixture[]): Promise<Verdicts> {
    const { resources, leftOut } = await programs(fixtures);
    const plans = mkdtempSync(join(tmpdir(), "slipway-checkov-plans-"));
    try {
        for (const [index, declared] of resources.entries()) {
            const steps = declared.map(({ urn, token, inputs, propertyDependencies }) => ({
                op: "create",
                newState: { urn, type: token, inputs, propertyDependencies },
            }));
            const preview = JSON.stringify({ steps }, undefined, 4);
            writeFileSync(join(plans, `${index}.json`), JSON.stringify(terraformPlan(preview)));
        }
        const { passed_checks, failed_checks } = (await scanned(plans)).results;
        const found = new Map([
            ...passed_checks.map(({ check_id, resource }) => [`${check_id} ${resource}`, "passes"] as const),
            ...failed_checks.map(({ check_id, resource }) => [`${check_id} ${resource}`, "fails"] as const),
        ]);
        const planned = new Map(
            resources.flat().map(({ fixture, address, planned }) => [`${fixture.name} ${address}`, planned]),
        );
        return {
            of: ({ fixture, check, resource }) => found.get(`${check} ${planned.get(`${fixture.name} ${resource}`)}`),
            leftOut,
        };
    } finally {
        rmSync(plans, { recursive: true });
    }
}
