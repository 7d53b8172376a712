import { isTimeZone, parseCron } from "../../../../../lib/formats";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import { isRegion } from "../../../cloud/regions";
import { regionOf } from "../../../cloud/zones";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { regionWait, zoneWait } from "../calls";
import {
    alreadyExists,
    api,
    fullName,
    inUse,
    invalidField,
    nameError,
    notFound,
    pathOf,
    placeOf,
    selfLink,
} from "../names";
import { completedZone, inZone } from "./zonal";

const id = (inputs: Inputs) =>
    `${placeOf(inputs as { project?: string; region?: string })}/resourcePolicies/${inputs.name}`;

/** The path of a policy, from its name, path or self link, for a resource in a zone. */
export function policyPath(input: string, { project, zone, region = regionOf(String(zone)) }: Inputs): string {
    const path = input.replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/(v1|beta)\//, "");
    return path.startsWith("projects/")
        ? path
        : `projects/${project}/regions/${region}/resourcePolicies/${lastPart(path)}`;
}

/** Throws for a policy that does not exist or is in another region. */
export function requirePolicy(cloud: Cloud, input: string, place: Inputs) {
    const path = policyPath(input, place);
    const policy = cloud.store.read(fullName(path));
    if (!policy) {
        throw notFound(path);
    }
    if (policy.state.region !== (place.region ?? regionOf(place.zone))) {
        throw invalidField(
            "resourcePolicies[0]",
            selfLink(path),
            "The resource policy must be in the same region as the resource.",
        );
    }
    return policy;
}

/** https://cloud.google.com/compute/docs/instances/schedule-instance-start-stop */
function verifySchedule({ instanceSchedulePolicy }: Inputs): void {
    if (!instanceSchedulePolicy) {
        return;
    }
    const { timeZone, vmStartSchedule, vmStopSchedule } = instanceSchedulePolicy;
    if (!vmStartSchedule && !vmStopSchedule) {
        throw invalidField(
            "instanceSchedulePolicy",
            "",
            "At least one of the start and stop schedules must be specified.",
        );
    }
    if (!isTimeZone(timeZone)) {
        throw invalidField("instanceSchedulePolicy.timeZone", timeZone, "Time zone is invalid.");
    }
    for (const [field, schedule] of Object.entries({ vmStartSchedule, vmStopSchedule })) {
        if (schedule && "problem" in parseCron(schedule.schedule)) {
            throw invalidField(
                `instanceSchedulePolicy.${field}.schedule`,
                schedule.schedule,
                "Invalid cron expression.",
            );
        }
    }
}

/** https://cloud.google.com/compute/docs/disks/scheduled-snapshots */
function verifySnapshots({ snapshotSchedulePolicy }: Inputs): void {
    const { dailySchedule, hourlySchedule, weeklySchedule } = snapshotSchedulePolicy?.schedule ?? {};
    const times = [dailySchedule, hourlySchedule, ...(weeklySchedule?.dayOfWeeks ?? [])].filter(Boolean);
    const wrong = times.find(({ startTime }) => !/^([01]?\d|2[0-3]):00$/.test(startTime));
    if (wrong) {
        throw invalidField(
            "snapshotSchedulePolicy.schedule",
            wrong.startTime,
            "Start time must be on the hour: HH:00.",
        );
    }
    if (dailySchedule && dailySchedule.daysInCycle !== 1) {
        throw invalidField(
            "snapshotSchedulePolicy.schedule.dailySchedule.daysInCycle",
            dailySchedule.daysInCycle,
            "Days in cycle for snapshot schedule policy must be 1.",
        );
    }
    if (hourlySchedule && !(hourlySchedule.hoursInCycle >= 1 && hourlySchedule.hoursInCycle <= 23)) {
        throw invalidField(
            "snapshotSchedulePolicy.schedule.hourlySchedule.hoursInCycle",
            hourlySchedule.hoursInCycle,
            "Hours in cycle must be between 1 and 23.",
        );
    }
}

function verify(inputs: Inputs, _: Context, old?: Inputs): void {
    const { region } = inputs;
    if (old && id(old) !== id(inputs)) {
        // The provider sends an update to the new name: google-beta/services/compute/resource_compute_resource_policy.go of
        // https://github.com/hashicorp/terraform-provider-google-beta/tree/v7.45.0
        throw notFound(id(inputs));
    }
    if (!isRegion(region)) {
        throw new GoogleError(400, `Invalid value for field 'region': '${region}'. Unknown region.`, {
            reason: "invalid",
        });
    }
    verifySchedule(inputs);
    verifySnapshots(inputs);
}

/** An instance or a disk with the policy. */
function userOf(path: string, cloud: Cloud): string | undefined {
    const [, project] = path.split("/");
    const all = [
        ...["disks", "instances"].flatMap((kind) => cloud.store.list(`//${api}/projects/${project}/zones`, kind)),
        ...cloud.store.list(`//${api}/projects/${project}/regions`, "disks"),
    ];
    const isUsed = (policies: unknown) => [policies ?? []].flat().some((each) => policyPath(String(each), {}) === path);
    return all.find(({ state }) => isUsed(state.resourcePolicies))?.id;
}

/** What the server completes in a policy. */
function completed({ snapshotSchedulePolicy }: Inputs): Inputs {
    const { retentionPolicy } = snapshotSchedulePolicy ?? {};
    return retentionPolicy
        ? {
              snapshotSchedulePolicy: {
                  ...snapshotSchedulePolicy,
                  retentionPolicy: { onSourceDiskDelete: "KEEP_AUTO_SNAPSHOTS", ...retentionPolicy },
              },
          }
        : {};
}

export const resourcePolicy: TypeRules = {
    noun: "ResourcePolicy",
    generatedNoun: "ComputeResourcePolicy",
    api,
    id,
    validators: { name: nameError },
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state: (inputs) => ({ ...inputs, ...completed(inputs), selfLink: selfLink(id(inputs)) }),
    remove: (inputs, { cloud }) => {
        const user = userOf(id(inputs), cloud);
        if (user) {
            throw new GoogleError(400, inUse("resource_policy", id(inputs), user), {
                reason: "resourceInUseByAnotherResource",
            });
        }
    },
};

const attachmentDisk = (inputs: Inputs) =>
    inputs.region && !inputs.zone
        ? pathOf(inputs.disk, inputs.project, `regions/${inputs.region}/disks`)
        : inZone(inputs.disk, inputs, "disks");

const attachmentId = (inputs: Inputs) => `${attachmentDisk(inputs)}/${inputs.name}`;

/** Sets the policies of a disk. */
function setPolicies(inputs: Inputs, { cloud }: Context, change: (all: string[]) => string[]): void {
    const name = fullName(attachmentDisk(inputs));
    const disk = cloud.store.read(name);
    if (disk) {
        const policies = change((disk.state.resourcePolicies ?? []) as string[]);
        cloud.store.write({ ...disk, state: { ...disk.state, resourcePolicies: policies } });
    }
}

/** A snapshot schedule of a disk, which can have one. */
export const diskPolicyAttachment: TypeRules = {
    noun: "DiskResourcePolicyAttachment",
    generatedNoun: "ComputeDiskResourcePolicyAttachment",
    cost: "free",
    plan: { "tpgresource.DefaultProviderZone": completedZone },
    api,
    zonal: true,
    id: attachmentId,
    name: (inputs) => `${fullName(attachmentDisk(inputs))}/resourcePolicyAttachments/${inputs.name}`,
    project: ({ project, disk }, { project: own }) => project ?? /^projects\/([^/]+)/.exec(disk)?.[1] ?? String(own),
    verify: (inputs, { cloud }) => {
        const path = attachmentDisk(inputs);
        const disk = cloud.store.read(fullName(path));
        if (!disk) {
            throw notFound(path);
        }
        const policy = requirePolicy(cloud, inputs.name, inputs);
        const taken = ((disk.state.resourcePolicies ?? []) as string[]).find((each) => lastPart(each) !== inputs.name);
        if (taken && policy.state.snapshotSchedulePolicy) {
            throw new GoogleError(400, `Disk '${path}' already has a snapshot schedule attached: '${taken}'.`, {
                reason: "invalid",
            });
        }
    },
    state: (inputs) => inputs,
    afterStore: (state, context) => {
        const link = selfLink(policyPath(state.name, state));
        setPolicies(state, context, (all) => [...all.filter((each) => each !== link), link]);
    },
    read: (state, { cloud }) => {
        const { resourcePolicies = [] } = (cloud.store.read(fullName(attachmentDisk(state)))?.state ?? {}) as Inputs;
        return resourcePolicies.some((each: string) => lastPart(each) === state.name) ? state : undefined;
    },
    remove: (state, context) =>
        setPolicies(state, context, (all) => all.filter((each) => lastPart(each) !== state.name)),
    calls: {
        create: (inputs) => [
            { method: "compute.disks.addResourcePolicies", on: fullName(inZone(inputs.disk, inputs, "disks")) },
            { method: "compute.resourcePolicies.use", on: fullName(policyPath(inputs.name, inputs)) },
            zoneWait,
            "compute.disks.get",
        ],
        read: ["compute.disks.get"],
        update: [],
        delete: ["compute.disks.removeResourcePolicies", zoneWait],
    },
};

/** The same of a disk in two zones. */
export const regionDiskPolicyAttachment: TypeRules = {
    ...diskPolicyAttachment,
    noun: "RegionDiskResourcePolicyAttachment",
    generatedNoun: "ComputeRegionDiskResourcePolicyAttachment",
    plan: {},
    zonal: false,
    calls: {
        create: (inputs) => [
            {
                method: "compute.regionDisks.addResourcePolicies",
                on: fullName(pathOf(inputs.disk, inputs.project, `regions/${inputs.region}/disks`)),
            },
            { method: "compute.resourcePolicies.use", on: fullName(policyPath(inputs.name, inputs)) },
            regionWait,
            "compute.regionDisks.get",
        ],
        read: ["compute.regionDisks.get"],
        update: [],
        delete: ["compute.regionDisks.removeResourcePolicies", regionWait],
    },
};
