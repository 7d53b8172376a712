import { types } from "../rules/catalogue";
import type { Inputs, TypeRules } from "../rules/rules";
import { type Flags, flagsOf } from "../schema/flags";
import { genericRules } from "./generic";
import type { InstalledProvider, InstalledType } from "./installed";

/** A resource type: its rules, its properties in the installed package, and their flags in the schema. */
export interface Type {
    rules: TypeRules;
    installed: InstalledType;
    flags: Flags;
    /** Inputs that Pulumi generates by default, in order of preference. */
    autonamed: string[];
}

/** The supported types. */
export class Types {
    private readonly found = new Map<string, Type>();

    constructor(
        private readonly installed: InstalledProvider,
        /** Called once for each accepted type without rules; if undefined, such types are refused. */
        private readonly generic?: (token: string) => void,
    ) {}

    get(token: string): Type {
        return required(this.find(token));
    }

    /** The type of an existing resource, which was accepted before and is never refused. */
    made(token: string): Type {
        return required(this.find(token, true));
    }

    /** The type of a token, or why it is refused. */
    find(token: string, accepted = this.generic !== undefined): Type | string {
        const installed = this.installed.type(token);
        if (!installed) {
            return `@pulumi/gcp ${this.installed.version} has no resource type ${token}`;
        }
        if (!types[token] && !accepted) {
            return (
                `the local Google Cloud has no rules for ${token}, so it cannot reproduce the checks of Google Cloud. ` +
                "To accept such types with the checks of the provider only, run 'slipway local --generic …'."
            );
        }
        const found = this.found.get(token);
        if (found) {
            return found;
        }
        const known = new Set([...installed.inputs, ...installed.outputs]);
        const flags = flagsOf(token, (property) => known.has(property));
        const rules = types[token] ?? genericRules(token, installed, flags);
        const autonamed = rules.autoname ? [rules.autoname] : namedByPulumi(installed, flags);
        const type = { rules, installed, flags, autonamed };
        this.found.set(token, type);
        if (!types[token]) {
            this.generic?.(token);
        }
        return type;
    }
}

/**
 * Inputs that always have a value, although the server does not set them: names. An exception is the description of a
 * DNS zone, for which Pulumi has a default.
 */
function namedByPulumi({ computed }: InstalledType, { paths, computedAtTop }: Flags): string[] {
    const isId = (name: string) => name.endsWith("Id");
    return computed
        .filter((name) => paths.has(name) && !computedAtTop.has(name) && name !== "description")
        .sort((one, other) => Number(isId(other)) - Number(isId(one)));
}

function required(type: Type | string): Type {
    if (typeof type === "string") {
        throw new Error(type);
    }
    return type;
}

/** The name of a resource in the store. */
export function nameOf(rules: TypeRules, inputs: Inputs): string {
    return rules.name?.(inputs) ?? `//${rules.api}/${rules.id(inputs)}`;
}
