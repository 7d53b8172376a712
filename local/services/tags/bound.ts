import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { keysOf, valuesOf } from "./names";

/** What a binding attaches: a value, or a dynamic value of a key. */
export interface Bound {
    key: Entry;
    /** The end of the binding's name. */
    id: string;
}

/** The value of an ID or a namespaced name. */
export function boundBy(cloud: Cloud, tagValue: string): Bound | undefined {
    const value = valuesOf(cloud).find(({ id, state }) => id === tagValue || sameName(cloud, state, tagValue));
    if (value) {
        const key = keysOf(cloud).find(({ id }) => id === value.state.parent);
        return key && { key, id: value.id };
    }
    const [, keyName, short = ""] = /^([^/]+\/[^/]+)\/([^/]+)$/.exec(tagValue) ?? [];
    const key = keysOf(cloud).find(({ state }) => keyName !== undefined && sameName(cloud, state, keyName));
    const pattern = key?.state.allowedValuesRegex;
    return key && pattern && new RegExp(String(pattern)).test(short) ? { key, id: key.id } : undefined;
}

/** The namespace of a project is its ID or its number. */
const sameName = (cloud: Cloud, { namespacedName }: Inputs, given: string): boolean => {
    const [namespace = "", ...rest] = given.split("/");
    return namespacedName === [cloud.projects.idOf(namespace), ...rest].join("/");
};
