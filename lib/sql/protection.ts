import type { DatabaseProtection } from "../stack/settings/defaults";

/** The options and settings of an instance, by its protection. */
export const protections = {
    none: { protect: false, deletionProtection: false, settings: { deletionProtectionEnabled: false } },
    standard: {
        protect: true,
        deletionProtection: true,
        settings: { deletionProtectionEnabled: false, finalBackupConfig: { enabled: true, retentionDays: 30 } },
    },
    maximum: {
        protect: true,
        deletionProtection: true,
        settings: {
            deletionProtectionEnabled: true,
            finalBackupConfig: { enabled: true, retentionDays: 365 },
            retainBackupsOnDelete: true,
        },
    },
} satisfies Record<DatabaseProtection, object>;

/** The protection of a replica: the protection of the primary once it is an independent instance. */
export const protectionOfReplica = (promoted: boolean, protection: DatabaseProtection) =>
    protections[promoted ? protection : "none"];

/** A hint on how to make a change that the protection refuses. */
export function unprotectHint(protection: DatabaseProtection): string {
    return `protection "${protection}" refuses this change. Make it in two steps: set protection: "none" and run pulumi up; then change the argument and run pulumi up again.`;
}
