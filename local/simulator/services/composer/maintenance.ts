import { composerEnvironmentLimits } from "slipway/facts";
import { isCron, secondsIn } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { findBucket } from "../storage/names";

const { maintenanceWindow: windowLimit, weeklyMaintenance } = composerEnvironmentLimits.rows;

/** The minimum hours per week, and per window. */
const min = { hours: secondsIn(weeklyMaintenance.min) / 3600, window: secondsIn(windowLimit.min) / 3600 };

const days = /^FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)$/;

/** Windows per week; undefined for recurrences that the API refuses. */
function timesOf(recurrence: string): number | undefined {
    const [, listed] = days.exec(recurrence) ?? [];
    return listed ? new Set(listed.split(",")).size : recurrence === "FREQ=DAILY" ? 7 : undefined;
}

/** Verifies the maintenance window. */
export function maintenanceProblems({ maintenanceWindow }: Inputs): string[] {
    if (!maintenanceWindow) {
        return [];
    }
    const { startTime, endTime, recurrence } = maintenanceWindow;
    const wrong = [startTime, endTime].find((time) => Number.isNaN(Date.parse(time)));
    if (wrong !== undefined) {
        return [`Maintenance window time '${wrong}' is not a valid timestamp.`];
    }
    const times = timesOf(recurrence);
    if (times === undefined) {
        return [
            `Maintenance window recurrence '${recurrence}' is invalid. The only allowed values are FREQ=DAILY and FREQ=WEEKLY;BYDAY=...`,
        ];
    }
    const hours = (Date.parse(endTime) - Date.parse(startTime)) / 3_600_000;
    if (!(hours > 0)) {
        return ["Maintenance window end time must be after its start time."];
    }
    return [
        ...(hours < min.window ? [`Maintenance window must be at least ${min.window} hours long.`] : []),
        ...(Math.min(hours, 24) * times < min.hours
            ? [`Maintenance window must encompass at least ${min.hours} hours per week.`]
            : []),
    ];
}

/** Verifies scheduled snapshots. */
export function snapshotProblems({ recoveryConfig }: Inputs, cloud: Cloud): string[] {
    const {
        enabled,
        snapshotLocation = "",
        snapshotCreationSchedule = "",
        timeZone = "",
    } = recoveryConfig?.scheduledSnapshotsConfig ?? {};
    if (!enabled) {
        return [];
    }
    const [, bucket] = /^gs:\/\/([^/]+)(?:\/.*)?$/.exec(snapshotLocation) ?? [];
    return [
        ...(/^UTC([+-](0?\d|1[0-2]))?$/.test(timeZone)
            ? []
            : [
                  `Invalid time zone: ${timeZone}. Accepted timezones are: UTC, UTC-[hh], UTC+[hh]. Examples: UTC+02, UTC-06`,
              ]),
        ...(isCron(snapshotCreationSchedule)
            ? []
            : [`Invalid snapshot creation schedule: '${snapshotCreationSchedule}' is not a cron expression.`]),
        ...(bucket
            ? findBucket(cloud, bucket)
                ? []
                : [`Snapshot location '${snapshotLocation}' is in a bucket that does not exist.`]
            : [
                  `Invalid snapshot location: '${snapshotLocation}'. It must be a folder in Cloud Storage: gs://bucket/folder`,
              ]),
    ];
}
