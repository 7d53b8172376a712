import { randomUUID } from "node:crypto";
import type { TypeRules } from "../rules/rules";
import type { Flags } from "../schema/flags";
import type { InstalledType } from "./installed";

/** What replaces a resource of a type of which the schema says nothing. */
const identity = ["name", "project", "location", "region", "zone"];

/**
 * Rules of a type that nobody wrote rules for: it is kept as it is given. What the server would set is answered by the
 * property's name and type, so that a program which reads it goes on.
 */
export function genericRules(token: string, installed: InstalledType, flags: Flags): TypeRules {
    const [, module = "", noun = token] = token.split(":");
    const invented = (property: string): unknown => {
        const type = installed.declared[property] ?? "string";
        if (type.endsWith("[]")) {
            return [];
        }
        const values: Record<string, unknown> = { string: `${module}-${property}`, number: 0, boolean: false };
        return values[type] ?? {};
    };
    return {
        noun,
        id: (inputs) => `${module}/${inputs.localId}`,
        name: (inputs) => `//generic/${module}/${inputs.localId}`,
        replaceOnChange: flags.replaceOnChange.size > 0 ? undefined : identity,
        autoname: installed.computed.includes("name") ? "name" : undefined,
        state: (inputs, _, old) => ({
            ...Object.fromEntries(
                [...installed.outputs, ...installed.computed]
                    .filter((property) => inputs[property] === undefined)
                    .map((property) => [property, old?.[property] ?? invented(property)]),
            ),
            localId: old?.localId ?? randomUUID(),
        }),
    };
}
