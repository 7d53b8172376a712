import { Connector, type ConnectorArgs } from "@pulumi/gcp/vpcaccess/connector";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { connectorLimits } from "../facts/limits/network";
import { nameFormats } from "../facts/names";
import { overlap } from "../formats/cidr";
import * as check from "../internal/arguments/check";
import { projectIn, region, regionProblem } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { cidr } from "../internal/network/cidr";
import {
    isNetwork,
    type NetworkAndSubnet,
    type NetworkOr,
    networkOf,
    networkSettings,
    plainNetwork,
} from "../internal/network/networkOf";
import { shareNat } from "../internal/network/subnetNat";
import type { VpcConnectorOfProgram } from "../internal/network/vpcConnector";
import { Network } from "./network";

/** The arguments of a {@link VpcConnector}. */
export interface VpcConnectorArgs extends ComponentArgs {
    /**
     * The network that the connector leads to. With `subnet`, the instances have addresses of this subnet, which is a /28 that nothing else
     * uses: the form for a network of another project. Changing this replaces the connector.
     * @default the environment's own network, `Network.shared()`
     */
    network?: NetworkOr<NetworkAndSubnet>;
    /**
     * The addresses of the instances: a
     * {@link https://cloud.google.com/vpc/docs/configure-serverless-vpc-access /28 range} that nothing else in the network uses, such as
     * `"10.8.0.0/28"`. Required without `network.subnet`. Changing this replaces the connector.
     * @default the range of the subnet
     */
    range?: string;
    /**
     * The region, where the functions and services are as well. Changing this replaces the connector.
     * @default the environment's region
     */
    region?: string;
    /**
     * The {@link https://cloud.google.com/vpc/docs/serverless-vpc-access machine type} of the instances: each passes about 50 Mbit a second
     * as `"f1-micro"`, 100 as `"e2-micro"` and 1,600 as `"e2-standard-4"`.
     * @default "e2-micro"
     */
    machineType?: "f1-micro" | "e2-micro" | "e2-standard-4";
    /**
     * The number of instances, which grows with the traffic and never shrinks again: 2 to 10 each, `max` above `min`. A lower number replaces the
     * connector.
     * @default { min: 2, max: 3 }
     */
    scaling?: ConnectorScaling;
    /**
     * The name of the connector: 2 to 25 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces the
     * connector.
     * @default the component's name
     */
    name?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { connector?: Transform<ConnectorArgs> };
}

/** The number of instances of a connector. */
export interface ConnectorScaling {
    /**
     * The minimum number of instances: 2 or more, below `max`. A lower number replaces the connector.
     * @default 2
     */
    min?: number;
    /**
     * The maximum number of instances: 10 or less, above `min`. A lower number replaces the connector.
     * @default 3, or one more than `min`
     */
    max?: number;
}

const format = nameFormats.rows.vpcConnector;
const instances = check.limit(connectorLimits.rows.instances);

const vpcConnectorArgs = check.options<VpcConnectorArgs>({
    network: plainNetwork,
    range: cidr(connectorLimits.rows.prefix.min, connectorLimits.rows.prefix.max),
    region,
    machineType: check.oneOf("f1-micro", "e2-micro", "e2-standard-4"),
    scaling: check.either(
        check.isNumber,
        check.refused("must be options such as { min: 2, max: 3 }, because a connector always scales"),
        check.options<ConnectorScaling>({ min: instances, max: instances }),
    ),
    name: check.nameOf(format),
    transform: transforms("connector"),
    ...componentArgs,
});

function resolveArgs(component: string, args: VpcConnectorArgs, environment: Environment) {
    const completed = check.withDefaults(args, {
        region: environment.region,
        machineType: "e2-micro" as const,
        scaling: {},
        name: shortenName(component, format.max),
    });
    const resolved = check.checked(`VpcConnector "${component}"`, completed, vpcConnectorArgs, (all) => [
        ...placeProblems(all),
        scalingProblem(all.scaling),
    ]);
    const { min = connectorLimits.rows.instances.min, max = Math.max(3, min + 1) } = resolved.scaling;
    return { ...resolved, scaling: { min, max } };
}

function scalingProblem({ min = 2, max = 10 }: ConnectorScaling): check.Problem | undefined {
    return check.when(
        min >= max,
        "scaling.max",
        "network/connector-scaling",
        `must be above scaling.min, which is ${min} (got ${max}).`,
    );
}

/** What is wrong with the network, its subnet and the range. */
function placeProblems({ network, range, region = "" }: VpcConnectorArgs): (check.Problem | undefined)[] {
    const { subnet } = networkSettings(network);
    const known = networkOf(network) as Network | undefined;
    const ofSubnet = subnet === undefined ? undefined : known?.rangeIn(region, subnet);
    const { prefix } = connectorLimits.rows;
    const used = known?.ranges.find((each) => range !== undefined && overlap(each, range));
    return [
        check.when(
            range === undefined && subnet === undefined,
            "range",
            "network/connector-range-missing",
            "is missing. Set a /28 range that nothing else in the network uses, or network.subnet.",
        ),
        check.when(
            range !== undefined && subnet !== undefined,
            "range",
            "network/connector-range-and-subnet",
            "must be left out with network.subnet, which has the addresses.",
        ),
        check.when(
            used !== undefined,
            "range",
            "network/connector-range-overlaps",
            `must have no address of ${used}, a range of the network (got "${range}").`,
        ),
        check.when(
            ofSubnet !== undefined && !ofSubnet.endsWith(`/${prefix.max}`),
            "network.subnet",
            "network/connector-subnet-size",
            `must be a subnet with a /${prefix.max} range, which nothing else uses (got "${ofSubnet}").`,
        ),
        regionProblem("network.subnet", subnet, region, "the connector"),
    ];
}

/**
 * A {@link https://cloud.google.com/vpc/docs/serverless-vpc-access Serverless VPC Access connector}: instances that connect functions,
 * Cloud Run and App Engine to a VPC network, for what cannot use Direct VPC egress. Its instances are billed as machines, all day.
 * @example
 * ```ts
 * const connector = new VpcConnector("apps", { network: new Network("apps"), range: "10.8.0.0/28" });
 * new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, network: { connector } });
 * ```
 */
export class VpcConnector extends pulumi.ComponentResource implements VpcConnectorOfProgram {
    /** The connector itself. */
    readonly connector: Connector;
    /** The region of the connector. */
    readonly region: string;

    constructor(name: string, args: VpcConnectorArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const resolved = Environment.current().resolved((environment) => resolveArgs(name, args, environment));
        super("slipway:index:VpcConnector", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["vpcaccess.googleapis.com"] });
        const { network, range, region, machineType, scaling } = resolved;
        const { subnet, network: vpc = subnet === undefined ? Network.shared() : undefined } = networkSettings(network);
        this.region = region;
        this.connector = new Connector(
            ...child(
                "connector",
                name,
                {
                    name: resolved.name,
                    region,
                    ...(subnet === undefined
                        ? { network: isNetwork(vpc) ? vpc.network.name : vpc, ipCidrRange: range }
                        : { subnet: subnetParts(subnet) }),
                    machineType,
                    minInstances: scaling.min,
                    maxInstances: scaling.max,
                },
                // A new connector has the same name, and usually the same range.
                { deleteBeforeReplace: true },
            ),
        );
        shareNat(this.connector.id, subnet ?? (isNetwork(vpc) ? vpc.subnetworkIn(region)?.id : undefined));
        this.registerOutputs({ connector: this.connector });
    }
}

const nameOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/** The name and the project of a subnet. */
const subnetParts = (subnet: pulumi.Input<string>) =>
    typeof subnet === "string"
        ? { name: nameOf(subnet), projectId: projectIn(subnet) }
        : {
              name: pulumi.output(subnet).apply(nameOf),
              projectId: pulumi.output(subnet).apply(projectIn),
          };
