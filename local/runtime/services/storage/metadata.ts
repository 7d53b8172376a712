import type { Entry, Inputs } from "../../../simulator";
import { HttpError } from "../../emulator/http";

/** The metadata of a written object. */
export type Metadata = Record<string, unknown> & { name?: string; contentType?: string };

/** Metadata that clients can set: https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export const writableMetadata = [
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "contentType",
    "customTime",
    "eventBasedHold",
    "metadata",
    "retention",
    "storageClass",
    "temporaryHold",
];

/** What a patch or an update can set: a rewrite changes the storage class. */
const changeable = writableMetadata.filter((key) => key !== "storageClass");

/** Custom contexts, as the provider stores them. */
interface Contexts {
    customs: { key: string; value: string; createTime: string; updateTime: string }[];
}

export const contextsOf = ({ state }: Entry): Contexts["customs"] =>
    (state.contexts as Contexts | undefined)?.customs ?? [];

/** The contexts of the API: https://cloud.google.com/storage/docs/object-contexts */
export function contextsResource(object: Entry): object | undefined {
    const custom = contextsOf(object).map(({ key, ...payload }) => [key, payload]);
    return custom.length > 0 ? { custom: Object.fromEntries(custom) } : undefined;
}

/** Contexts after a change; a key with the value null is removed. */
function changedContexts(old: Contexts["customs"], change: Inputs | null): Contexts {
    const now = new Date().toISOString();
    const customs = new Map(change === null ? [] : old.map((custom) => [custom.key, custom]));
    for (const [key, payload] of Object.entries((change?.custom ?? {}) as Record<string, Inputs | null>)) {
        if (payload === null || payload.value === null) {
            customs.delete(key);
        } else {
            const { value } = payload;
            const before = customs.get(key);
            const updateTime = before?.value === value ? before?.updateTime : now;
            customs.set(key, { key, value, createTime: before?.createTime ?? now, updateTime: updateTime ?? now });
        }
    }
    return { customs: [...customs.values()] };
}

/** The state of an object that is written with metadata. */
export function writtenState(metadata: Metadata): Inputs {
    const given = Object.entries(metadata).filter(([key, value]) => writableMetadata.includes(key) && value !== null);
    const { contexts } = metadata as Inputs;
    return { ...Object.fromEntries(given), ...(contexts && { contexts: changedContexts([], contexts) }) };
}

/** The state of an object after a patch, or an update, which replaces all metadata. */
export function changedState(object: Entry, change: Inputs, isPatch: boolean, overridesRetention: boolean): Inputs {
    const state: Inputs = { ...object.state };
    for (const key of isPatch ? changeable.filter((key) => key in change) : changeable) {
        state[key] = key === "metadata" && isPatch ? merged(state.metadata, change.metadata) : change[key];
    }
    verifyRetention(object.state.retention as Inputs, state.retention, overridesRetention);
    if (change.contexts !== undefined || !isPatch) {
        state.contexts = changedContexts(isPatch ? contextsOf(object) : [], change.contexts ?? null);
    }
    if (object.state.eventBasedHold && !state.eventBasedHold) {
        state.holdReleased = new Date().toISOString();
    }
    const set = Object.entries(state).filter(([, value]) => value !== undefined && value !== null);
    const metageneration = Number(object.state.metageneration ?? 1) + 1;
    return { ...Object.fromEntries(set), metageneration, updated: new Date().toISOString() };
}

function merged(old: Inputs | undefined, change: Inputs | null): Inputs | null {
    const all = Object.entries({ ...old, ...change }).filter(([, value]) => value !== null);
    return change === null || all.length === 0 ? null : Object.fromEntries(all);
}

/** "Object Retention Lock": https://cloud.google.com/storage/docs/object-lock#overview */
function verifyRetention(old: Inputs | undefined, desired: Inputs | undefined, isOverridden: boolean): void {
    const isShorter = Date.parse(desired?.retainUntilTime ?? 0) < Date.parse(old?.retainUntilTime ?? 0);
    const isReduced = old?.mode !== undefined && (!desired?.mode || isShorter);
    if (isReduced && (old.mode === "Locked" || !isOverridden)) {
        throw new HttpError(
            403,
            "forbidden",
            "The retention configuration of the object cannot be removed or reduced without overrideUnlockedRetention, or if it is locked.",
        );
    }
}
