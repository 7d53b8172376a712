import type { Cloud } from "../cloud/cloud";
import { findResources } from "../inventory";
import type { Inputs } from "../rules/rules";
import { backUp } from "../services/sql/backups";

/** Creates an on-demand backup of a Cloud SQL instance, as in the console. */
export function createBackup(cloud: Cloud, id: string): Inputs {
    const instances = cloud.store.list().filter(({ type }) => type === "gcp:sql/databaseInstance:DatabaseInstance");
    if (!instances.some((item) => item.id === id)) {
        const known = instances.map((item) => item.id).join(", ") || "none";
        throw new Error(`no Cloud SQL instance has the ID "${id}" (existing instances: ${known})`);
    }
    const [instance] = findResources(instances, id);
    return backUp(instance?.state as Inputs, "ON_DEMAND", cloud);
}
