import type { Properties, Store } from "./store";

/** What somebody told the local cloud of resources that no API shows, such as that a user owns tables. */
export class Told {
    constructor(private readonly store: Store) {}

    /** @param name the full resource name */
    of(name: string): Properties {
        return this.store.read(entryName(name))?.state ?? {};
    }

    tell(name: string, project: string, told: Properties): void {
        this.store.write({ name: entryName(name), project, id: name, state: told });
    }

    /** Forgets what was told of a resource and of all that is in it. */
    forget(name: string): void {
        this.store.remove(entryName(name));
        this.store.removeBelow(entryName(name));
    }
}

const entryName = (name: string) => `//told/${name.slice(2)}`;
