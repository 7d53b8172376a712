import { randomUUID } from "node:crypto";
import { type Cloud, type Entry, type GoogleError, type Inputs, SimulatedTime } from "../../../simulator";

/** A request to start an operation. */
export interface OperationRequest {
    /** Such as `Services.UpdateService`. */
    method: string;
    /** The resource that it changes, such as `apps/acme-dev/services/default`. */
    target: string;
    /** The type of its response, such as `appengine.v1.Service`. */
    type: string;
    /** The type of its metadata, for APIs with a type for each method. */
    metadataType?: string;
    response?: object;
    /** The error, if the operation fails. */
    error?: { code: number; message: string };
    /** The minimum duration in milliseconds. */
    takes?: number;
    /** What takes effect when something else is ready: the operation is not done before. */
    pending?: object;
}

/** What operations store of their request, and when they were started. */
export interface OperationFacts {
    method: string;
    target: string;
    metadataType?: string;
    /** In the format of timestamps of APIs. */
    startTime: string;
}

/** The operations of an API. */
export interface OperationFormat {
    /** The package of the methods, such as `google.appengine.v1`, to which faults of operations refer. */
    methodPackage: string;
    /** The path of the operations about a resource, without their IDs: `apps/acme-dev/operations`. */
    folder(target: string): string;
    /** The full name in the store of an operation with this path. */
    fullName(path: string): string;
    /** The name of an operation in answers; by default its path. */
    publicName?(path: string, target: string, cloud: Cloud): string;
    /** @param endTime undefined until the operation is done */
    metadata(facts: OperationFacts, endTime: string | undefined): object;
    /** The error of a change of a resource while another operation, with this name, changes the resource `busy`. */
    conflict(target: string, busy: string, operation: string): GoogleError;
    notFound(path: string): GoogleError;
    /** A new ID; by default a UUID. */
    newId?(): string;
}

/** The delay after which an operation is done, and the number of polls after which it is done earlier. */
const doneAfterMs = 1_000;
const doneAfterPolls = 2;

/** How long finished operations are kept, in milliseconds. */
const retentionMs = 86_400_000;

const google = "type.googleapis.com/google";

/**
 * Long-running operations. They take effect immediately, so that their effect is never lost. Until they are reported as
 * done, other changes of the same resource fail.
 */
export class Operations {
    /** Programs wait for operations in simulated time. */
    private readonly time: SimulatedTime;

    constructor(
        private readonly cloud: Cloud,
        readonly format: OperationFormat,
    ) {
        this.time = new SimulatedTime(cloud.folder);
    }

    /** Throws if an operation is changing the resource, or a resource that contains it. */
    requireIdle(target: string): void {
        for (const entry of this.all(target)) {
            const busy = entry.state.facts.target;
            const isAbout = [target, busy].sort() as [string, string];
            if (!this.isDone(entry) && `${isAbout[1]}/`.startsWith(`${isAbout[0]}/`)) {
                throw this.format.conflict(target, busy, this.nameOf(entry));
            }
        }
    }

    begin(project: string, request: OperationRequest): object {
        const { method, target, type, metadataType, response, error, takes = 0, pending } = request;
        this.forget(target);
        const startTime = new Date(this.time.now()).toISOString();
        const id = `${this.format.folder(target)}/${this.format.newId?.() ?? randomUUID()}`;
        const state = {
            facts: { method, target, metadataType, startTime },
            outcome: error ? { error } : { response: { "@type": `${google}.${type}`, ...response } },
            polls: 0,
            takes,
            ...(pending && { pending }),
        };
        const entry = { name: this.format.fullName(id), project, id, state };
        this.cloud.store.write(entry);
        return this.shown(entry);
    }

    /** Polls an operation, which advances it. */
    get(path: string): object {
        const found = this.cloud.store.read(this.format.fullName(path)) as Found | undefined;
        if (!found) {
            throw this.format.notFound(path);
        }
        const entry = { ...found, state: { ...found.state, polls: found.state.polls + 1 } };
        this.cloud.store.write(entry);
        return this.shown(entry, this.isDone(entry) ? new Date(this.time.now()).toISOString() : undefined);
    }

    /** The operations about a resource, about what it contains, and about its versions, which have `@` and their name at the end. */
    about(target: string): object[] {
        const endTime = new Date(this.time.now()).toISOString();
        return this.all(target)
            .filter(({ state }) => `${state.facts.target.replace(/@[^/]*$/, "")}/`.startsWith(`${target}/`))
            .map((entry) => this.shown(entry, this.isDone(entry) ? endTime : undefined));
    }

    private isDone({ state }: Found): boolean {
        const { polls, takes, facts, pending } = state;
        if (pending !== undefined) {
            return false;
        }
        const age = this.time.now() - Date.parse(facts.startTime);
        return age >= takes && (polls >= doneAfterPolls || age >= doneAfterMs);
    }

    private all(target: string): Found[] {
        return this.cloud.store.list(this.format.fullName(this.format.folder(target))) as Found[];
    }

    private forget(target: string): void {
        for (const { name, state } of this.all(target)) {
            if (this.time.now() - Date.parse(state.facts.startTime) > retentionMs) {
                this.cloud.store.remove(name);
            }
        }
    }

    private nameOf({ id, state }: Found): string {
        return this.format.publicName?.(id, state.facts.target, this.cloud) ?? id;
    }

    private shown(entry: Found, endTime?: string): object {
        const { facts, outcome } = entry.state;
        const metadata = this.format.metadata(facts, endTime);
        return { name: this.nameOf(entry), metadata, ...(endTime !== undefined && { done: true, ...outcome }) };
    }
}

type Found = Entry & { state: Inputs };
