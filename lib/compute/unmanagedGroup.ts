import type { Firewall, FirewallArgs } from "@pulumi/gcp/compute/firewall";
import { getInstanceGroup } from "@pulumi/gcp/compute/getInstanceGroup";
import { InstanceGroup, type InstanceGroupArgs } from "@pulumi/gcp/compute/instanceGroup";
import { InstanceGroupMembership, type InstanceGroupMembershipArgs } from "@pulumi/gcp/compute/instanceGroupMembership";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, lookUp, type Place } from "../environment/existing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { zone } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import { projectId } from "../stack/settings/projectId";
import { namedPorts } from "./group/health";
import { accountsOf, groupMachines, machines, openMachines } from "./machines";
import type { AnyMachine, ExistingMachineArgs } from "./virtualMachine";

/** The arguments of an {@link UnmanagedInstanceGroup}. */
export interface UnmanagedInstanceGroupArgs extends ComponentArgs {
    /**
     * The machines, at least one: each a `VirtualMachine`, or one that exists already. All must be in one zone and one network, and
     * {@link https://cloud.google.com/compute/docs/instance-groups/creating-groups-of-unmanaged-instances only in one group} behind a load
     * balancer.
     */
    machines: AnyMachine[];
    /**
     * Ports by {@link https://cloud.google.com/load-balancing/docs/backend-service#named_ports name}, to which load balancers send requests:
     * `{ http: 8080 }`. A firewall rule lets load balancers and their health checks reach them on machines of the program; of machines that
     * exist already, allow it in `firewall` of the `Network`.
     * @default none
     */
    ports?: Record<string, number>;
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the group: up to 63 lower-case letters, digits and hyphens,
     * starting with a letter. Changing this replaces the group.
     * @default the component's name with a random suffix
     */
    name?: string;
    /**
     * The description of the group. Changing this replaces the group.
     * @default none
     */
    description?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        group?: Transform<InstanceGroupArgs>;
        membership?: Transform<InstanceGroupMembershipArgs>;
        firewall?: Transform<FirewallArgs>;
    };
}

const unmanagedInstanceGroupArgs = check.options<UnmanagedInstanceGroupArgs>(
    {
        machines,
        ports: namedPorts,
        name: check.nameOf(nameFormats.rows.computeResource),
        description: check.text(),
        transform: transforms("group", "membership", "firewall"),
        ...componentArgs,
    },
    "machines",
);

/** A group of instances in a zone that exists already. */
export interface ExistingInstanceGroup extends Existing {
    readonly group: Record<"project" | "zone" | "name" | "id", pulumi.Output<string>>;
    /** The names of its ports. @internal */
    readonly portNames: pulumi.Output<string[]>;
}

/**
 * An unmanaged instance group in Compute Engine: machines of one zone that a load balancer sends requests to. Nothing creates or scales
 * them: see {@link AutoscaledInstanceGroup}.
 * @example
 * ```ts
 * const shop = new VirtualMachine("shop", { zone: "europe-west1-b", startupScript: "./start.sh" });
 * const group = new UnmanagedInstanceGroup("shop", { machines: [shop], ports: { http: 8080 } });
 * ```
 */
export class UnmanagedInstanceGroup extends pulumi.ComponentResource {
    /** The group itself. */
    readonly group: InstanceGroup;
    /** The firewall rule that lets load balancers reach the ports; undefined without ports, and without machines of the program. */
    readonly firewall?: Firewall;
    /** The named ports. */
    readonly ports: Readonly<Record<string, number>>;
    readonly #accounts: readonly pulumi.Input<string>[];

    /** The accounts of machines of the program; not a property, which programs would export. @internal */
    get accounts(): readonly pulumi.Input<string>[] {
        return this.#accounts;
    }

    /**
     * A group of a zone that exists already, to which a `LoadBalancer` can send requests, also a managed one:
     * `UnmanagedInstanceGroup.existing("shop", { zone: "europe-west1-b" })`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingMachineArgs): ExistingInstanceGroup {
        const format = check.nameOf(nameFormats.rows.computeResource);
        const place = checkExisting("UnmanagedInstanceGroup", name, format, args, { zone, project: projectId }, [
            "zone",
        ]);
        const find = async ({ project, location: zone }: Place, options: pulumi.InvokeOptions) => {
            const { namedPorts } = await getInstanceGroup({ project, zone, name }, options);
            const id = `projects/${project}/zones/${zone}/instanceGroups/${name}`;
            return { project, zone, name, id, portNames: namedPorts.map(({ name }) => name) };
        };
        const { portNames, ...group } = lookUp(
            "UnmanagedInstanceGroup",
            name,
            format,
            { project: place.project, region: place.zone },
            find,
            "project",
            "zone",
            "name",
            "id",
            "portNames",
        );
        return { existing: "UnmanagedInstanceGroup", inProject: place.project, group, portNames };
    }

    constructor(name: string, args: UnmanagedInstanceGroupArgs, options?: pulumi.ComponentResourceOptions) {
        const title = `UnmanagedInstanceGroup "${name}"`;
        const format = nameFormats.rows.computeResource;
        const completed = check.withDefaults(args, { name: shortenName(name, format.max), ports: {} });
        const resolved = check.checked(title, completed, unmanagedInstanceGroupArgs);
        super("slipway:index:UnmanagedInstanceGroup", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });
        const { zone, network, inProject, members, dependsOn } = groupMachines(title, resolved.machines);
        this.ports = resolved.ports;
        this.#accounts = accountsOf(resolved.machines);
        const ports = Object.values(resolved.ports);
        this.firewall = openMachines(
            name,
            { name: resolved.name, ports, network, inProject },
            resolved.machines,
            child,
        );
        // A group that is replaced exists beside the new one: load balancers keep it from being deleted first.
        const fresh = freshName("name", resolved.name, format.max);
        this.group = new InstanceGroup(
            ...child(
                "group",
                name,
                {
                    name: fresh.name,
                    zone,
                    network,
                    namedPorts: Object.entries(resolved.ports).map(([name, port]) => ({ name, port })),
                    description: resolved.description,
                },
                { ...fresh.options, dependsOn },
            ),
        );
        // A machine that is replaced leaves the group; its membership is created again with it.
        for (const member of members) {
            const membership = { instance: member.link, instanceGroup: this.group.name, zone };
            new InstanceGroupMembership(...child("membership", `${name}-${member.name}`, membership));
        }
        this.registerOutputs({ group: this.group });
    }
}
