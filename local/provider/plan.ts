import { unknown } from "../marks";
import { providerCode } from "../rules/plan/code";
import type { Suppression } from "../rules/plan/suppression";
import { belowBlocks, suppressionOf } from "../rules/plan/suppressions";
import type { Inputs, PlanRule, TypeRules } from "../rules/rules";

const rulesOf = ({ plan = {} }: TypeRules): PlanRule[] => Object.values(plan);

/** Throws the provider's errors if its code refuses a plan, at preview and before a request. */
export function verifyPlan(rules: TypeRules, inputs: Inputs, state?: Inputs): void {
    const known = withoutUnknown(inputs) as Inputs;
    const isUnknown = (property: string) => inputs[property] === unknown;
    const errors = rulesOf(rules).flatMap(({ refuse }) => refuse?.(known, state, isUnknown) ?? []);
    if (errors.length > 0) {
        throw new Error(errors.join("\n"));
    }
}

/** The paths of what the server set and the provider's code removes. */
export const clearedPaths = (rules: TypeRules, inputs: Inputs, state: Inputs): string[] =>
    rulesOf(rules).flatMap(({ cleared }) => cleared?.(inputs, state) ?? []);

/** The rules of a type, with the changes that its plan rules replace or ignore. */
export function withPlanRules(rules: TypeRules): TypeRules {
    const all = rulesOf(rules);
    return {
        ...rules,
        replaceOnChange: [
            rules.replaceOnChange ?? [],
            ...all.map(({ replaceOnChange = [] }) => replaceOnChange),
        ].flat(),
        replaceWhen: Object.assign({}, rules.replaceWhen, ...all.map(({ replaceWhen }) => replaceWhen)),
        same: Object.assign({}, rules.same, ...all.map(({ same }) => same)),
    };
}

/** By path, what is no difference for the provider. Some functions only decide about a property below the path. */
export function suppressionsOf(token: string): Record<string, Suppression> {
    const named = Object.entries(providerCode()[token]?.suppress ?? {});
    const all = named.flatMap(([path, name]) =>
        ["", ...belowBlocks(name)].map((below) => [`${path}${below}`, suppressionOf(`${name}${below}`)] as const),
    );
    return Object.fromEntries(all.filter((row): row is [string, Suppression] => row[1] !== undefined));
}

/** Leaves unknown properties out. The items of a list are counted, known or not. */
function withoutUnknown(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => (item === unknown ? undefined : withoutUnknown(item)));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const known = Object.entries(value).filter(([, item]) => item !== unknown);
    return Object.fromEntries(known.map(([key, item]) => [key, withoutUnknown(item)]));
}
