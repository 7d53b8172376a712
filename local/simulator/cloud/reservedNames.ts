import type { Store } from "./store";

const day = 86_400_000;

/** Names that cannot be reused for some time after their resource is deleted. */
export class ReservedNames {
    constructor(
        private readonly store: Store,
        private readonly now: () => Date,
    ) {}

    /** @param name the full resource name */
    reserve(name: string, project: string, days: number): void {
        const until = new Date(this.now().getTime() + days * day).toISOString();
        this.store.write({ name: entryName(name), project, id: name, state: { until } });
    }

    has(name: string): boolean {
        const entry = this.store.read(entryName(name));
        return entry !== undefined && this.now() < new Date(String(entry.state.until));
    }
}

const entryName = (name: string) => `//blocked/${name.slice(2)}`;
