import { instanceGroupLimits, isMachineType, seriesNameOf } from "slipway/facts";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import { isZone, regionOf, zonesOf } from "../../../cloud/zones";
import { between, type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { isSame, regional, regionWait } from "../calls";
import {
    createdState,
    fingerprint,
    generatedNumber,
    pathIn,
    referencePath,
    required,
    requireUnused,
    sharedRules,
    verifyRegion,
} from "../loadBalancing/references";
import { requireFree } from "../machines/diskUsers";
import { inZone } from "../machines/zonal";
import { fullName, inUse, invalidField, nameError, pathOf, selfLink } from "../names";
import { act, autoscalerOf } from "./live";
import { forgetMembers } from "./members";
import { besideSource } from "./template";

const collection = "instanceGroupManagers";
const { rows: limits } = instanceGroupLimits;

/** The templates of the versions, which must exist: global ones, or of the region. */
function verifyVersions({ versions = [], project, region }: Inputs, cloud: Cloud): Inputs[] {
    if (versions.length > limits.versions.max) {
        throw invalidField("versions", versions.length, `At most ${limits.versions.max} versions are allowed.`);
    }
    const whole = versions.filter(({ targetSize }: Inputs) => targetSize === undefined);
    if (whole.length !== 1) {
        throw invalidField("versions", "", "Exactly one version must not have target size specified.");
    }
    return versions.map(({ instanceTemplate }: Inputs) => {
        const isRegional = String(instanceTemplate).includes("/regions/");
        const path = pathOf(
            instanceTemplate,
            project,
            isRegional ? `regions/${region}/instanceTemplates` : "global/instanceTemplates",
        );
        return required(cloud, path).state as Inputs;
    });
}

const groupKind = "regional managed instance group";

/**
 * https://github.com/terraform-google-modules/terraform-example-foundation/pull/427,
 * https://github.com/GoogleCloudPlatform/magic-modules/pull/8210
 */
function verifyUpdate(inputs: Inputs, zones: number): void {
    const { updatePolicy, distributionPolicyTargetShape: shape = "EVEN", targetSize = 0, statefulDisks = [] } = inputs;
    if (!updatePolicy) {
        return;
    }
    const { replacementMethod = "SUBSTITUTE", instanceRedistributionType = "PROACTIVE" } = updatePolicy;
    const values = { maxSurge: "", maxUnavailable: "" };
    for (const name of Object.keys(values) as (keyof typeof values)[]) {
        const [fixed, percent] = [updatePolicy[`${name}Fixed`], updatePolicy[`${name}Percent`]];
        values[name] = JSON.stringify(percent === undefined ? { fixed: fixed ?? zones } : { percent });
        if (percent === undefined && fixed !== undefined && fixed > 0 && fixed < zones) {
            throw new GoogleError(
                400,
                `Invalid value for field 'resource.updatePolicy.${name}.fixed': '${fixed}'. Fixed updatePolicy.${name} for ${groupKind} has to be either 0 or at least equal to the number of zones.`,
                { reason: "invalid" },
            ).recordedIn("https://github.com/terraform-google-modules/terraform-example-foundation/pull/427");
        }
        // The size of a scaled group is not sent, and its autoscaler sets it later.
        if (
            percent !== undefined &&
            percent > 0 &&
            inputs.targetSize !== undefined &&
            targetSize < limits.percentages.min
        ) {
            const cause = `Percent updatePolicy.${name} is only allowed for ${groupKind}s with size at least ${limits.percentages.min}.`;
            throw invalidField(`updatePolicy.${name}.percent`, percent, cause);
        }
    }
    const isNone = (value: string) => /:0\}$/.test(value);
    if (replacementMethod === "RECREATE" && !isNone(values.maxSurge)) {
        const cause = "maxSurge must be equal to 0 when replacement method is set to RECREATE";
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.updatePolicy.maxSurge': '${values.maxSurge.replace("{", "{  ").replace(":", ": ")}'. ${cause}`,
            { reason: "invalid" },
        ).recordedIn("https://github.com/GoogleCloudPlatform/magic-modules/pull/8210");
    }
    if (isNone(values.maxSurge) && isNone(values.maxUnavailable)) {
        const cause = "At least one of maxSurge and maxUnavailable must be greater than 0.";
        throw invalidField("updatePolicy.maxUnavailable", values.maxUnavailable, cause);
    }
    // https://cloud.google.com/compute/docs/instance-groups/regional-mig-distribution-shape: the texts are approximate.
    if (shape !== "EVEN" && instanceRedistributionType !== "NONE") {
        const cause = `Proactive instance redistribution must be disabled for target shape ${shape}.`;
        throw invalidField("updatePolicy.instanceRedistributionType", instanceRedistributionType, cause);
    }
    if (shape === "ANY_SINGLE_ZONE" && !isNone(values.maxSurge)) {
        throw invalidField("updatePolicy.maxSurge", values.maxSurge, `maxSurge must be 0 for target shape ${shape}.`);
    }
    // https://cloud.google.com/compute/docs/instance-groups/configuring-stateful-disks-in-migs: the texts are approximate.
    if (statefulDisks.length > 0 && (instanceRedistributionType !== "NONE" || replacementMethod !== "RECREATE")) {
        const cause = "A stateful group needs replacement method RECREATE, and no proactive instance redistribution.";
        throw invalidField("updatePolicy", replacementMethod, cause);
    }
}

function verifyZones({ distributionPolicyZones: zones, region }: Inputs): void {
    const wrong = (zones ?? []).map(lastPart).find((zone: string) => !isZone(zone) || regionOf(zone) !== region);
    if (wrong) {
        throw invalidField("distributionPolicy.zones[0].zone", wrong, `Zone must be in the region '${region}'.`);
    }
}

function verifyTemplates(templates: Inputs[], { statefulDisks = [], versions }: Inputs): void {
    for (const [index, { scheduling = {}, disks = [] }] of templates.entries()) {
        if (scheduling.provisioningModel === "SPOT" && scheduling.instanceTerminationAction === "DELETE") {
            throw invalidField(
                `versions[${index}].instanceTemplate`,
                versions[index].instanceTemplate,
                "Spot virtual machines with termination action set to DELETE cannot be used with Managed Instance Groups.",
            );
        }
        const names = disks.map(({ deviceName }: Inputs) => deviceName);
        const missing = statefulDisks.find(({ deviceName }: Inputs) => !names.includes(deviceName));
        if (missing) {
            throw invalidField(
                "statefulPolicy.preservedState.disks",
                missing.deviceName,
                "The instance template has no disk with this device name.",
            );
        }
    }
}

/**
 * Disks that exist already and that all instances share: "specify the disk name for zonal disk, and the URL for regional disk",
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceTemplates; more than one instance can only read them,
 * https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms. The group itself would report it of each instance.
 */
function verifySharedDisks(templates: Inputs[], inputs: Inputs, cloud: Cloud): void {
    for (const { source, mode = "READ_WRITE" } of templates.flatMap(({ disks = [] }) => disks as Inputs[])) {
        if (!source) {
            continue;
        }
        const paths = zonesIn(inputs).map((zone) => inZone(source, { project: inputs.project, zone }, "disks"));
        for (const path of paths) {
            requireFree(cloud, path, inputs, "", mode);
        }
        if (mode !== "READ_ONLY" && (inputs.targetSize ?? 2) > 1) {
            throw invalidField("versions[0].instanceTemplate", source, "Disks of several instances must be read-only.");
        }
    }
}

const zonesIn = ({ distributionPolicyZones, region }: Inputs): string[] =>
    distributionPolicyZones?.length > 0 ? distributionPolicyZones.map(lastPart) : zonesOf(region).slice(0, 3);

/**
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_region_instance_group_manager.go
 */
function requireExpandable({ instanceFlexibilityPolicy: policy }: Inputs): void {
    const disks = (policy?.instanceSelections ?? []).flatMap(({ disks = [] }: Inputs) => disks) as Inputs[];
    const conflicts = disks.map(besideSource).find(({ length }) => length > 0);
    if (conflicts) {
        throw new Error(`Cannot use \`source\` with conflicting fields: [${conflicts.join(", ")}]`);
    }
}

/**
 * Machine types in place of the template's: https://cloud.google.com/compute/docs/instance-groups/about-instance-flexibility. The texts are
 * approximate.
 */
function verifyFlexibility({ instanceFlexibilityPolicy: policy, ...inputs }: Inputs): void {
    const selections = (policy?.instanceSelections ?? []) as Inputs[];
    if (selections.length === 0) {
        return;
    }
    const path = "instanceFlexibilityPolicy.instanceSelections";
    const types = selections.flatMap(({ machineTypes = [] }) => (machineTypes as string[]).map(lastPart));
    const unknown = types.find((type) => seriesNameOf(type) !== undefined && !isMachineType(type));
    if (unknown) {
        throw invalidField(path, unknown, "The referenced machineType resource cannot be found.");
    }
    const twice = types.find((type, index) => types.indexOf(type) < index);
    if (twice) {
        throw invalidField(path, twice, "A machine type can be in one instance selection only.");
    }
    const { distributionPolicyTargetShape: shape = "EVEN", targetSuspendedSize, targetStoppedSize } = inputs;
    if (shape === "EVEN") {
        const cause = "Instance flexibility policy is not supported for target shape EVEN.";
        throw invalidField("distributionPolicy.targetShape", shape, cause);
    }
    if (targetSuspendedSize || targetStoppedSize) {
        const cause = "Standby policy is not supported with instance flexibility policy.";
        throw invalidField("standbyPolicy", targetSuspendedSize || targetStoppedSize, cause);
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    verifyRegion(inputs);
    requireExpandable(inputs);
    verifyZones(inputs);
    verifyFlexibility(inputs);
    const { autoHealingPolicies, targetSize, statefulDisks = [], distributionPolicyTargetShape: shape } = inputs;
    const shapes = ["EVEN", "BALANCED", "ANY", "ANY_SINGLE_ZONE"];
    if (shape !== undefined && !shapes.includes(shape)) {
        throw invalidField("distributionPolicy.targetShape", shape, `Must be one of ${shapes.join(", ")}.`);
    }
    const templates = verifyVersions(inputs, cloud);
    verifyTemplates(templates, inputs);
    verifySharedDisks(templates, inputs, cloud);
    const autoscaler = old && autoscalerOf(cloud, pathIn(collection)(inputs));
    const size = targetSize ?? old?.targetSize;
    verifyUpdate({ ...inputs, targetSize: size }, zonesIn(inputs).length);
    if (autoHealingPolicies) {
        const { healthCheck } = autoHealingPolicies;
        const isRegional = String(healthCheck).includes("/regions/");
        required(cloud, referencePath(healthCheck, isRegional ? inputs : { project: inputs.project }, "healthChecks"));
    }
    const policy = (autoscaler?.state as Inputs | undefined)?.autoscalingPolicy;
    if (autoscaler && policy?.mode !== "OFF" && targetSize !== undefined && targetSize !== old?.targetSize) {
        throw new GoogleError(
            400,
            "Resizing of autoscaled regional managed instance groups is not allowed. If you want to manually adjust target size remove the autoscaler or set autoscaling policy mode to OFF.",
            { reason: "invalid" },
        ).recordedIn("https://github.com/e2b-dev/infra/pull/770");
    }
    if (autoscaler && statefulDisks.length > 0) {
        const cause = "Stateful policy is not supported for autoscaled managed instance groups.";
        throw invalidField("statefulPolicy", statefulDisks[0].deviceName, cause);
    }
}

function updateState(inputs: Inputs, zones: number): Inputs {
    const { updatePolicy } = inputs;
    return {
        minimalAction: "REPLACE",
        type: "OPPORTUNISTIC",
        instanceRedistributionType: "PROACTIVE",
        replacementMethod: "SUBSTITUTE",
        mostDisruptiveAllowedAction: "REPLACE",
        ...(updatePolicy?.maxSurgePercent === undefined ? { maxSurgeFixed: zones } : { maxSurgeFixed: 0 }),
        ...(updatePolicy?.maxUnavailablePercent === undefined
            ? { maxUnavailableFixed: zones }
            : { maxUnavailableFixed: 0 }),
        ...updatePolicy,
    };
}

/** Values that the server sets. The size of a group without one is 0. */
function state(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const zones = zonesIn(inputs);
    const path = pathIn(collection)(inputs);
    return {
        ...createdState(inputs, context, old, collection),
        distributionPolicyTargetShape: "EVEN",
        instanceLifecyclePolicy: {
            defaultActionOnFailure: "REPAIR",
            forceUpdateOnRepair: "NO",
            onFailedHealthCheck: "DEFAULT_ACTION",
            onRepair: { allowChangingZone: "NO" },
        },
        targetSizePolicies: [{ mode: "INDIVIDUAL" }],
        targetStoppedSize: 0,
        targetSuspendedSize: 0,
        ...inputs,
        distributionPolicyZones: zones,
        fingerprint: fingerprint(inputs),
        instanceGroup: selfLink(path.replace(collection, "instanceGroups")),
        instanceGroupManagerId: generatedNumber(inputs, collection),
        standbyPolicy: { initialDelaySec: 0, mode: "MANUAL", ...inputs.standbyPolicy },
        statuses: [
            {
                allInstancesConfigs: [{ currentRevision: "", effective: true }],
                isStable: true,
                statefuls: [
                    {
                        hasStatefulConfig: (inputs.statefulDisks ?? []).length > 0,
                        perInstanceConfigs: [{ allEffective: true }],
                    },
                ],
                versionTargets: [{ isReached: true }],
            },
        ],
        targetSize: inputs.targetSize ?? old?.targetSize ?? 0,
        updatePolicy: updateState(inputs, zones.length),
    };
}

/** The instances of a proactive update have the previous templates until they are replaced. */
function noteRollout(now: Inputs, { cloud }: Context, old?: Inputs): void {
    const path = pathIn(collection)(now);
    const templatesOf = ({ versions = [] }: Inputs): string[] =>
        versions.map(({ instanceTemplate }: Inputs) =>
            pathOf(String(instanceTemplate), now.project, "global/instanceTemplates"),
        );
    const isProactive = now.updatePolicy?.type === "PROACTIVE" && now.targetSize > 0;
    for (const template of isProactive && old ? templatesOf(old) : []) {
        if (!templatesOf(now).includes(template)) {
            cloud.propagation.removed(fullName(template), "rollout", path, { id: path });
        }
    }
}

const managers = "compute.regionInstanceGroupManagers";

export const regionInstanceGroupManager: TypeRules = {
    ...sharedRules(collection),
    noun: "RegionInstanceGroupManager",
    generatedNoun: "ComputeRegionInstanceGroupManager",
    validators: {
        name: nameError,
        "autoHealingPolicies.initialDelaySec": between("auto_healing_policies.0.initial_delay_sec", 0, 3600),
        "standbyPolicy.initialDelaySec": between("standby_policy.0.initial_delay_sec", 0, 3600),
    },
    plan: {
        'customdiff.ForceNewIfChange("resource_policies.0.workload_policy", ForceNewResourcePoliciesWorkloadPolicyIfNewIsEmpty)':
            {
                replaceWhen: { "resourcePolicies.workloadPolicy": (desired, found) => Boolean(found) && !desired },
            },
    },
    changesOnUpdate: ["fingerprint", "statuses"],
    verify,
    state,
    afterStore: noteRollout,
    read: (state, { cloud }) => {
        const path = pathIn(collection)(state);
        const autoscaler = autoscalerOf(cloud, path);
        if (autoscaler) {
            act(cloud, autoscaler);
        }
        return cloud.store.read(fullName(path))?.state;
    },
    remove: (inputs, { cloud }) => {
        const path = pathIn(collection)(inputs);
        const autoscaler = autoscalerOf(cloud, path);
        if (autoscaler) {
            throw new GoogleError(400, inUse("instance_group_manager", path, autoscaler.id), {
                reason: "resourceInUseByAnotherResource",
            });
        }
        requireUnused("instance_group", path.replace(collection, "instanceGroups"), cloud, "backendServices");
        forgetMembers(cloud, fullName(path));
    },
    calls: {
        ...regional("regionInstanceGroupManagers", (inputs, _, old) => [
            `${managers}.patch`,
            ...(isSame("namedPorts", inputs, old) ? [] : ["compute.regionInstanceGroups.setNamedPorts"]),
            ...(isSame("targetSize", inputs, old) ? [] : [`${managers}.resize`]),
            regionWait,
            `${managers}.get`,
        ]),
    },
};
