import { randomUUID } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { appPath, fullName } from "../../services/appengine/names";

/** How an operation is asked for. */
export interface Begun {
    /** Such as `Services.UpdateService`. */
    method: string;
    /** What it changes, such as `apps/acme-dev/services/default`. */
    target: string;
    /** The type of what it answers, such as `appengine.v1.Service`. */
    type: string;
    response?: object;
    /** What comes of it in place of an answer. */
    error?: { code: number; message: string };
    /** For how long it is not done whoever asks, in milliseconds. */
    takes?: number;
}

/** When an operation is done although nobody asked for it, and after how many questions it is done before. */
const shortest = 1_000;
const asked = 2;

/** For how long a finished operation is known, in milliseconds. */
const remembered = 86_400_000;

const namePrefix = (project: string) => fullName(`${appPath(project)}/operations`);

const google = "type.googleapis.com/google";

/**
 * The long operations of the API. What one does is done at once, so that it is never lost; that it is done is told later, and
 * until then nothing else changes what it is about.
 */
export class Operations {
    constructor(private readonly cloud: Cloud) {}

    /** Refuses to change what an operation is changing, or what that is a part of. */
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

    begin(project: string, { method, target, type, response, error, takes = 0 }: Begun): object {
        this.forget(project);
        const insertTime = this.cloud.now().toISOString();
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
            questions: 0,
            takes,
        };
        const entry = { name: fullName(id), project, id, state };
        this.cloud.store.write(entry);
        return shown(entry, false);
    }

    /** An operation as it is now; asking is what makes it done. */
    get(project: string, id: string): object {
        const found = this.cloud.store.read(`${namePrefix(project)}/${id}`) as Found | undefined;
        if (!found) {
            throw new GoogleError(404, `Operation '${appPath(project)}/operations/${id}' not found.`);
        }
        const entry = { ...found, state: { ...found.state, questions: found.state.questions + 1 } };
        this.cloud.store.write(entry);
        return shown(entry, this.isDone(entry), this.cloud.now());
    }

    private isDone({ state }: Found): boolean {
        const { questions, takes, metadata } = state;
        const age = this.cloud.now().getTime() - Date.parse(metadata.insertTime);
        return age >= takes && (questions >= asked || age >= shortest);
    }

    private all(project: string): Found[] {
        return this.cloud.store.list(namePrefix(project)) as Found[];
    }

    private forget(project: string): void {
        for (const { name, state } of this.all(project)) {
            if (this.cloud.now().getTime() - Date.parse(state.metadata.insertTime) > remembered) {
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
