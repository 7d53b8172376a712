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
 *
 * @param isType whether Google's provider has the type of a token; without it, types are not checked
 */
export function parseFaultPlan(setting: string, isType: (token: string) => boolean = () => true): FaultPlan {
    const wrong = (what: string) => new Error(`SLIPWAY_LOCAL_FAULTS: ${what}. See docs/local/faults.md.`);
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
    const { faults = [] } = result.output;
    for (const [index, one] of faults.entries()) {
        const type = "type" in one ? one.type : undefined;
        if (type !== undefined && !(type.startsWith("gcp:") ? isType(type) : isMethod.test(type))) {
            const expected = `a type of Google's provider, such as "gcp:pubsub/topic:Topic", or a method of an API`;
            throw wrong(`faults.${index}.type: must be ${expected} (got ${JSON.stringify(type)})`);
        }
    }
    return result.output;
}

/** `pubsub.projects.topics.create`, or `google.appengine.v1.Services.UpdateService` in gRPC. */
const isMethod = /^\w+(\.\w+)+$/;
