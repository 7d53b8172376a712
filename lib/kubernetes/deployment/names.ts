import * as check from "../../internal/check";
import { labelValue } from "../../internal/labels";

/** A name that also a Service may have: a DNS label that starts with a letter ("Object Names and IDs"). */
export const objectName = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
);

const part = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
const prefix = "([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?";

/** The key of a label or an annotation ("Labels and Selectors"). */
export const key = check.matching(
    new RegExp(`^${prefix}${part}$`),
    "must have up to 63 letters, digits, -, _ and ., and may have a domain before: acme.com/team",
);

/** The value of a label. */
export const value = check.matching(
    new RegExp(`^(${part})?$`),
    "must have up to 63 letters, digits, -, _ and ., and start and end with a letter or a digit",
);

/** Labels that the component itself sets, by which its objects find each other. */
const own = /^app\.kubernetes\.io\/(name|managed-by)$/;

/** Checks labels of one's own for objects of Kubernetes. */
export const objectLabels = check.record(
    check.pipe(
        key,
        check.refine((given) => !own.test(String(given)), "is set by the component itself\nChoose another key."),
    ),
    check.input(value),
);

/** The labels by which the pods of a deployment are found. */
export function selector(name: string): Record<string, string> {
    return { "app.kubernetes.io/name": name };
}

/** The labels of every object of a deployment. */
export function labelsOf<Value>(name: string, stack: string, given: Record<string, Value> = {}) {
    return {
        ...selector(name),
        "app.kubernetes.io/managed-by": "slipway",
        environment: labelValue(stack).replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, ""),
        ...given,
    };
}

/** A record that is left out when nothing is in it. */
export function given<Values extends object>(record: Values): Values | undefined {
    return Object.keys(record).length > 0 ? record : undefined;
}
