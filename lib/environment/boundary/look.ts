import * as pulumi from "@pulumi/pulumi";
import { isLater } from "../../internal/value";
import { isFreeText } from "./property";

/** What looks at a text, and whether that is a secret. */
export type Look = (text: string, path: readonly string[]) => void;

/** Who looks at the texts of a resource of that type: those of the program, and those that come later, secret or not. */
export interface Looks {
    readonly type: string;
    readonly now: Look;
    readonly later: (isSecret: boolean) => Look;
}

/**
 * A value whose texts are looked at, where they are. What is an output stays one, as known and as secret as it was, and fails
 * when what looks at it throws.
 */
export function looked(value: unknown, path: readonly string[], looks: Looks): unknown {
    if (isFreeText({ type: looks.type, path })) {
        return value;
    }
    if (typeof value === "string") {
        lookAt(value, path, looks);
        return value;
    }
    if (pulumi.Output.isInstance(value)) {
        // Not among the SDK's types: of a value that is known in parts, those are looked at already.
        const apply = value.apply as (look: (known: unknown) => unknown, withUnknowns: boolean) => unknown;
        return apply.call(
            value,
            async (known) => lookedLater(known, path, looks, await pulumi.isSecret(value as pulumi.Output<unknown>)),
            true,
        );
    }
    if (isLater(value)) {
        return (value as Promise<unknown>).then((known) => lookedLater(known, path, looks, false));
    }
    return isTree(value) ? parts(value, path, looks) : value;
}

function lookedLater(known: unknown, path: readonly string[], looks: Looks, isSecret: boolean): unknown {
    return looked(known, path, { ...looks, now: looks.later(isSecret) });
}

/** Looks at a text, and at the parts of one that is JSON: those that have names tell more by them. */
function lookAt(text: string, path: readonly string[], looks: Looks): void {
    const tree = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
    if (tree === undefined) {
        looks.now(text, path);
    } else {
        looked(tree, path, looks);
    }
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Whether it is a list or an object of parts; files and archives are not read, and a resource is looked at by itself. */
function isTree(value: unknown): value is object {
    const isWhole =
        pulumi.Resource.isInstance(value) ||
        pulumi.asset.Asset.isInstance(value) ||
        pulumi.asset.Archive.isInstance(value) ||
        pulumi.isUnknown(value);
    return typeof value === "object" && value !== null && !isWhole;
}

/** What has nothing in it that comes later stays the same object. */
function parts(value: object, path: readonly string[], looks: Looks): unknown {
    const items = Object.entries(value).map(([key, item]) => [key, item, looked(item, [...path, key], looks)] as const);
    if (items.every(([, before, after]) => before === after)) {
        return value;
    }
    return Array.isArray(value)
        ? items.map(([, , after]) => after)
        : Object.fromEntries(items.map(([key, , after]) => [key, after]));
}
