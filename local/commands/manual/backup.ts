import type { Cloud } from "../../simulator/cloud/cloud";
import { findResources } from "../../simulator/inventory";
import type { Inputs } from "../../simulator/rules/rules";
import { backUp } from "../../simulator/services/sql/backups";

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
