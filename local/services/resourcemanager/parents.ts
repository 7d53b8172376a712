import type { Cloud } from "../../cloud/cloud";

export const api = "cloudresourcemanager.googleapis.com";

export const folderName = (id: string) => `//${api}/${id}`;

/**
 * Whether there is a folder or an organisation of this number. Nobody can make an organisation, so that all are believed, and
 * all folders that no program made; a folder that a program deleted is gone.
 */
export function isThere(cloud: Cloud, kind: "folders" | "organizations", id: string): boolean {
    return /^\d{1,19}$/.test(id) && !cloud.blocked.has(folderName(`${kind}/${id}`));
}

/** Whether there is a billing account of this id: those of the right form are believed. */
export function isBillingAccount(id: string): boolean {
    return /^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/.test(id);
}
