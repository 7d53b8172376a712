import type * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import { labelValue } from "../../internal/arguments/labels";
import type { Child } from "../../internal/engine/children";

/** Factories for children: Google Cloud resources, and Kubernetes objects. */
export interface Children {
    google: Child;
    cluster: Child;
}

/**
 * A {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ name} that is valid for all objects,
 * including Services: a DNS label that starts with a letter.
 */
export const objectName = check.nameOf(nameFormats.rows.kubernetesObject);

const part = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";

const prefix = "([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?";

/** The key of a {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ label} or an annotation. */
export const key = check.matching(
    new RegExp(`^${prefix}${part}$`),
    "must have up to 63 letters, digits, -, _ and ., optionally with a domain before it: acme.com/team",
);

/** The value of a label. */
export const value = check.matching(
    new RegExp(`^(${part})?$`),
    "must have up to 63 letters, digits, -, _ and ., and start and end with a letter or a digit",
);

/** Labels that the component itself sets, and that its selectors use. */
const reservedKeys = /^app\.kubernetes\.io\/(name|managed-by)$/;

/** Checks user-defined labels of Kubernetes objects. */
export const objectLabels = check.record(
    check.pipe(
        key,
        check.refine(
            (value) => !reservedKeys.test(String(value)),
            "is set by the component itself\nChoose another key.",
        ),
    ),
    check.input(value),
);

/** The label selector of a deployment's pods. */
export function selector(name: string): Record<string, string> {
    return { "app.kubernetes.io/name": name };
}

/** The labels of all objects of a deployment. */
export function labelsOf<Value>(name: string, stack: string, labels: Record<string, Value> = {}) {
    return {
        ...selector(name),
        "app.kubernetes.io/managed-by": "slipway",
        environment: labelValue(stack).replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, ""),
        ...labels,
    };
}

/** The record, or undefined if it is empty. */
export function nonEmpty<Values extends object>(record: Values): Values | undefined {
    return Object.keys(record).length > 0 ? record : undefined;
}

/** What the objects of a deployment have in common. */
export interface Named {
    name: string;
    objectLabels: Record<string, pulumi.Input<string>>;
}

/** The common metadata of all objects of a deployment. */
export function metadata({ name, objectLabels }: Named, namespace: pulumi.Input<string>) {
    return { name, namespace, labels: objectLabels };
}
