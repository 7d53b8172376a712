import type { Clock } from "slipway/facts";
import { BlockedNames } from "./blocked";
import { Iam } from "./iam";
import { Projects } from "./projects";
import { Store } from "./store";
import { Told } from "./told";

const today = () => new Date();

function dayOf(day: string): number {
    const time = Date.parse(day);
    if (Number.isNaN(time)) {
        throw new Error(`SLIPWAY_LOCAL_DATE must be a day, as 2026-11-21 is (got "${day}")`);
    }
    return time;
}

/** The local Google Cloud that lives in a folder: what every service stands on. */
export class Cloud {
    readonly projects: Projects;
    readonly iam: Iam;
    readonly blocked: BlockedNames;
    readonly told: Told;
    /** The clock by which support of runtimes ends: it stands still where `SLIPWAY_LOCAL_DATE` names a day. */
    readonly supportClock: Clock;

    /** @param now the clock by which names become free again */
    constructor(
        readonly folder: string,
        readonly store = new Store(folder),
        readonly now: () => Date = today,
    ) {
        const { SLIPWAY_LOCAL_DATE: day } = process.env;
        this.supportClock = { now: () => (now === today && day ? dayOf(day) : now().getTime()) };
        this.projects = new Projects(this.store);
        this.iam = new Iam(this.store);
        this.blocked = new BlockedNames(this.store, now);
        this.told = new Told(this.store);
    }
}
