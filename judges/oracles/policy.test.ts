import { readFileSync } from "node:fs";
import { join } from "node:path";
import { problemsOf, stackOf } from "../../packages/policy/policies";
import type { StackResource } from "../../packages/policy/rule";
import { rules } from "../../packages/policy/rules";
import { unknownCheckingProxy } from "../../test/unit/policy/unknowns";
import { type Expectation, expectations, fixtures, type Programmed, programs } from "./checkov/fixtures";
import { judge } from "./judge";

let found: Promise<Map<string, Programmed[]>> | undefined;

/** The resources of each fixture. */
function programmedOnce(): Promise<Map<string, Programmed[]>> {
    found ??= programs(fixtures()).then(({ resources }) => {
        return new Map(resources.flatMap((each) => (each[0] ? [[each[0].fixture.name, each] as const] : [])));
    });
    return found;
}

/** A resource as Pulumi's SDK for policies gives it to a rule: reading an unknown value throws. */
function asStackResource({ token, name, urn, inputs }: Programmed): StackResource {
    const props = unknownCheckingProxy(inputs);
    return { type: token, name, urn, props, opts: { protect: false }, provider: {} };
}

const rulesOf = (check: string) => rules.filter(({ checkov = [] }) => checkov.includes(check));

/** What Checkov says about a resource in Terraform's language, the rules that name the check say about it in a Pulumi program. */
judge<Expectation>({
    name: "policy",
    cases: expectations().filter(({ check }) => rulesOf(check).length > 0),
    exceptions: JSON.parse(readFileSync(join(__dirname, "policy", "exceptions.json"), "utf8")),
    async run({ fixture, check, resource, verdict }) {
        const declared = (await programmedOnce()).get(fixture.name) ?? [];
        const judged = declared.find(({ address }) => address === resource);
        if (judged === undefined) {
            return [`is not judged, and ${verdict} in Terraform`];
        }
        const stack = stackOf(declared.map(asStackResource));
        const problems = rulesOf(check).flatMap((rule) => problemsOf(rule, asStackResource(judged), stack));
        const own = problems.length > 0 ? "fails" : "passes";
        return own === verdict ? [] : [`${own}, and ${verdict} in Terraform`];
    },
});
