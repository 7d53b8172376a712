import { BlockedNames } from "./blocked";
import { Iam } from "./iam";
import { Projects } from "./projects";
import { Store } from "./store";
import { Told } from "./told";

/** The local Google Cloud that lives in a folder: what every service stands on. */
export class Cloud {
    readonly projects: Projects;
    readonly iam: Iam;
    readonly blocked: BlockedNames;
    readonly told: Told;

    /** @param now the clock by which names become free again */
    constructor(
        readonly folder: string,
        readonly store = new Store(folder),
        readonly now: () => Date = () => new Date(),
    ) {
        this.projects = new Projects(this.store);
        this.iam = new Iam(this.store);
        this.blocked = new BlockedNames(this.store, now);
        this.told = new Told(this.store);
    }
}
