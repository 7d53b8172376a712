import { unknown } from "../../machine/marks";
import { providerCode } from "../rules/plan/code";
import type { Suppression } from "../rules/plan/suppression";
import { belowBlocks, suppressionOf } from "../rules/plan/suppressions";
import type { Inputs, PlanRule, TypeRules } from "../rules/rules";
import type { Flags } from "../schema/flags";

interface PlannedType {
    rules: TypeRules;
    flags: Pick<Flags, "blocks">;
}

const mapsOf = ({ blocks }: PlannedType["flags"]): Set<string> =>
    new Set(blocks.filter(({ type }) => type === "map").map(({ path }) => path));

const rulesOf = ({ plan = {} }: TypeRules): PlanRule[] => Object.values(plan);

/** Throws the provider's errors if its code refuses a plan, at preview and before a request. */
export function verifyPlan({ rules, flags }: PlannedType, inputs: Inputs, state?: Inputs): void {
    const known = withoutUnknown(inputs, mapsOf(flags));
    const errors = rulesOf(rules).flatMap(
        ({ refuse }) => refuse?.(known, state, (path) => isUnknownAt(inputs, path.split("."))) ?? [],
    );
    if (errors.length > 0) {
        throw new Error(errors.join("\n"));
    }
}

/** The paths of what the server set and the provider's code removes. */
export const clearedPaths = ({ rules, flags }: PlannedType, inputs: Inputs, state: Inputs): string[] =>
    rulesOf(rules).flatMap(({ cleared }) => cleared?.(withoutUnknown(inputs, mapsOf(flags)), state) ?? []);

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

/**
 * The inputs as the provider's code reads them from a plan, in which an unknown value is none, and a list with an unknown item is empty. Only
 * an unknown value of a map is a text (`ResourceDiff.Get` in
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.38.1/helper/schema/resource_diff.go).
 */
function withoutUnknown(inputs: Inputs, maps: Set<string>): Inputs {
    const read = (value: unknown, path: string): unknown => {
        if (Array.isArray(value)) {
            return value.includes(unknown) ? undefined : value.map((item) => read(item, path));
        }
        if (typeof value !== "object" || value === null || maps.has(path)) {
            return value === unknown ? undefined : value;
        }
        const below = path && `${path}.`;
        const all = Object.entries(value).map(([key, item]) => [key, read(item, `${below}${key}`)] as const);
        return Object.fromEntries(all.filter(([, item]) => item !== undefined));
    };
    return read(inputs, "") as Inputs;
}

/** Whether a value, one of its items, or a block that contains it is unknown. */
function isUnknownAt(value: unknown, [step, ...rest]: string[]): boolean {
    if (value === unknown || (Array.isArray(value) && value.includes(unknown))) {
        return true;
    }
    return (
        step !== undefined && typeof value === "object" && value !== null && isUnknownAt((value as Inputs)[step], rest)
    );
}
