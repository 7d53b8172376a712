import type { DatabaseProtection } from "../environment/defaults";

/** What each protection makes of an instance, and of the settings that Google keeps. */
export const protections = {
    none: { protect: false, deletionProtection: false, settings: {} },
    standard: {
        protect: true,
        deletionProtection: true,
        settings: { finalBackupConfig: { enabled: true, retentionDays: 30 } },
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

/** How to do what protection refuses, after what it refuses. */
export function twoSteps(protection: DatabaseProtection): string {
    return `protection "${protection}" refuses that. In two steps: set protection: "none" and run pulumi up; then make the change and run it again.`;
}
