import type { Entry, Properties, Store } from "./store";

/** Simulated state of resources that no API returns, such as tables owned by a database user, and messages of a subscription. */
export class SimulatedState {
    constructor(private readonly store: Store) {}

    /** @param name the full resource name */
    of(name: string): Properties {
        return this.store.read(entryName(name))?.state ?? {};
    }

    set(name: string, project: string, message: Properties): void {
        this.store.write({ name: entryName(name), project, id: name, state: message });
    }

    /** The entries below a name, by its order; their IDs are the names that {@link set} was called with. */
    below(name: string): Entry[] {
        return this.store.list(entryName(name));
    }

    /** The number of entries below a name, which are not read. */
    count(name: string): number {
        return this.store.count(entryName(name));
    }

    /** Removes the simulated state of a resource and of all resources in it. */
    forget(name: string): void {
        this.store.remove(entryName(name));
        this.store.removeBelow(entryName(name));
    }
}

const entryName = (name: string) => `//told/${name.slice(2)}`;
