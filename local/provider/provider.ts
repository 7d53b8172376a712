import type { Cloud } from "../cloud/cloud";
import { GoogleError, OperationError } from "../cloud/errors";
import type { Entry, Properties } from "../cloud/store";
import { functions, titles, types } from "../rules/catalogue";
import type { Context, Inputs, TypeRules } from "../rules/rules";
import { completed, type Failure, failures } from "./check";
import { type Change, changes, unknown } from "./diff";
import type { Faults } from "./faults";
import { genericRules } from "./generic";
import type { InstalledProvider, InstalledType } from "./installed";

/** The provider's own configuration. */
export interface Settings {
    project?: string;
    region?: string;
    defaultLabels?: Record<string, string>;
    addPulumiAttributionLabel?: boolean;
}

export interface Answer {
    id: string;
    state: Properties;
}

export interface Difference {
    changed: Map<string, Change>;
    /** Those of the changed paths that make a new resource. */
    replaced: string[];
    /** Whether the new resource has the old one's name, so that the old one must go first. */
    deleteFirst: boolean;
}

interface Type {
    token: string;
    rules: TypeRules;
    installed: InstalledType;
}

const attribution = { "goog-pulumi-provisioned": "true" };

/** What the engine asks a provider, answered from the local Google Cloud. */
export class LocalProvider {
    settings: Settings = {};

    constructor(
        private readonly cloud: Cloud,
        private readonly installed: InstalledProvider,
        private readonly faults: Faults,
        /** Whether a type without rules is accepted; called with its token each time one is used. */
        private readonly generic?: (token: string) => void,
    ) {}

    configure(settings: Settings): void {
        this.settings = settings;
        if (settings.project) {
            this.cloud.projects.admit(settings.project);
        }
    }

    check(
        token: string,
        resource: { name: string; seed: Buffer },
        news: Inputs,
        olds: Properties,
    ): { inputs: Inputs; failures: Failure[] } {
        const type = this.find(token);
        if (typeof type === "string") {
            return { inputs: news, failures: [{ property: "", reason: type }] };
        }
        const inputs = completed(news, olds, type.rules, type.installed, resource);
        return { inputs, failures: failures(inputs, type.rules, type.installed) };
    }

    diff(token: string, news: Inputs, oldInputs: Inputs, state: Inputs): Difference {
        const { rules, installed } = this.type(token);
        const wanted = this.resolved(news, installed);
        const changed = changes(wanted, this.resolved(oldInputs, installed), state);
        if (installed.outputs.includes("effectiveLabels") && !changed.has("labels")) {
            for (const path of changes(this.labels(wanted), {}, state).keys()) {
                changed.set(path, "update");
            }
        }
        const alike = (properties: string[] | undefined, reduced: (value: unknown) => string) => {
            for (const property of properties ?? []) {
                if (reduced(wanted[property]) === reduced(state[property])) {
                    changed.delete(property);
                }
            }
        };
        alike(rules.comparedByLastPart, lastPart);
        alike(rules.comparedInUpperCase, (value) => String(value).toUpperCase());
        const replaced = [...changed.keys()].filter((path) => {
            const named = path.replaceAll(/\[\d+\]/g, "");
            return rules.replaceOnChange.some((each) => named === each || named.startsWith(`${each}.`));
        });
        return {
            changed,
            replaced,
            deleteFirst: replaced.length > 0 && nameOf(rules, wanted) === nameOf(rules, state),
        };
    }

    create(token: string, news: Inputs, preview: boolean): Answer {
        const { rules, installed } = this.type(token);
        const inputs = this.resolved(news, installed);
        if (preview) {
            return {
                id: "",
                state: {
                    ...this.unknowns(inputs, installed),
                    ...plain(inputs),
                    ...this.known(inputs, rules, installed),
                },
            };
        }
        return this.named(rules.creating?.(inputs) ?? `Error creating ${rules.noun}`, () => {
            this.fail("create", token);
            const context = this.context();
            this.requireApi(rules, inputs, context);
            rules.verify?.(inputs, context);
            const entry = this.entry(token, inputs, undefined);
            if (!this.cloud.store.create(entry)) {
                if (rules.taken) {
                    throw rules.taken(inputs);
                }
                this.cloud.store.write(entry);
            }
            rules.stored?.(entry.state, context);
            return { id: entry.id, state: entry.state };
        });
    }

    update(token: string, news: Inputs, state: Inputs, preview: boolean): Properties {
        const { rules, installed } = this.type(token);
        const inputs = this.resolved(news, installed);
        if (preview) {
            const unsure = Object.fromEntries((rules.changesOnUpdate ?? []).map((name) => [name, unknown]));
            return { ...state, ...unsure, ...plain(inputs), ...this.known(inputs, rules, installed) };
        }
        return this.named(`Error updating ${rules.noun} "${rules.id(state)}"`, () => {
            this.fail("update", token);
            const context = this.context();
            this.requireApi(rules, inputs, context);
            const stored = this.stored(rules, state);
            if (!stored) {
                throw new GoogleError(404, "Requested entity was not found.");
            }
            rules.verify?.(inputs, context, stored.state);
            const entry = this.entry(token, inputs, stored.state);
            this.cloud.store.write(entry);
            rules.stored?.(entry.state, context);
            return entry.state;
        });
    }

    /** What is there now; nothing when the resource is gone. With an id alone, as for an import, it is looked for. */
    read(token: string, id: string, state: Inputs): Answer | undefined {
        const { rules } = this.type(token);
        return this.named(`Error when reading or editing ${rules.noun} "${id}"`, () => {
            this.fail("read", token);
            const known = Object.keys(state).length > 0;
            const entry = known
                ? this.stored(rules, state)
                : this.cloud.store.list().find((each) => each.type === token && each.id === id);
            const found = entry && (rules.read ? rules.read(entry.state, this.context()) : entry.state);
            return found && { id, state: found };
        });
    }

    delete(token: string, id: string, state: Inputs): void {
        const { rules } = this.type(token);
        this.named(`Error when reading or editing ${rules.noun} "${id}"`, () => {
            this.fail("delete", token);
            if (state.deletionPolicy === "PREVENT") {
                throw new Error(
                    `cannot destroy "${id}" without setting deletion_policy="DELETE" and running \`pulumi up\``,
                );
            }
            const entry = this.stored(rules, state);
            if (!entry || state.deletionPolicy === "ABANDON" || rules.kept?.(state)) {
                return;
            }
            rules.remove?.(state, this.context());
            this.cloud.store.remove(entry.name);
            this.cloud.iam.forget(entry.name);
        });
    }

    /** The inputs that the engine is to record for what a read found: those the program gave, as they are now. */
    inputsOf(token: string, inputs: Inputs, state: Properties): Inputs {
        const { installed } = this.type(token);
        const given = Object.keys(inputs).length > 0 ? Object.keys(inputs) : [...installed.inputs];
        const pairs = given.map((key) => [
            key,
            key.startsWith("__") ? inputs[key] : refreshed(inputs[key], state[key]),
        ]);
        return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
    }

    invoke(token: string, args: Inputs): Properties {
        const rules = functions[token];
        if (!rules) {
            throw new Error(`the local Google Cloud has no rules for the function ${token}`);
        }
        return rules(args, this.context());
    }

    private context(): Context {
        return { cloud: this.cloud, project: this.settings.project, region: this.settings.region };
    }

    /** The type behind a token, or why it is refused. */
    private find(token: string): Type | string {
        const installed = this.installed.type(token);
        if (!installed) {
            return `@pulumi/gcp ${this.installed.version} has no resource type ${token}`;
        }
        const rules = types[token];
        if (rules) {
            return { token, rules, installed };
        }
        if (!this.generic) {
            return (
                `the local Google Cloud has no rules for ${token}, so it cannot tell what Google Cloud would refuse. ` +
                "To accept such types with their properties checked only, run 'slipway local --generic …'."
            );
        }
        this.generic(token);
        return { token, rules: genericRules(token, installed), installed };
    }

    private type(token: string): Type {
        const type = this.find(token);
        if (typeof type === "string") {
            throw new Error(type);
        }
        return type;
    }

    /** The inputs with what the provider's own configuration supplies. */
    private resolved(inputs: Inputs, installed: InstalledType): Inputs {
        const filled = { ...inputs };
        for (const [property, value] of [
            ["project", this.settings.project],
            ["location", this.settings.region],
            ["region", this.settings.region],
        ] as const) {
            if (installed.computed.includes(property) && value !== undefined) {
                filled[property] ??= value;
            }
        }
        return filled;
    }

    private entry(token: string, inputs: Inputs, old: Properties | undefined): Entry {
        const { rules, installed } = this.type(token);
        const context = this.context();
        const kept = installed.computed.includes("deletionPolicy") ? { deletionPolicy: "DELETE" } : {};
        const state = {
            ...kept,
            ...plain(inputs),
            ...(installed.outputs.includes("effectiveLabels") ? this.labels(inputs) : {}),
            ...rules.state?.(inputs, context, old),
        };
        return {
            name: nameOf(rules, state),
            project: rules.project?.(inputs, context) ?? inputs.project ?? this.settings.project ?? "",
            type: token,
            id: rules.id(state),
            state,
            content: rules.content && this.cloud.store.keep(rules.content(inputs)),
        };
    }

    private stored(rules: TypeRules, state: Inputs): Entry | undefined {
        return this.cloud.store.read(nameOf(rules, state));
    }

    private labels(inputs: Inputs): Properties {
        const added = this.settings.addPulumiAttributionLabel === false ? {} : attribution;
        const all = { ...added, ...this.settings.defaultLabels, ...inputs.labels };
        return { effectiveLabels: all, pulumiLabels: all };
    }

    /** What a preview tells already of what the server will set. */
    private known(inputs: Inputs, rules: TypeRules, installed: InstalledType): Properties {
        const labels =
            installed.outputs.includes("effectiveLabels") && !JSON.stringify(inputs.labels ?? {}).includes(unknown);
        const known = Object.entries(rules.known?.(inputs) ?? {}).filter(
            ([, value]) => !String(value).includes(unknown),
        );
        return { ...(labels ? this.labels(inputs) : {}), ...Object.fromEntries(known) };
    }

    private unknowns(inputs: Inputs, installed: InstalledType): Properties {
        const open = [...installed.outputs, ...installed.computed.filter((name) => inputs[name] === undefined)];
        return Object.fromEntries(open.map((name) => [name, unknown]));
    }

    private requireApi(rules: TypeRules, inputs: Inputs, context: Context): void {
        const project = rules.project?.(inputs, context) ?? inputs.project;
        if (rules.api) {
            if (!project) {
                throw new Error("project: required field is not set");
            }
            this.cloud.projects.requireApi(project, rules.api, titles[rules.api] ?? rules.api);
        }
    }

    private fail(verb: "create" | "read" | "update" | "delete", token: string): void {
        const code = this.faults.next(verb, token);
        if (code !== undefined) {
            throw new GoogleError(code, "asked for by the list of faults");
        }
    }

    /** Puts what the provider was doing before the words of an error. */
    private named<Result>(doing: string, action: () => Result): Result {
        try {
            return action();
        } catch (error) {
            if (error instanceof GoogleError && doing) {
                throw new Error(`${doing}: ${error.message}`, { cause: error });
            }
            if (error instanceof OperationError) {
                const [, verb = "", what] = /^Error (\w+)ing (\w+)/.exec(doing) ?? [];
                const waiting = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}ing ${what}`;
                throw new Error(`Error waiting to ${verb}e ${what}: Error waiting for ${waiting}: ${error.message}`, {
                    cause: error,
                });
            }
            throw error;
        }
    }
}

function nameOf(rules: TypeRules, inputs: Inputs): string {
    return rules.name?.(inputs) ?? `//${rules.api}/${rules.id(inputs)}`;
}

function lastPart(value: unknown): string {
    return String(value).split("/").at(-1) ?? "";
}

/** Without what Pulumi notes for itself. */
function plain(inputs: Inputs): Inputs {
    return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}

/** A given input as it is now: of an object only what the program asked for. */
function refreshed(input: unknown, now: unknown): unknown {
    if (isPlain(input) && isPlain(now)) {
        return Object.fromEntries(
            Object.keys(input)
                .map((key) => [key, refreshed(input[key], now[key])])
                .filter(([, value]) => value !== undefined),
        );
    }
    return now;
}

function isPlain(value: unknown): value is Inputs {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
