import { Firewall } from "@pulumi/gcp/compute/firewall";
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import { RegionAutoscaler } from "@pulumi/gcp/compute/regionAutoscaler";
import { RegionInstanceGroupManager } from "@pulumi/gcp/compute/regionInstanceGroupManager";
import { RegionInstanceTemplate } from "@pulumi/gcp/compute/regionInstanceTemplate";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../environment/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { healthCheckRanges } from "../../facts/machines/instanceGroups";
import { nameFormats } from "../../facts/names";
import type { AccountReference } from "../../iam/serviceAccount";
import type { Child } from "../../internal/children";
import { freshName } from "../../internal/freshName";
import { partName } from "../../internal/names";
import { signalsOfGroup } from "../../monitoring/signals/machines";
import { createParts, keptImage, type MachineParts } from "../template/definition";
import { imageOf } from "../template/image";
import type { ResolvedTemplate } from "../template/resolveArgs";
import type { AutoscaledInstanceGroupArgs } from "./arguments";
import { groupArgs, templateArgs } from "./definition";
import { healthCheckArgs, type ResolvedHealthCheck } from "./health";
import { machineOf, type ResolvedArgs, resolveArgs } from "./resolveArgs";
import { policyArgs } from "./scaling";

/**
 * A regional managed instance group in Compute Engine: virtual machines in several zones, created from one template. It has a fixed size,
 * or scales by schedules, the load of its machines, and predictions. Failed machines are recreated. A changed template replaces the
 * machines a few at a time.
 */
export class AutoscaledInstanceGroup extends pulumi.ComponentResource {
    /** The group. Its `instanceGroup` is the backend of load balancers. */
    readonly group: RegionInstanceGroupManager;
    /** The template of the instances. Each change creates another template. */
    readonly template: RegionInstanceTemplate;
    /** The template of the canary; undefined without one. */
    readonly canaryTemplate?: RegionInstanceTemplate;
    /** The autoscaler; undefined for a fixed size. */
    readonly autoscaler?: RegionAutoscaler;
    /** The health check; undefined without one. */
    readonly healthCheck?: HealthCheck;
    /** The firewall rule that lets in the probes of the health check. */
    readonly firewall?: Firewall;
    /** The service account of the instances. */
    readonly account: AccountReference;
    /** The named ports. */
    readonly ports: Readonly<Record<string, number>>;

    constructor(name: string, args: AutoscaledInstanceGroupArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment);
        super("slipway:index:AutoscaledInstanceGroup", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, observe } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });

        const containers = [resolved.container, resolved.canary?.template.container];
        const parts = createParts(name, machineOf(name), resolved, child, environment, this, containers);
        this.account = parts.account;
        this.ports = resolved.ports;
        this.template = this.createTemplate(name, resolved, parts, child);
        this.canaryTemplate = resolved.canary && this.createCanary(name, resolved, parts, child, environment);
        if (resolved.health) {
            this.healthCheck = new HealthCheck(
                ...child("healthCheck", name, healthCheckArgs(partName(resolved.name, "health"), resolved.health), {
                    // With another name of the group: load balancers use the previous one until they use the new group.
                    deleteBeforeReplace: false,
                }),
            );
            this.firewall = openPort(name, resolved, resolved.health, parts, child);
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
                        name: fresh.name,
                        region: resolved.region,
                        target: this.group.id,
                        autoscalingPolicy: policyArgs(resolved.scaling),
                    },
                    { ...fresh.options, replaceOnChanges: ["target"] },
                ),
            );
        const agents = [resolved.agent, resolved.canary?.template.agent];
        observe(signalsOfGroup(this.group.name, resolved.name, resolved.scaling?.max, agents), args.alerts);
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
        const { trigger, ignoreChanges = [] } = keptImage(resolved, "disks[0].sourceImage");
        return new RegionInstanceTemplate(
            ...child("template", `${name}-${part}`, templateArgs({ ...resolved, region }, fresh.name, parts), {
                ...fresh.options,
                ignoreChanges: [...(fresh.options.ignoreChanges ?? []), ...ignoreChanges],
                replacementTrigger: `${group} ${trigger}`,
            }),
        );
    }

    private createCanary(
        name: string,
        resolved: ResolvedArgs,
        parts: MachineParts,
        child: Child,
        environment: Environment,
    ): RegionInstanceTemplate | undefined {
        const { canary } = resolved;
        if (!canary) {
            return undefined;
        }
        const { image } = canary.template;
        const isSame = JSON.stringify(image) === JSON.stringify(resolved.image);
        const own = isSame
            ? parts
            : {
                  ...parts,
                  image: imageOf(
                      machineOf(name).title,
                      image,
                      environment.project,
                      environment.enable("compute.googleapis.com"),
                      {
                          parent: this,
                      },
                  ),
              };
        const template = { ...canary.template, name: resolved.name, region: resolved.region };
        return this.createTemplate(name, template, own, child, "canary");
    }
}

/** Lets in the probes and the proxies of load balancers, which Google documents with their source ranges. */
function openPort(
    name: string,
    resolved: ResolvedArgs,
    { port }: ResolvedHealthCheck,
    { network, account }: MachineParts,
    child: Child,
): Firewall {
    return new Firewall(
        ...child("firewall", name, {
            name: partName(resolved.name, "health"),
            description: `Health checks and load balancers of the group ${resolved.name}`,
            network,
            direction: "INGRESS",
            sourceRanges: healthCheckRanges,
            targetServiceAccounts: [account.email],
            allows: [{ protocol: "tcp", ports: [...new Set([port, ...Object.values(resolved.ports)])].map(String) }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        }),
    );
}
