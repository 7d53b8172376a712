import { Iam } from "./iam";
import { Projects } from "./projects";
import { Store } from "./store";

/** The local Google Cloud that lives in a folder: what every service stands on. */
export class Cloud {
    readonly projects: Projects;
    readonly iam: Iam;

    constructor(
        readonly folder: string,
        readonly store = new Store(folder),
    ) {
        this.projects = new Projects(this.store);
        this.iam = new Iam(this.store);
    }
}
