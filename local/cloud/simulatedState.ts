import type { Properties, Store } from "./store";

/** Simulated state of resources that no API returns, such as tables owned by a database user. */
export class SimulatedState {
    constructor(private readonly store: Store) {}

    /** @param name the full resource name */
    of(name: string): Properties {
        return this.store.read(entryName(name))?.state ?? {};
    }

    set(name: string, project: string, message: Properties): void {
        this.store.write({ name: entryName(name), project, id: name, state: message });
    }

    /** Removes the simulated state of a resource and of all resources in it. */
    forget(name: string): void {
        this.store.remove(entryName(name));
        this.store.removeBelow(entryName(name));
    }
}

const entryName = (name: string) => `//told/${name.slice(2)}`;
