import type { Firewall } from "@pulumi/gcp/compute/firewall";
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import { RegionAutoscaler } from "@pulumi/gcp/compute/regionAutoscaler";
import {
    RegionInstanceGroupManager,
    type RegionInstanceGroupManagerArgs,
} from "@pulumi/gcp/compute/regionInstanceGroupManager";
import { RegionInstanceTemplate, type RegionInstanceTemplateArgs } from "@pulumi/gcp/compute/regionInstanceTemplate";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../component/component";
import { keyBlock } from "../../component/encryption";
import { Environment, inEnvironment } from "../../environment/environment";
import { nameFormats } from "../../facts/names";
import type { AccountReference } from "../../iam/serviceAccount";
import { secondsIn } from "../../internal/arguments/duration";
import { probeArgs } from "../../internal/arguments/healthCheck";
import { partName } from "../../internal/arguments/names";
import type { Child } from "../../internal/engine/children";
import { freshName } from "../../internal/engine/freshName";
import { signalsOfGroup } from "../../monitoring/signals/machines";
import { openPorts } from "../openPorts";
import { attachedMode, noteUse, templateSource } from "../template/attachedDisk";
import type { ResolvedDisk } from "../template/disks";
import { keptImage } from "../template/image";
import { createParts, type DiskSource, type MachineParts, machineArgs, sourceOf } from "../template/template";
import type { ResolvedTemplate } from "../template/templateArgs";
import { type AutoscaledInstanceGroupArgs, machineOf, type ResolvedArgs, resolveArgs } from "./groupArgs";
import type { ResolvedHealthCheck } from "./health";
import { flexibilityArgs } from "./machineTypes";
import { policyArgs } from "./scaling";
import { standbyArgs } from "./standby";
import { statefulArgs } from "./statefulDisks";
import { updateArgs } from "./update";

/**
 * A regional managed instance group in Compute Engine: virtual machines in several zones, created from one template. It has a fixed size,
 * or scales by schedules, the load of its machines, and predictions. Failed machines are recreated. A changed template replaces the
 * machines a few at a time.
 * @example
 * ```ts
 * const web = new AutoscaledInstanceGroup("web", {
 *     startupScript: "./start.sh",
 *     ports: { http: 8080 },
 *     health: "/healthz",
 *     scaling: { min: 2, max: 10, cpu: 80 },
 * });
 * ```
 */
export class AutoscaledInstanceGroup extends pulumi.ComponentResource {
    /** The managed instance group. Its `instanceGroup` is the backend of load balancers. */
    readonly group: RegionInstanceGroupManager;
    /** The template of the instances. Each change creates another template. */
    readonly template: RegionInstanceTemplate;
    /** The template of the canary; undefined without one. */
    readonly canaryTemplate?: RegionInstanceTemplate;
    /** The autoscaler; undefined for a fixed size. */
    readonly autoscaler?: RegionAutoscaler;
    /** The health check; undefined without one. */
    readonly healthCheck?: HealthCheck;
    readonly #health: ResolvedHealthCheck | undefined;
    /** The firewall rule that lets in the probes of the health check. */
    readonly firewall?: Firewall;
    /** The service account of the instances. */
    readonly account: AccountReference;
    /** The named ports. */
    readonly ports: Readonly<Record<string, number>>;

    /** The probes, from which regional load balancers create health checks; not a property, which programs would export. @internal */
    get health(): ResolvedHealthCheck | undefined {
        return this.#health;
    }

    constructor(name: string, args: AutoscaledInstanceGroupArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:AutoscaledInstanceGroup", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, observe } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });

        const templates = [resolved, ...(resolved.canary ? [resolved.canary.template] : [])];
        const parts = createParts(name, machineOf(name), resolved, child, environment, this, templates);
        for (const disk of Object.values(resolved.attached)) {
            noteUse(environment, machineOf(name).title, disk);
        }
        this.account = parts.account;
        this.ports = resolved.ports;
        this.#health = resolved.health;
        this.template = this.createTemplate(name, resolved, parts, child);
        this.canaryTemplate =
            resolved.canary && this.createCanary(name, resolved, resolved.canary.template, parts, child, environment);
        if (resolved.health) {
            this.healthCheck = new HealthCheck(
                ...child("healthCheck", name, probeArgs(partName(resolved.name, "health"), resolved.health), {
                    // With another name of the group: load balancers use the previous one until they use the new group.
                    deleteBeforeReplace: false,
                }),
            );
            const ports = [resolved.health.port, ...Object.values(resolved.ports)];
            const { network, inProject, account } = parts;
            const opened = { name: resolved.name, ports, network, inProject, accounts: [account.email] };
            this.firewall = openPorts(name, opened, child);
        }
        const made = {
            template: this.template.id,
            canary: this.canaryTemplate?.id,
            healthCheck: this.healthCheck?.id,
        };
        const isStateful = Object.keys(resolved.statefulDisks).length > 0;
        // A group that is replaced exists beside the new one: its autoscaler and load balancers keep it from being deleted first.
        const fresh = freshName("name", resolved.name, nameFormats.rows.computeResource.max);
        this.group = new RegionInstanceGroupManager(
            ...child("group", name, groupArgs(resolved, fresh.name, made), {
                ...fresh.options,
                // Instances start with the group: what they use must exist, and probes must reach them.
                dependsOn: [...parts.ready, ...(this.firewall ? [this.firewall] : [])],
                protect: isStateful && environment.defaults.protect,
            }),
        );
        this.autoscaler =
            resolved.scaling &&
            new RegionAutoscaler(
                ...child(
                    "autoscaler",
                    name,
                    {
                        // That of the group also in a later run, if the answer to the creation is lost.
                        name: this.group.name,
                        region: resolved.region,
                        target: this.group.id,
                        autoscalingPolicy: policyArgs(resolved.scaling),
                    },
                    { ...fresh.options, replaceOnChanges: ["target"] },
                ),
            );
        const agents = [resolved.agent, resolved.canary?.template.agent];
        observe("Serving", signalsOfGroup(this.group.name, resolved.name, resolved.scaling?.max, agents), args.alerts);
        this.registerOutputs({ group: this.group });
    }

    private createTemplate(
        name: string,
        { name: group, region, ...resolved }: ResolvedTemplate & { name: string; region: string },
        parts: MachineParts,
        child: Child,
        part = "template",
    ): RegionInstanceTemplate {
        // Google Cloud does not delete a template that a group uses, so another one has another name.
        const fresh = freshName("name", partName(group, part), nameFormats.rows.computeResource.max);
        const { trigger, ignoreChanges } = keptImage(resolved, "disks[0].sourceImage");
        const ofDisks = Object.values(resolved.disks).flatMap(({ image }, index) =>
            image ? [keptImage({ image, imageUpdates: "keep" }, `disks[${index + 1}].sourceImage`)] : [],
        );
        return new RegionInstanceTemplate(
            ...child(
                "template",
                `${name}-${part}`,
                templateArgs({ ...resolved, region }, fresh.name, parts, machineOf(name).title),
                {
                    ...fresh.options,
                    ignoreChanges: [
                        ...(fresh.options.ignoreChanges as string[]),
                        ...[ignoreChanges, ...ofDisks.map((each) => each.ignoreChanges)].flat(),
                    ],
                    replacementTrigger: [group, trigger, ...ofDisks.map((each) => each.trigger)].join(" "),
                },
            ),
        );
    }

    private createCanary(
        name: string,
        resolved: ResolvedArgs,
        canary: ResolvedTemplate,
        parts: MachineParts,
        child: Child,
        environment: Environment,
    ): RegionInstanceTemplate {
        const { image, bootDisk } = canary;
        const isSame = JSON.stringify(image) === JSON.stringify(resolved.image);
        const own =
            isSame && bootDisk.snapshot === resolved.bootDisk.snapshot
                ? parts
                : {
                      ...parts,
                      boot: sourceOf(
                          machineOf(name).title,
                          "bootDisk",
                          { ...bootDisk, image },
                          environment.project,
                          environment.enable("compute.googleapis.com"),
                          { parent: this },
                      ),
                  };
        const template = { ...canary, name: resolved.name, region: resolved.region };
        return this.createTemplate(name, template, own, child, "canary");
    }
}

/** The template of the instances. */
function templateArgs(
    resolved: ResolvedTemplate & { region: string },
    name: string,
    parts: MachineParts,
    title: string,
): RegionInstanceTemplateArgs {
    const { region, bootDisk, disks, attached } = resolved;
    const data = Object.entries(disks).map(([deviceName, disk]) => ({
        deviceName,
        ...sourceArgs(parts.sources[deviceName] ?? {}),
        ...diskArgs(disk, resolved),
    }));
    const shared = Object.entries(attached).map(([deviceName, disk]) => ({
        deviceName,
        source: templateSource(disk),
        mode: attachedMode(title, deviceName, disk),
        autoDelete: false,
    }));
    return {
        name,
        region,
        ...machineArgs(resolved, parts),
        disks: [{ boot: true, ...sourceArgs(parts.boot), ...diskArgs(bootDisk, resolved) }, ...data, ...shared],
    };
}

const sourceArgs = ({ image, snapshot }: DiskSource) => ({
    ...(image !== undefined && { sourceImage: image }),
    ...(snapshot !== undefined && { sourceSnapshot: snapshot }),
});

function diskArgs({ type, size, iops, throughput }: ResolvedDisk, { labels, encryptionKey }: ResolvedTemplate) {
    return {
        diskType: type,
        diskSizeGb: size,
        provisionedIops: iops,
        provisionedThroughput: throughput,
        autoDelete: true,
        labels,
        diskEncryptionKey: keyBlock(encryptionKey, "kmsKeySelfLink"),
    };
}

/** What of a group is created before it. */
interface GroupParts {
    template: pulumi.Input<string>;
    canary?: pulumi.Input<string>;
    healthCheck?: pulumi.Input<string>;
}

/**
 * The group. The size of a scaled one is never sent: "it should never be set" with an autoscaler, which would lose it with each update.
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_region_instance_group_manager#target_size
 */
function groupArgs(resolved: ResolvedArgs, name: string, parts: GroupParts): RegionInstanceGroupManagerArgs {
    const { name: base, region, zones, size, ports, health, statefulDisks, standby, update, place, canary } = resolved;
    const { machineTypes } = resolved;
    const named = Object.entries(ports).map(([name, port]) => ({ name, port }));
    return {
        name,
        region,
        baseInstanceName: base,
        versions: [
            { name: "latest", instanceTemplate: parts.template },
            ...(canary
                ? [
                      {
                          name: "canary",
                          instanceTemplate: parts.canary as pulumi.Input<string>,
                          targetSize: { percent: canary.percent },
                      },
                  ]
                : []),
        ],
        targetSize: size,
        distributionPolicyZones: zones,
        distributionPolicyTargetShape: place.shape,
        updatePolicy: updateArgs(update, place),
        namedPorts: named.length > 0 ? named : undefined,
        autoHealingPolicies: health && {
            healthCheck: parts.healthCheck as pulumi.Input<string>,
            initialDelaySec: secondsIn(health.initialDelay),
        },
        statefulDisks: statefulArgs(statefulDisks),
        instanceFlexibilityPolicy: machineTypes && flexibilityArgs(machineTypes),
        ...(standby && standbyArgs(standby)),
    };
}
