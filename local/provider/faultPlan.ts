import { existsSync, readFileSync } from "node:fs";
import * as v from "valibot";
import type { FaultPlan } from "./faults";

const positive = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const answer = v.union([
    v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
    v.picklist(["break", "cut", "drop", "fail", "kill", "lose", "slow"]),
]);

const fault = v.strictObject({
    verb: v.picklist(["create", "read", "update", "delete"]),
    type: v.optional(v.string()),
    name: v.optional(v.string()),
    call: v.optional(count),
    answer,
    seconds: v.optional(positive),
});
const delay = v.pipe(
    v.strictObject({
        delay: v.picklist(["api", "account"]),
        calls: v.optional(count),
        seconds: v.optional(positive),
    }),
    v.check(({ calls, seconds }) => calls !== undefined || seconds !== undefined, "a delay requires calls or seconds"),
);
/** Each variant has its own schema, for specific errors. */
const entry = v.lazy((value) => (typeof value === "object" && value !== null && "delay" in value ? delay : fault));

const plan = v.strictObject({
    faults: v.optional(v.array(entry)),
    seed: v.optional(v.number()),
    rate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    answers: v.optional(v.pipe(v.array(answer), v.minLength(1))),
    speed: v.optional(v.pipe(v.number(), v.gtValue(0))),
});

/**
 * Parses the value of `SLIPWAY_LOCAL_FAULTS`: JSON or the path of a JSON file, with a list of faults or a fault plan.
 */
export function parseFaultPlan(setting: string): FaultPlan {
    const wrong = (what: string) => new Error(`SLIPWAY_LOCAL_FAULTS: ${what}. See "Faults" in local/README.md.`);
    const isJson = /^\s*[[{]/.test(setting);
    if (!isJson && !existsSync(setting)) {
        throw wrong(`must be JSON or the path of a file (got ${JSON.stringify(setting)})`);
    }
    let value: unknown;
    try {
        value = JSON.parse(isJson ? setting : readFileSync(setting, "utf8"));
    } catch (error) {
        throw wrong((error as Error).message);
    }
    const result = v.safeParse(plan, Array.isArray(value) ? { faults: value } : value);
    if (!result.success) {
        const [issue] = result.issues;
        throw wrong(`${v.getDotPath(issue) ?? "faults"}: ${issue.message}`);
    }
    return result.output;
}
