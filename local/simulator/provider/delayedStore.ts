import { type Entry, Store } from "../cloud/store";
import type { Delay } from "./faults";
import type { Clock } from "./simulatedTime";

/** Entries affected by a delay, by name. */
const names: Record<Delay["delay"], RegExp> = {
    api: /^\/\/serviceusage\.googleapis\.com\/projects\/[^/]+\/services\/([^/]+)$/,
    account: /^\/\/iam\.googleapis\.com\/serviceAccounts\/([^/]+)$/,
};

interface Unknown {
    delay: Delay;
    since: number;
    asked: number;
}

/** A store that hides new APIs and accounts for some time, because Google Cloud is "eventually consistent". */
export class DelayedStore extends Store {
    /** Hidden entries that a call looked up; reset before each call. */
    readonly missed = new Set<string>();
    private readonly unknown = new Map<string, Unknown>();

    constructor(
        folder: string,
        private readonly delays: Delay[],
        private readonly clock: Pick<Clock, "now">,
    ) {
        super(folder);
    }

    override create(entry: Entry): boolean {
        const isNew = super.create(entry);
        const delay = this.delays.find((item) => names[item.delay].test(entry.name));
        // Resources that Google creates are not delayed.
        if (isNew && delay && entry.type) {
            this.unknown.set(entry.name, { delay, since: this.clock.now(), asked: 0 });
        }
        return isNew;
    }

    override read(name: string): Entry | undefined {
        const unknown = this.unknown.get(name);
        if (!unknown) {
            return super.read(name);
        }
        const { delay, since, asked: requested } = unknown;
        const isLate =
            (delay.calls !== undefined && requested < delay.calls) ||
            (delay.seconds !== undefined && this.clock.now() - since < delay.seconds * 1000);
        if (!isLate) {
            this.unknown.delete(name);
            return super.read(name);
        }
        const what = names[delay.delay].exec(name)?.[1] ?? name;
        unknown.asked += this.missed.has(what) ? 0 : 1;
        this.missed.add(what);
        return undefined;
    }
}
