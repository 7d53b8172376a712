import { types } from "../rules/catalogue";
import type { Inputs, TypeRules } from "../rules/rules";
import { genericRules } from "./generic";
import type { InstalledProvider, InstalledType } from "./installed";

/** A resource type: how it behaves, and what the installed package tells of it. */
export interface Type {
    rules: TypeRules;
    installed: InstalledType;
}

/** The types that are answered for. */
export class Types {
    private readonly accepted = new Map<string, Type>();

    constructor(
        private readonly installed: InstalledProvider,
        /** Called once for each type without rules that is accepted; such types are refused when left out. */
        private readonly generic?: (token: string) => void,
    ) {}

    get(token: string): Type {
        return required(this.find(token));
    }

    /** The type of a resource that is there: it was accepted once, so that it is not refused now. */
    made(token: string): Type {
        return required(this.find(token, true));
    }

    /** The type behind a token, or why it is refused. */
    find(token: string, accepted = this.generic !== undefined): Type | string {
        const installed = this.installed.type(token);
        if (!installed) {
            return `@pulumi/gcp ${this.installed.version} has no resource type ${token}`;
        }
        const rules = types[token];
        if (rules) {
            return { rules, installed };
        }
        if (!accepted) {
            return (
                `the local Google Cloud has no rules for ${token}, so it cannot tell what Google Cloud would refuse. ` +
                "To accept such types with their properties checked only, run 'slipway local --generic …'."
            );
        }
        let type = this.accepted.get(token);
        if (!type) {
            type = { rules: genericRules(token, installed), installed };
            this.accepted.set(token, type);
            this.generic?.(token);
        }
        return type;
    }
}

function required(type: Type | string): Type {
    if (typeof type === "string") {
        throw new Error(type);
    }
    return type;
}

/** Under which name the local Google Cloud keeps a resource. */
export function nameOf(rules: TypeRules, inputs: Inputs): string {
    return rules.name?.(inputs) ?? `//${rules.api}/${rules.id(inputs)}`;
}
