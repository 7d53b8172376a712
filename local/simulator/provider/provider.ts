import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "../cloud/cloud";
import { FollowUpError, GoogleError, OperationError } from "../cloud/errors";
import { verifyLabels } from "../cloud/limits";
import { projectName } from "../cloud/projects";
import type { Entry, Properties } from "../cloud/store";
import { functions, lookups, titles } from "../rules/catalogue";
import { verifyConstraints } from "../rules/constraints";
import type { Change } from "../rules/constraints/constraint";
import { providerCode } from "../rules/plan/code";
import type { Context, FunctionRules, Inputs, TypeRules } from "../rules/rules";
import { schemaOf } from "../schema/schema";
import type { Sent } from "./attempts";
import { authorize, authorizeFirstRead, authorizeFunction } from "./authorize";
import { type Call, callApi, waitError } from "./calls";
import { converted } from "./conversion";
import { withDefaulted } from "./defaulted";
import { asRecorded, sendsOnlyChanges } from "./failedUpdate";
import { verifyImport } from "./importFormats";
import { checkFailures, type Failure, isAutonamed, isPrefixed, withDefaults, withPrefixedName } from "./inputChecks";
import type { InstalledProvider } from "./installed";
import { labelsOf, labelsProperty, withoutManagedLabels } from "./labels";
import { look } from "./lookups";
import { PartialFailure } from "./partialFailure";
import { verifyPlan } from "./plan";
import { previewOutputs } from "./preview";
import { ShutdownError } from "./protocol";
import { findImport, refreshInputs } from "./refresh";
import { onlyOwnsLabels, type ResourceDiff, resourceDiff } from "./resourceDiff";
import { contextOf, type Settings, withSettings } from "./settings";
import { nameOf, type Type, Types } from "./types";
import { waitBeforeDelete, waitUntilReady } from "./wait";

export interface Answer {
    id: string;
    state: Properties;
}

const nothing: Sent = () => false;

/** The type that has `UniqueNameFields` in the provider: https://github.com/pulumi/pulumi-gcp/blob/v9.35.0/provider/resources.go */
const uniquelyNamed = "gcp:compute/instanceTemplate:InstanceTemplate";

/** Implements the provider's methods with the local Google Cloud. */
export class LocalProvider {
    settings: Settings = {};
    private readonly types: Types;

    constructor(
        private readonly cloud: Cloud,
        installed: InstalledProvider,
        /** Called once for each accepted type without rules; if undefined, such types are refused. */
        generic?: (token: string) => void,
    ) {
        this.types = new Types(installed, generic);
    }

    configure(settings: Settings): void {
        this.settings = settings;
        this.cloud.caller.requireExistence();
        if (settings.project && !this.cloud.blocked.has(projectName(settings.project))) {
            this.cloud.projects.admit(settings.project);
        }
    }

    check(
        token: string,
        resource: { name: string; seed: Buffer },
        news: Inputs,
        olds: Properties,
    ): { inputs: Inputs; failures: Failure[] } {
        const type = this.types.find(token);
        if (typeof type === "string") {
            return { inputs: news, failures: [{ property: "", reason: type }] };
        }
        const given = converted(news, schemaOf(token)?.properties ?? {});
        const inputs = withDefaults(given, olds, type, resource);
        const named = withDefaults(given, olds, { ...type, flags: { ...type.flags, defaults: {} } }, resource);
        return { inputs, failures: checkFailures(inputs, type, named) };
    }

    /** @param ignored the paths of `ignoreChanges`, which the provider also ignores where the state differs from unchanged inputs */
    diff(token: string, news: Inputs, oldInputs: Inputs, state: Inputs, ignored: string[] = []): ResourceDiff {
        const type = this.types.get(token);
        const compared = {
            wanted: this.resolved(news, type, state),
            before: this.resolved(oldInputs, type, state),
            state,
            isAutonamed: isAutonamed(news, type.autonamed) || isPrefixed(news),
            isNamed: type.autonamed.length > 0 && token !== uniquelyNamed,
        };
        return resourceDiff(type, compared, this.settings, ignored);
    }

    /**
     * @param sent called when the request would be sent to Google Cloud, here and below; can throw
     * @param timeoutSeconds how long to wait; 0 for the provider's default
     */
    create(token: string, news: Inputs, preview: boolean, sent = nothing, timeoutSeconds = 0): Answer {
        const type = this.types.get(token);
        const { rules } = type;
        const wanted = this.resolved(news, type);
        verifyPlan(type, wanted);
        if (preview) {
            return { id: "", state: this.foreseen(wanted, type) };
        }
        const inputs = withPrefixedName(wanted, this.cloud.now());
        return callApi({ verb: "create", rules, inputs, id: "" }, () => {
            const context = { ...this.context(), containersFail: sent(), timeoutSeconds };
            this.requireApi(rules, inputs, context);
            authorize("create", { token, rules, inputs }, context);
            verifyLabels(this.labels(inputs, type));
            rules.verify?.(inputs, context);
            verifyConstraints(this.change(token, inputs, context), context);
            const entry = this.claimed(token, inputs, context);
            this.operate(rules, inputs, entry, context);
            this.readFirst(token, entry, context);
            return { id: entry.id, state: entry.state };
        });
    }

    /** @param diff what changes; without it, all inputs are sent */
    update(
        token: string,
        news: Inputs,
        state: Inputs,
        preview: boolean,
        sent = nothing,
        diff?: ResourceDiff,
    ): Properties {
        const type = this.types.get(token);
        const { rules, installed } = type;
        const wanted = this.resolved(news, type, state);
        if (preview) {
            return this.foreseen(wanted, type, state);
        }
        const planned = withPrefixedName(withDefaulted(wanted, token, type, state), this.cloud.now(), state);
        return callApi({ verb: "update", rules, inputs: planned, id: rules.id(state) }, () => {
            const context = { ...this.context(), containersFail: sent() };
            this.requireApi(rules, planned, context);
            authorize("update", { token, rules, inputs: { ...state, ...planned }, old: state }, context);
            verifyLabels(this.labels(planned, type));
            const found = this.now(rules, state, context);
            if (!found) {
                throw new GoogleError(404, "Requested entity was not found.");
            }
            const unsent = (rules.sentIfChanged ?? []).filter((name) => isDeepStrictEqual(planned[name], state[name]));
            const inputs = { ...planned, ...Object.fromEntries(unsent.map((name) => [name, found[name]])) };
            // Which labels are the program's own, Pulumi's state says, not Google Cloud.
            const old = state.pulumiLabels ? { ...found, pulumiLabels: state.pulumiLabels } : found;
            const labels = labelsOf(inputs, type, this.settings, old);
            if (diff && onlyOwnsLabels(diff, type, old, labels)) {
                const property = labelsProperty(installed);
                const entry = this.entry(token, inputs, context, old);
                const owned = { ...old, [property]: inputs[property], ...labels };
                this.cloud.store.write(withoutContent({ ...entry, state: owned }, rules));
                return owned;
            }
            rules.verify?.(inputs, context, old);
            verifyConstraints(this.change(token, inputs, context, old), context);
            const entry = this.entry(token, inputs, context, old);
            this.operateUpdate(rules, inputs, entry, context, old);
            this.cloud.store.write(withoutContent(entry, rules));
            rules.afterStore?.(entry.state, context, old);
            return entry.state;
        });
    }

    /** The error of a failed update, with the state that the provider records. */
    failedUpdate(token: string, news: Inputs, { id, state }: Answer, error: unknown): unknown {
        if (!sendsOnlyChanges(token) || !(error instanceof Error) || error instanceof ShutdownError) {
            return error;
        }
        const type = this.types.get(token);
        return new PartialFailure(id, asRecorded(this.foreseen(this.resolved(news, type), type, state)), error.message);
    }

    /**
     * The error if the operation of a call fails.
     *
     * @param made what a creation has made
     */
    broken(token: string, verb: "create" | "update" | "delete", made?: Answer): Error {
        const { rules } = this.types.made(token);
        if (providerCode()[token]?.creation === undefined) {
            return new Error(
                `SLIPWAY_LOCAL_FAULTS: "break" needs an operation, and the provider waits for none of ${token}`,
            );
        }
        const message = waitError({ verb, rules }, new Error("Error code 13, message: An internal error has occurred"));
        return made ? this.failedCreation(token, made, message) : new Error(message);
    }

    /** The error of a creation whose operation failed: the provider forgets what exists nevertheless, or records it as tainted. */
    private failedCreation(token: string, { id, state }: Answer, message: string): Error {
        return providerCode()[token]?.creation === "forgotten"
            ? new Error(message)
            : new PartialFailure(id, state, message);
    }

    /** Records an operation that took effect and whose response is delayed. */
    pending(token: string, verb: "create" | "update", news: Inputs, ms: number): void {
        const type = this.types.get(token);
        const until = new Date(this.cloud.now().getTime() + ms);
        type.rules.pending?.(verb, this.resolved(news, type), until, this.context());
    }

    /** Waits for resources outside of the API after a creation; the result is added to the state. */
    async started(
        token: string,
        verb: "create" | "update",
        answer: Answer,
        report?: (line: string) => void,
    ): Promise<Answer> {
        const { rules } = this.types.made(token);
        const name = nameOf(rules, answer.state);
        const context = { ...this.context(), report };
        return rules.waitUntilReady
            ? { id: answer.id, state: await waitUntilReady(rules, { name, verb, context }, answer) }
            : answer;
    }

    /** Reads a resource; undefined if it was deleted. With only an ID, as for imports, it is looked up. */
    read(token: string, id: string, state: Inputs, sent = nothing): Answer | undefined {
        const { rules } = this.types.made(token);
        return callApi({ verb: "read", rules, inputs: state, id }, () => {
            sent();
            const context = this.context();
            if (Object.keys(state).length > 0) {
                authorize("read", { token, rules, inputs: state }, context);
                const found = this.now(rules, state, context);
                return found && { id, state: found };
            }
            verifyImport(token, id);
            const ofType = this.cloud.store.list().filter((entry) => entry.type === token);
            const entry = findImport(ofType, id, this.settings.project, rules);
            if (entry) {
                authorize("read", { token, rules, inputs: entry.state }, context);
            }
            const found = entry && this.now(rules, entry.state, context);
            return found && { id: entry.id, state: withoutManagedLabels(found, this.types.made(token).installed) };
        });
    }

    /** Deletes a resource, after waiting for resources outside of the API. */
    async ended(token: string, id: string, state: Inputs, sent = nothing): Promise<void> {
        const { rules } = this.types.made(token);
        const call: Call = { verb: "delete", rules, inputs: state, id };
        if (rules.beforeDelete && callApi(call, () => this.removable(token, id, state, sent))) {
            await waitBeforeDelete(rules, state, this.context());
            this.delete(token, id, state);
        } else {
            this.delete(token, id, state, rules.beforeDelete ? nothing : sent);
        }
    }

    delete(token: string, id: string, state: Inputs, sent = nothing): void {
        const { rules } = this.types.made(token);
        callApi({ verb: "delete", rules, inputs: state, id }, () => {
            if (!this.removable(token, id, state, sent) || rules.remove?.(state, this.context()) === "stays") {
                return;
            }
            const name = nameOf(rules, state);
            this.cloud.store.remove(name);
            this.cloud.iam.forget(name);
            if (rules.simulated) {
                this.cloud.simulated.forget(name);
            }
        });
    }

    /** The inputs that the engine records after a read; for imports, all inputs with a value. */
    inputsOf(token: string, inputs: Inputs, state: Properties): Inputs {
        const { installed } = this.types.made(token);
        const all = Object.fromEntries([...installed.inputs].map((name) => [name, state[name]]));
        return refreshInputs(Object.keys(inputs).length > 0 ? inputs : all, state);
    }

    invoke(token: string, args: Inputs): Properties {
        const [rules, lookup] = [functions[token], lookups[token]];
        if (!rules && !lookup) {
            throw new Error(`the local Google Cloud does not support the function ${token}`);
        }
        const context = this.context();
        authorizeFunction(token, args, context);
        return lookup ? look(token, lookup, args, context) : (rules as FunctionRules)(args, context);
    }

    private context(): Context {
        return contextOf(this.cloud, this.settings);
    }

    private resolved(inputs: Inputs, type: Type, state?: Inputs): Inputs {
        return withSettings(inputs, type, this.settings, state);
    }

    private foreseen(inputs: Inputs, type: Type, state?: Inputs): Properties {
        return { ...previewOutputs(inputs, type, state), ...labelsOf(inputs, type, this.settings, state) };
    }

    /** All labels of a resource, including those of the provider; undefined for types without labels. */
    private labels(inputs: Inputs, type: Type): Record<string, string> {
        return (labelsOf(inputs, type, this.settings).effectiveLabels ?? {}) as Record<string, string>;
    }

    /** Stores a new resource, unless its name exists. */
    private claimed(token: string, inputs: Inputs, context: Context): Entry {
        const { rules } = this.types.get(token);
        const entry = this.entry(token, inputs, context);
        if (this.cloud.store.create(withoutContent(entry, rules))) {
            return entry;
        }
        const taken = rules.alreadyExists?.(inputs, context);
        if (taken) {
            throw taken;
        }
        this.cloud.store.write(withoutContent(entry, rules));
        return entry;
    }

    /** Runs the operation of an update; if it fails, the resource can have changed nevertheless. */
    private operateUpdate(rules: TypeRules, inputs: Inputs, entry: Entry, context: Context, old: Inputs): void {
        try {
            rules.operation?.run(inputs, context, old);
        } catch (error) {
            const broken = rules.operation?.broken;
            if (error instanceof OperationError && typeof broken === "function") {
                const state = { ...entry.state, ...broken(entry.state, context, error, old) };
                this.cloud.store.write(withoutContent({ ...entry, state }, rules));
                rules.afterStore?.(state, context, old);
            }
            throw error;
        }
    }

    /** Runs the operation after the API's response; if it fails, the new resource exists nevertheless. */
    private operate(rules: TypeRules, inputs: Inputs, entry: Entry, context: Context): void {
        try {
            rules.operation?.run(inputs, context);
            rules.afterStore?.(entry.state, context);
        } catch (error) {
            if (error instanceof FollowUpError) {
                throw new PartialFailure(entry.id, entry.state, error.message);
            }
            if (!(error instanceof OperationError)) {
                throw error;
            }
            const { broken } = rules.operation ?? {};
            const failed = typeof broken === "function" ? broken(entry.state, context, error) : broken;
            const state = { ...entry.state, ...failed };
            this.cloud.store.write(withoutContent({ ...entry, state }, rules));
            if (typeof broken === "function") {
                rules.afterStore?.(state, context);
            }
            throw this.failedCreation(
                entry.type as string,
                { ...entry, state },
                waitError({ verb: "create", rules }, error),
            );
        }
    }

    /** Reads a new resource, which exists even if this fails. */
    private readFirst(token: string, { id, state }: Entry, context: Context): void {
        const { rules } = this.types.get(token);
        try {
            authorizeFirstRead({ token, rules, inputs: state }, context);
        } catch (error) {
            throw new PartialFailure(id, state, (error as Error).message);
        }
    }

    private entry(token: string, inputs: Inputs, context: Context, old?: Inputs): Entry {
        const type = this.types.get(token);
        const { rules, installed } = type;
        const policy = installed.computed.includes("deletionPolicy") ? { deletionPolicy: "DELETE" } : {};
        const state = {
            ...policy,
            ...inputs,
            ...rules.state?.(inputs, context, old),
            ...labelsOf(inputs, type, this.settings, old),
        };
        return {
            name: nameOf(rules, state),
            project: this.projectOf(rules, inputs, context),
            type: token,
            id: rules.id(state),
            state,
            content: rules.content && this.cloud.store.keep(rules.content(inputs, context, old)),
        };
    }

    private projectOf(rules: TypeRules, inputs: Inputs, context: Context): string {
        return rules.project?.(inputs, context) ?? inputs.project ?? this.settings.project ?? "";
    }

    /** What organization policies are compared with. */
    private change(token: string, inputs: Inputs, context: Context, old?: Inputs): Change {
        const { rules } = this.types.get(token);
        const project = this.projectOf(rules, inputs, context);
        return { token, inputs, old, project, id: () => rules.id(inputs) };
    }

    /** Checks whether a resource can be deleted; returns whether there is anything to delete. */
    private removable(token: string, id: string, state: Inputs, sent: Sent): boolean {
        const { rules } = this.types.made(token);
        sent();
        if (state.deletionPolicy === "PREVENT") {
            const what = rules.generatedNoun ?? JSON.stringify(id);
            throw new Error(
                rules.deletionPreventedMessage ??
                    `cannot destroy ${what} without setting deletion_policy="DELETE" and running \`terraform apply\``,
            );
        }
        const isThere = this.cloud.store.read(nameOf(rules, state)) !== undefined;
        if (!isThere || state.deletionPolicy === "ABANDON" || rules.isRetained?.(state)) {
            return false;
        }
        authorize("delete", { token, rules, inputs: state }, this.context());
        rules.verifyRemoval?.(state, this.context());
        return true;
    }

    /** The current state; undefined if the resource was deleted. */
    private now(rules: TypeRules, state: Inputs, context: Context): Properties | undefined {
        return rules.read ? rules.read(state, context) : this.cloud.store.read(nameOf(rules, state))?.state;
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
}

/** Removes properties that are only stored in the content. */
export function withoutContent(entry: Entry, { contentProperties: concealed = [] }: TypeRules): Entry {
    const displayed = Object.entries(entry.state).filter(([property]) => !concealed.includes(property));
    return { ...entry, state: Object.fromEntries(displayed) };
}
