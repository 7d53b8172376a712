import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { PartialFailure } from "../../local/simulator/provider/partialFailure";
import { types } from "../../local/simulator/rules/catalogue";
import type { Inputs } from "../../local/simulator/rules/rules";
import type { World } from "../../test/unit/local/world";

/** A resource in the state of a stack. */
export interface Recorded {
    token: string;
    name: string;
    id: string;
    inputs: Inputs;
    state: Inputs;
}

export interface Registration {
    token: string;
    name: string;
    /** From which the provider generates names; by default `name`. */
    logicalName?: string;
    inputs: Inputs;
    /** The cloud as its provider is configured. */
    world: World;
    /** The ID of an existing resource that becomes one of the stack. */
    import?: string;
    ignoreChanges?: string[];
    deleteBeforeReplace?: boolean;
    /** How long the provider waits for a creation; by default as long as it chooses. */
    timeoutSeconds?: number;
    /** The names of the resources that it refers to; without its number or key, a name is that of all instances. */
    dependencies?: string[];
}

/** A resource with what the engine also has in its state. */
type Kept = Recorded &
    Pick<Registration, "world" | "dependencies"> & {
        /** Its creation failed after it existed, so that it is replaced. */
        isTainted?: boolean;
    };

/**
 * The resources of a program in the local Google Cloud, with the provider called as the engine calls it: checked, compared with the state,
 * created, changed in place or replaced, and deleted in the reverse order of creation. Without the engine's processes, so that thousands of
 * programs run in minutes.
 */
export class Stack {
    private readonly recorded = new Map<string, Kept>();
    private registered = new Set<string>();
    private replaced: Kept[] = [];
    /** What the last preview replaces or deletes. */
    private leaving = new Set<string>();
    /** What the present run changed: `create Topic sales`. */
    changes: string[] = [];
    /** What is read otherwise than the provider answered when it was created or updated, before another resource could change it. */
    readonly differences: string[] = [];

    get resources(): Recorded[] {
        return [...this.recorded.values()];
    }

    find(token: string, name: string): Recorded | undefined {
        return this.recorded.get(`${token} ${name}`);
    }

    /** Begins a run; resources that it does not register are deleted by {@link end}. */
    begin(preview = false): void {
        this.leaving = preview ? new Set() : this.leaving;
        this.registered = new Set();
        this.replaced = [];
        this.changes = [];
    }

    /** @param preview whether to change nothing */
    async register(registration: Registration, preview: boolean): Promise<Recorded> {
        const { token, name, logicalName = name, world, inputs: news } = registration;
        const key = `${token} ${name}`;
        if (this.registered.has(key)) {
            throw new Error(`duplicate resource ${key}`);
        }
        this.registered.add(key);
        const old = this.recorded.get(key) ?? this.imported(registration);
        const inputs = world.checked(token, news, { name: logicalName, olds: old?.inputs });
        if (!old) {
            return this.create({ ...registration, inputs }, preview);
        }
        if (old.isTainted) {
            this.changes.push(`replace ${label(old)}: its creation failed`);
            this.leaving.add(key);
            return this.replace({ ...registration, inputs }, old, true, preview);
        }
        const { ignoreChanges, dependencies } = registration;
        const diff = world.provider.diff(token, inputs, old.inputs, old.state, ignoreChanges);
        const paths = [...diff.changed.keys()].sort().join(", ");
        if (diff.replaced.length > 0) {
            this.changes.push(`replace ${label(old)}: ${diff.replaced.join(", ")}`);
            this.leaving.add(key);
            return this.replace({ ...registration, inputs }, old, diff.deleteFirst, preview);
        }
        if (diff.changed.size === 0) {
            const same = { ...old, inputs, world, dependencies };
            this.keep(key, same, preview);
            return same;
        }
        this.changes.push(`update ${label(old)}: ${paths}`);
        const state = world.provider.update(token, inputs, old.state, preview, undefined, diff);
        const updated = { ...old, inputs, state, world, dependencies };
        if (!preview) {
            this.differences.push(...readDifferences(updated));
        }
        this.keep(key, updated, preview);
        return updated;
    }

    /** Ends a run: deletes what was replaced, and what the program does not have anymore. */
    async end(preview: boolean): Promise<void> {
        const gone = this.inOrderOfDeletion([...this.recorded].filter(([key]) => !this.registered.has(key)));
        for (const resource of this.replaced.reverse()) {
            await this.remove(resource);
        }
        for (const [key, resource] of gone) {
            this.changes.push(`delete ${label(resource)}`);
            this.leaving.add(key);
            if (!preview) {
                await this.remove(resource);
                this.recorded.delete(key);
            }
        }
    }

    /** Those on which no other depends first, and the latest first among them. */
    private inOrderOfDeletion(all: [string, Kept][]): [string, Kept][] {
        const left = [...all];
        const ordered: [string, Kept][] = [];
        while (left.length > 0) {
            const isFree = ([, { name }]: [string, Kept]) => !left.some(([, other]) => dependsOn(other, name));
            const index = left.length - 1 - [...left].reverse().findIndex(isFree);
            ordered.push(...left.splice(Math.min(index, left.length - 1), 1));
        }
        return ordered;
    }

    /** Reads all resources, and returns what the program would change then. Outputs can differ, as other resources change them. */
    refresh(): string[] {
        const found: string[] = [];
        for (const [key, old] of this.recorded) {
            const { token, id, inputs, state, world } = old;
            const read = world.provider.read(token, id, state);
            if (!read) {
                found.push(`${label(old)} is gone`);
                this.recorded.delete(key);
                continue;
            }
            const current = world.provider.inputsOf(token, inputs, read.state);
            const { changed } = world.provider.diff(token, inputs, current, read.state);
            found.push(...[...changed.keys()].map((path) => `${label(old)}: ${path} is read differently`));
            this.recorded.set(key, { ...old, ...read, inputs: current });
        }
        return found;
    }

    /** Allows the deletion of all resources, as a user does before a destroy. */
    unprotect(): void {
        for (const [key, old] of this.recorded) {
            const { token, inputs, state, world } = old;
            const allowed = {
                ...(state.deletionProtection !== undefined && { deletionProtection: false }),
                ...(state.deletionPolicy === "PREVENT" && { deletionPolicy: "DELETE" }),
                ...(state.forceDestroy === false && { forceDestroy: true }),
            };
            if (Object.keys(allowed).length > 0) {
                const news = world.checked(token, { ...inputs, ...allowed }, { name: old.name, olds: inputs });
                const diff = world.provider.diff(token, news, inputs, state);
                const updated = world.provider.update(token, news, state, false, undefined, diff);
                this.recorded.set(key, { ...old, inputs: news, state: updated });
            }
        }
    }

    async destroy(): Promise<void> {
        this.begin();
        await this.end(false);
    }

    private async create(registration: Registration, preview: boolean): Promise<Recorded> {
        const { token, name, inputs, world, dependencies } = registration;
        this.changes.push(`create ${label(registration)}`);
        const answer = await this.made(registration, preview).catch((error) => {
            if (error instanceof PartialFailure) {
                const { id, state } = error;
                const tainted = { token, name, inputs, world, dependencies, id, state, isTainted: true };
                this.recorded.set(`${token} ${name}`, tainted);
            }
            throw error;
        });
        const recorded = {
            token,
            name,
            inputs,
            world,
            dependencies,
            ...answer,
            id: preview ? unknownValue : answer.id,
        };
        if (!preview) {
            this.differences.push(...readDifferences(recorded));
        }
        this.keep(`${token} ${name}`, recorded, preview);
        return recorded;
    }

    private async made({ token, inputs, world, timeoutSeconds }: Registration, preview: boolean) {
        const made = world.provider.create(token, inputs, preview, undefined, timeoutSeconds);
        const isReady = preview || startsProcesses(token);
        return isReady ? made : await world.provider.started(token, "create", made);
    }

    private async replace(
        registration: Registration,
        old: Kept,
        deleteFirst: boolean,
        preview: boolean,
    ): Promise<Recorded> {
        if (!preview && (registration.deleteBeforeReplace || deleteFirst)) {
            await this.removeFirst(`${registration.token} ${registration.name}`);
        } else if (!preview) {
            this.replaced.push(old);
        }
        const { changes } = this;
        this.changes = [];
        const made = await this.create(registration, preview);
        this.changes = changes;
        return made;
    }

    /** Deletes a resource, after what was created after it and is also replaced or deleted, as it can depend on it. */
    private async removeFirst(key: string): Promise<void> {
        const keys = [...this.recorded.keys()];
        for (const each of keys.slice(keys.indexOf(key)).reverse()) {
            const resource = this.recorded.get(each);
            if (resource && (each === key || (this.leaving.has(each) && !this.registered.has(each)))) {
                await this.remove(resource);
                this.recorded.delete(each);
            }
        }
    }

    private async remove({ token, id, state, world }: Kept): Promise<void> {
        await (startsProcesses(token)
            ? world.provider.delete(token, id, state)
            : world.provider.ended(token, id, state));
    }

    private imported({ token, name, world, import: id }: Registration): Kept | undefined {
        const found = id && world.provider.read(token, id, {});
        if (id && !found) {
            throw new Error(`resource "${id}" does not exist`);
        }
        return found
            ? { token, name, world, ...found, inputs: world.provider.inputsOf(token, {}, found.state) }
            : undefined;
    }

    private keep(key: string, resource: Kept, preview: boolean): void {
        if (!preview) {
            this.recorded.set(key, resource);
        }
    }
}

/** Clusters are only complete with their control plane, which is not judged here: it is Kubernetes itself. */
const startsProcesses = (token: string) => types[token]?.beforeDelete !== undefined;

const dependsOn = ({ dependencies = [], name: own }: Kept, name: string): boolean =>
    own !== name && dependencies.some((each) => each === name || name.startsWith(`${each}[`));

/** The last part of a type, and the name: `Topic sales`. */
export const label = ({ token, name }: { token: string; name: string }) => `${token.split(":").at(-1)} ${name}`;

function readDifferences(made: Kept): string[] {
    const read = made.world.provider.read(made.token, made.id, made.state);
    return read
        ? differing(made.state, read.state).map((path) => `${label(made)}: ${path} is not what was answered`)
        : [`${label(made)} is not there`];
}

/** The paths of the top-level values that differ. */
function differing(before: Inputs, after: Inputs): string[] {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.filter((key) => JSON.stringify(sorted(before[key])) !== JSON.stringify(sorted(after[key])));
}

/** With keys in alphabetical order, and without empty values, which the provider does not tell from missing ones. */
function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.length > 0 ? value.map(sorted) : undefined;
    }
    if (typeof value !== "object" || value === null) {
        return value === null ? undefined : value;
    }
    const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
}
