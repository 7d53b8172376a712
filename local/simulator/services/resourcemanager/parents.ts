import type { Cloud } from "../../cloud/cloud";
import { resourceManagerName } from "../../cloud/organization";
import { type Inputs, lastPart } from "../../rules/rules";

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

/** Where a project or folder is created. */
export function creatorOf({ folderId, orgId, parent }: Inputs): string | undefined {
    const found = parent ?? (folderId ? `folders/${lastPart(folderId)}` : orgId && `organizations/${lastPart(orgId)}`);
    return found && resourceManagerName(found);
}
