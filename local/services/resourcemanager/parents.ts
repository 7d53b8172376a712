import type { Cloud } from "../../cloud/cloud";
import { resourceManagerName } from "../../cloud/organization";

export const api = "cloudresourcemanager.googleapis.com";

/**
 * Whether a folder or organization exists. All organizations exist, as do all folders that no program created; folders
 * that a program deleted do not.
 */
export function exists(cloud: Cloud, kind: "folders" | "organizations", id: string): boolean {
    return /^\d{1,19}$/.test(id) && !cloud.blocked.has(resourceManagerName(`${kind}/${id}`));
}

/** Whether a billing account exists: all IDs with a valid format do. */
export function isBillingAccount(id: string): boolean {
    return /^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/.test(id);
}
