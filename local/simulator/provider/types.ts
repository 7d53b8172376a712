import { randomUUID } from "node:crypto";
import { types } from "../rules/catalogue";
import { providerCode } from "../rules/plan/code";
import type { Suppression } from "../rules/plan/suppression";
import type { Inputs, TypeRules } from "../rules/rules";
import { type Flags, flagsOf } from "../schema/flags";
import { type SchemaProperties, type SchemaProperty, schemaOf } from "../schema/schema";
import { pathOf, withGenerated } from "./generatedOutputs";
import type { InstalledProvider, InstalledType } from "./installed";
import { suppressionsOf, withPlanRules } from "./plan";

/** A resource type: its rules, its properties in the installed package, and their flags in the schema. */
export interface Type {
    rules: TypeRules;
    installed: InstalledType;
    flags: Flags;
    /** By path, what is no difference for the provider. */
    suppress: Record<string, Suppression>;
    /** Inputs that Pulumi generates by default, in order of preference. */
    autonamed: string[];
    /** Whether generated names are in lower case. */
    lowercase: boolean;
    /** Whether new resources get the label that says that Pulumi made them. */
    isAttributed: boolean;
}

/** Types with `lowercaseAutoName`: https://github.com/pulumi/pulumi-gcp/blob/v9.35.0/provider/resources.go */
const lowercased = new Set([
    "gcp:cloudrun/service:Service",
    "gcp:cloudrunv2/service:Service",
    "gcp:compute/backendService:BackendService",
    "gcp:compute/httpHealthCheck:HttpHealthCheck",
    "gcp:compute/httpsHealthCheck:HttpsHealthCheck",
    "gcp:compute/network:Network",
    "gcp:compute/router:Router",
    "gcp:compute/routerNat:RouterNat",
    "gcp:compute/securityPolicy:SecurityPolicy",
    "gcp:compute/subnetwork:Subnetwork",
    "gcp:compute/targetHttpProxy:TargetHttpProxy",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
    "gcp:compute/uRLMap:URLMap",
    "gcp:firestore/database:Database",
    "gcp:organizations/project:Project",
]);

/** The types of installed packages, which all commands share. */
let described = new WeakMap<InstalledProvider, Map<string, Type>>();

/** Releases memory until the next command. */
export function releaseTypes(): void {
    described = new WeakMap();
}

/** The supported types. */
export class Types {
    private readonly accepted = new Set<string>();

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
        if (!types[token] && !this.accepted.has(token)) {
            this.accepted.add(token);
            this.generic?.(token);
        }
        const known = described.get(this.installed) ?? new Map<string, Type>();
        described.set(this.installed, known);
        const type = known.get(token) ?? describe(token, installed);
        known.set(token, type);
        return type;
    }
}

function describe(token: string, installed: InstalledType): Type {
    const names = new Set([...installed.inputs, ...installed.outputs]);
    const flags = flagsOf(token, (property) => names.has(property));
    const rules = withPlanRules(types[token] ?? genericRules(token, installed, flags));
    const autonamed = rules.autoname ? [rules.autoname] : namedByPulumi(installed, flags);
    return {
        rules,
        installed,
        flags,
        suppress: suppressionsOf(token),
        autonamed,
        lowercase: lowercased.has(token),
        isAttributed: !providerCode()[token]?.customizeDiff?.includes(
            "tpgresource.SetLabelsDiffWithoutAttributionLabel",
        ),
    };
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

/** Properties that replace a resource whose type is not in the schema. */
const identity = ["name", "project", "location", "region", "zone"];

/** Rules of a type without simulation rules: inputs are stored unchanged, and outputs are generated by name and type. */
function genericRules(token: string, installed: InstalledType, flags: Flags): TypeRules {
    const [, module = "", noun = token] = token.split(":");
    const properties = { ...declaredOutputs(installed), ...ownProperties(token, installed) };
    return {
        noun,
        id: (inputs) => pathOf({ module, inputs }),
        name: (inputs) => `//generic/${module}/${inputs.localId}`,
        replaceOnChange: flags.replaceOnChange.size > 0 ? undefined : identity,
        autoname: installed.computed.includes("name") ? "name" : undefined,
        state: (inputs, context, old) => {
            const zone = properties.zone?.computed && (context.zone ?? `${context.region ?? "us-central1"}-b`);
            const own = { ...(zone && { zone }), ...inputs, localId: old?.localId ?? randomUUID() };
            return withGenerated(own, properties, old, { module, inputs: own, context });
        },
    };
}

/** The properties in the schema that the installed package has. */
function ownProperties(token: string, { inputs, outputs }: InstalledType): SchemaProperties {
    const all = Object.entries(schemaOf(token)?.properties ?? {});
    return Object.fromEntries(all.filter(([name]) => inputs.has(name) || outputs.includes(name)));
}

/** What the server sets, by the declarations of the installed package, for types that are not in the schema. */
function declaredOutputs({ outputs, computed, declared }: InstalledType): SchemaProperties {
    const types: Record<string, SchemaProperty["type"]> = { string: "string", number: "number", boolean: "boolean" };
    const typeOf = (name: string) => {
        const type = declared[name] ?? "string";
        return type.endsWith("[]") ? "list" : (types[type] ?? "map");
    };
    return Object.fromEntries(
        [...outputs, ...computed].map((name) => [
            name,
            { type: typeOf(name), computed: true, optional: computed.includes(name) },
        ]),
    );
}
