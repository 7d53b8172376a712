import { type Entry, Store } from "../cloud/store";
import type { Clock } from "./clock";
import type { Delay } from "./faults";

/** What a delay is about, by the names of the entries. */
const names: Record<Delay["delay"], RegExp> = {
    api: /^\/\/serviceusage\.googleapis\.com\/projects\/[^/]+\/services\/([^/]+)$/,
    account: /^\/\/iam\.googleapis\.com\/serviceAccounts\/([^/]+)$/,
};

interface Unknown {
    delay: Delay;
    since: number;
    asked: number;
}

/** A store in which new APIs and accounts are not found for a while, as Google Cloud is "eventually consistent". */
export class LateStore extends Store {
    /** What one call looked for and did not find though it is there; emptied before each call. */
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
        const delay = this.delays.find((each) => names[each.delay].test(entry.name));
        // What Google made by itself is known to Google.
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
        const { delay, since, asked } = unknown;
        const isLate =
            (delay.calls !== undefined && asked < delay.calls) ||
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
