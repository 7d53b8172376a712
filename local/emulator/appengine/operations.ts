import { randomUUID } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { SimulatedTime } from "../../cloud/propagation";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { appPath, fullName } from "../../services/appengine/names";

/** A request to start an operation. */
export interface OperationRequest {
    /** Such as `Services.UpdateService`. */
    method: string;
    /** The resource that it changes, such as `apps/acme-dev/services/default`. */
    target: string;
    /** The type of its response, such as `appengine.v1.Service`. */
    type: string;
    response?: object;
    /** The error, if the operation fails. */
    error?: { code: number; message: string };
    /** The minimum duration in milliseconds. */
    takes?: number;
}

/** The delay after which an operation is done, and the number of polls after which it is done earlier. */
const doneAfterMs = 1_000;
const doneAfterPolls = 2;

/** How long finished operations are kept, in milliseconds. */
const retentionMs = 86_400_000;

const namePrefix = (project: string) => fullName(`${appPath(project)}/operations`);

const google = "type.googleapis.com/google";

/**
 * Long-running operations. They take effect immediately, so that their effect is never lost. Until they are reported as
 * done, other changes of the same resource fail.
 */
export class Operations {
    /** Programs wait for operations in simulated time. */
    private readonly time: SimulatedTime;

    constructor(private readonly cloud: Cloud) {
        this.time = new SimulatedTime(cloud.folder);
    }

    /** Throws if an operation is changing the resource, or a resource that contains it. */
    requireIdle(project: string, target: string): void {
        for (const entry of this.all(project)) {
            const { metadata } = entry.state;
            const isAbout = [target, metadata.target].sort() as [string, string];
            if (!this.isDone(entry) && `${isAbout[1]}/`.startsWith(`${isAbout[0]}/`)) {
                const name = String(entry.state.name).split("/").at(-1);
                throw new GoogleError(
                    409,
                    `Cannot operate on ${target} because an operation is already in progress for ${metadata.target} by ${name}.`,
                    { reason: "aborted" },
                );
            }
        }
    }

    begin(project: string, { method, target, type, response, error, takes = 0 }: OperationRequest): object {
        this.forget(project);
        const insertTime = new Date(this.time.now()).toISOString();
        const id = `${appPath(project)}/operations/${randomUUID()}`;
        const state = {
            name: id,
            metadata: {
                "@type": `${google}.appengine.v1.OperationMetadataV1`,
                method: `google.appengine.v1.${method}`,
                insertTime,
                user: "local@slipway.dev",
                target,
            },
            outcome: error ? { error } : { response: { "@type": `${google}.${type}`, ...response } },
            polls: 0,
            takes,
        };
        const entry = { name: fullName(id), project, id, state };
        this.cloud.store.write(entry);
        return shown(entry, false);
    }

    /** Polls an operation, which advances it. */
    get(project: string, id: string): object {
        const found = this.cloud.store.read(`${namePrefix(project)}/${id}`) as Found | undefined;
        if (!found) {
            throw new GoogleError(404, `Operation '${appPath(project)}/operations/${id}' not found.`);
        }
        const entry = { ...found, state: { ...found.state, polls: found.state.polls + 1 } };
        this.cloud.store.write(entry);
        return shown(entry, this.isDone(entry), new Date(this.time.now()));
    }

    private isDone({ state }: Found): boolean {
        const { polls, takes, metadata } = state;
        const age = this.time.now() - Date.parse(metadata.insertTime);
        return age >= takes && (polls >= doneAfterPolls || age >= doneAfterMs);
    }

    private all(project: string): Found[] {
        return this.cloud.store.list(namePrefix(project)) as Found[];
    }

    private forget(project: string): void {
        for (const { name, state } of this.all(project)) {
            if (this.time.now() - Date.parse(state.metadata.insertTime) > retentionMs) {
                this.cloud.store.remove(name);
            }
        }
    }
}

type Found = Entry & { state: Inputs };

function shown({ state }: { state: Inputs }, done: boolean, now?: Date): object {
    const { name, metadata, outcome } = state;
    return done
        ? { name, metadata: { ...metadata, endTime: now?.toISOString() }, done, ...outcome }
        : { name, metadata };
}
