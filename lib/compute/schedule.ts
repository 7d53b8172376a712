import { ResourcePolicy } from "@pulumi/gcp/compute/resourcePolicy";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { idOf, nameOrId } from "../environment/existing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { timeZone, unixCron } from "../internal/arguments/cron";
import { regionProblem } from "../internal/arguments/locations";
import { isPlainObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";

/**
 * When a machine starts and stops
 * ({@link https://cloud.google.com/compute/docs/instances/schedule-instance-start-stop instance schedules}), up to 15 minutes late. A machine that is stopped costs only its disks; an update does not start it.
 */
export interface MachineSchedule {
    /**
     * When the machine starts, as a unix-cron expression: `"0 7 * * MON-FRI"`.
     * @default never: someone starts it
     */
    start?: string;
    /**
     * When the machine stops: `"0 19 * * *"`.
     * @default never: it stops itself, or someone stops it
     */
    stop?: string;
    /**
     * The time zone of `start` and `stop`, by its name in the tz database: `"Europe/Berlin"`.
     * @default "Etc/UTC"
     */
    timeZone?: string;
}

/** A schedule that exists already, of machines or of snapshots. */
export interface ExistingSchedule {
    /** The name of the schedule in the region of the machine, or its ID: `"projects/acme-dev/regions/europe-west1/resourcePolicies/office-hours"`. */
    existing: string;
}

/** Checks a schedule that exists already. */
export const existingSchedule = check.options<ExistingSchedule>(
    {
        existing: nameOrId(
            "regions/[^/]+/resourcePolicies",
            nameFormats.rows.computeResource,
            "projects/acme-dev/regions/europe-west1/resourcePolicies/office-hours",
        ),
    },
    "existing",
);

/** Whether a schedule exists already. */
export const isExistingSchedule = (schedule: unknown): schedule is ExistingSchedule =>
    isPlainObject(schedule) && schedule.existing !== undefined;

/** A schedule is in the region of what it is attached to. */
export const existingProblem = (path: string, { existing }: ExistingSchedule, region: string) =>
    regionProblem(`${path}.existing`, existing, region, "the machine");

/** Checks each option of the schedule. */
export const schedule = check.either<ExistingSchedule, MachineSchedule>(
    isExistingSchedule,
    existingSchedule,
    check.options<MachineSchedule>({ start: unixCron, stop: unixCron, timeZone }),
);

/** Checks combinations of options. */
export function scheduleProblems(
    args: MachineSchedule | ExistingSchedule | undefined,
    region: string,
): (check.Problem | undefined)[] {
    if (!args) {
        return [];
    }
    if (isExistingSchedule(args)) {
        return [existingProblem("schedule", args, region)];
    }
    const { start, stop } = args;
    if (start === undefined && stop === undefined) {
        return [check.problem("schedule", "compute/schedule-empty", "must have start, stop or both.")];
    }
    return start === stop
        ? [
              check.problem(
                  "schedule.stop",
                  "compute/schedule-stop-at-start",
                  `must be another time than start (got "${stop}").`,
              ),
          ]
        : [];
}

/**
 * The right to start and stop machines, which Compute Engine checks when a machine gets the schedule. No predefined role on a single
 * machine has an effect before the machine exists, so that it is one on the project.
 * https://cloud.google.com/compute/docs/instances/schedule-instance-start-stop#required-roles
 */
export const scheduleRole = "roles/compute.instanceAdmin.v1";

/**
 * The provider would send another name as an update of a policy that has it already, and there is none:
 * `google-beta/services/compute/resource_compute_resource_policy.go` of
 * https://github.com/hashicorp/terraform-provider-google-beta/tree/v7.45.0
 */
export const replacedByName: pulumi.CustomResourceOptions = { replaceOnChanges: ["name"] };

/** Creates the schedule, unless it exists already, and lets Compute Engine start and stop machines. */
export function createSchedule(
    component: string,
    { name, region, schedule: args }: { name: string; region: string; schedule: MachineSchedule | ExistingSchedule },
    child: Child,
    environment: Environment,
): { policy?: ResourcePolicy; link: pulumi.Input<string>; grants: pulumi.Resource[] } {
    const grants = environment.grantAgent("compute.googleapis.com", scheduleRole);
    if (isExistingSchedule(args)) {
        return { link: idOf(args.existing, environment.project, `regions/${region}/resourcePolicies`), grants };
    }
    const { start, stop, timeZone: zone = "Etc/UTC" } = args;
    const policy = new ResourcePolicy(
        ...child(
            "schedule",
            `${component}-schedule`,
            {
                name,
                region,
                instanceSchedulePolicy: {
                    timeZone: zone,
                    vmStartSchedule: start === undefined ? undefined : { schedule: start },
                    vmStopSchedule: stop === undefined ? undefined : { schedule: stop },
                },
            },
            replacedByName,
        ),
    );
    return { policy, link: policy.selfLink, grants };
}
