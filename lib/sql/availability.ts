import * as check from "../internal/arguments/check";
import { regionProblem } from "../internal/arguments/locations";

/** High availability requires backups. */
export type Availability = { backups?: object | true } | { backups: false; highAvailability?: false };

/** The zones of an instance and of its standby. */
interface Zones {
    region: string;
    zone?: string;
    secondaryZone?: string;
    highAvailability: boolean;
}

/** The problems of zones with the region and the standby. */
export function zoneProblems({ region, zone, secondaryZone, highAvailability }: Zones): (check.Problem | undefined)[] {
    return [
        regionProblem("zone", zone, region, "the instance"),
        regionProblem("secondaryZone", secondaryZone, region, "the instance"),
        check.when(
            secondaryZone !== undefined && !highAvailability,
            "secondaryZone",
            "sql/secondary-zone-without-standby",
            "is the zone of a standby. Set highAvailability, or remove it.",
        ),
        check.when(
            secondaryZone !== undefined && secondaryZone === zone,
            "secondaryZone",
            "sql/secondary-zone-of-primary",
            `must be another zone than the instance's (got "${zone}").`,
        ),
    ];
}
