import type { Cloud } from "../cloud/cloud";
import { found } from "../inventory";
import type { Inputs } from "../rules/rules";
import { backUp } from "../services/sql/backups";

/** Makes a backup of an instance of Cloud SQL now, as somebody does in the console, and returns it. */
export function backsUpByHand(cloud: Cloud, id: string): Inputs {
    const instances = cloud.store.list().filter(({ type }) => type === "gcp:sql/databaseInstance:DatabaseInstance");
    if (!instances.some((each) => each.id === id)) {
        const known = instances.map((each) => each.id).join(", ") || "none";
        throw new Error(`there is no instance of Cloud SQL with the id "${id}" (there are: ${known})`);
    }
    const [instance] = found(instances, id);
    return backUp(instance?.state as Inputs, "ON_DEMAND", cloud);
}
