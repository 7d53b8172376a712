import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import { overlap } from "../../formats/cidr";
import { type Attachment, attachedTo, type CloudSqlWay, type Uses, type VpcNetwork } from "../../identity/capability";
import { databases, databaseVariableProblems, isHidden, isOneNetwork, routed } from "../../identity/cloudSql";
import * as check from "../../internal/check";
import { cidr } from "../../internal/cidr";
import { regionProblem, subnetProblem } from "../../internal/places";
import { Network } from "../../network";

/** A network that is there, with a subnet in the environment's region. */
export interface ExistingComposerNetwork {
    /** The network's id, `projects/acme-dev/global/networks/apps`. */
    id: pulumi.Input<string>;
    /** The subnet's id, `projects/acme-dev/regions/europe-west1/subnetworks/apps`. */
    subnetwork: pulumi.Input<string>;
}

/** The ranges of addresses that an environment takes. Others need another environment. */
export interface ComposerRanges {
    /**
     * Of Composer 3's own parts, a /20 ("Connect an environment to a VPC network").
     * @default "100.64.128.0/20"
     */
    internal?: string;
    /**
     * Of Composer 2's cluster: of its control plane, /23 to /28, and nothing of 172.17.0.0/16, which machines have for themselves
     * ("Configure private IP networking").
     * @default one that Composer chooses
     */
    controlPlane?: string;
    /**
     * Of its pods, /9 to /21: each node takes a /26 of it ("Plan IP addresses for GKE").
     * @default one that GKE chooses
     */
    pods?: string;
    /**
     * Of its Services: /16 to /27.
     * @default one that GKE chooses
     */
    services?: string;
}

/** "Connect an environment to a VPC network": the range that Composer 3 takes by itself. */
const defaultInternal = "100.64.128.0/20";

/** Checks the network of an environment. */
export const composerNetwork: check.Check = check.componentOr(
    check.component("Network"),
    check.options<ExistingComposerNetwork>(
        {
            id: check.input(
                check.matching(
                    /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/global\/networks\/[a-z][a-z0-9-]*$/,
                    "must be a network's id, as projects/acme-dev/global/networks/apps is",
                ),
            ),
            subnetwork: check.input(
                check.matching(
                    /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[a-z][a-z0-9-]*$/,
                    "must be a subnet's id, as projects/acme-dev/regions/europe-west1/subnetworks/apps is",
                ),
            ),
        },
        "id",
        "subnetwork",
    ),
);

/** Checks the ranges of an environment each by itself. */
export const ranges: check.Check = check.options<ComposerRanges>({
    internal: cidr(20, 20),
    controlPlane: check.pipe(
        cidr(23, 28),
        check.refine(
            (range) => !overlap(String(range), "172.17.0.0/16"),
            "must have no address of 172.17.0.0/16, which machines have for themselves",
        ),
    ),
    pods: cidr(9, 21),
    services: cidr(16, 27),
});

type Given = Network | ExistingComposerNetwork | undefined;

const isComponent = (network: Given): network is Network => network !== undefined && "subnetworks" in network;

/** A network and a subnet of it. */
export interface Attached {
    network: pulumi.Input<string>;
    subnetwork: pulumi.Input<string>;
}

/**
 * The network that an environment is in: the one that it is given, or that of its databases. Composer 3 needs none; Composer 2 takes the
 * environment's own.
 */
export function attachment(
    given: Given,
    uses: Uses<Attachment>,
    region: string,
    composer: 2 | 3,
): Attached | undefined {
    const [first] = routed(databases(attachedTo(uses)));
    if (!given && first) {
        const { network, subnetworkIn } = first.attachment.route;
        return { network: idOf(network), subnetwork: subnetworkIn(region) as pulumi.Input<string> };
    }
    const network = given ?? (composer === 2 ? Network.shared() : undefined);
    return isComponent(network)
        ? { network: network.network.id, subnetwork: network.subnetworkIn(region)?.id as pulumi.Output<string> }
        : network && { network: network.id, subnetwork: network.subnetwork };
}

const idOf = (network: VpcNetwork) =>
    typeof network === "object" && "id" in network ? (network as Vpc).id : (network as string);

/** The ways of an environment's tasks to its databases: by their addresses. */
export const way = (): CloudSqlWay => ({ network: true });

/** Why an environment cannot be in its network, or reach its databases. */
export function networkProblems(
    given: Given,
    uses: Uses<Attachment>,
    environment: Record<string, unknown>,
    region: string,
): (check.Problem | undefined)[] {
    const all = databases(attachedTo(uses));
    const reached = routed(all);
    const [first, ...others] = reached;
    const subnetwork = isComponent(given) ? undefined : given?.subnetwork;
    const vpc: VpcNetwork | undefined = isComponent(given) ? given.network : given?.id;
    return [
        isComponent(given) ? subnetProblem("network", given, region, "the environment") : undefined,
        regionProblem("network.subnetwork", subnetwork, region, "the environment"),
        ...(vpc === undefined
            ? others.map(({ variable, attachment: { route } }) => {
                  return isOneNetwork((first as (typeof others)[number]).attachment.route.network, route.network) ===
                      false
                      ? {
                            path: `uses.${variable}`,
                            reason: `is in another network than uses.${first?.variable}, and an environment is in one alone. Put both databases into one network.`,
                        }
                      : undefined;
              })
            : reached.map(({ variable, attachment: { route } }) => {
                  return isOneNetwork(route.network, vpc) === false
                      ? {
                            path: "network",
                            reason: `must be the network of uses.${variable}. Give that one, or leave network out.`,
                        }
                      : undefined;
              })),
        vpc === undefined && first && first.attachment.route.subnetworkIn(region) === undefined
            ? {
                  path: "network",
                  reason: `is missing, as no subnet in ${region}, where the environment is, is known of the network of uses.${first.variable}. Add one to that network, or give network.`,
              }
            : undefined,
        ...(vpc === undefined ? all.filter(isHidden) : []).map(({ variable }) => ({
            path: "network",
            reason: `is missing, as nothing tells in which network the endpoint of uses.${variable} is. Give the network of the endpoint.`,
        })),
        ...databaseVariableProblems(uses, environment, way),
    ];
}

/** Ranges that are of the other generation, or have addresses of each other or of the network. */
export function rangeProblems(given: ComposerRanges, network: Given, composer: 2 | 3): (check.Problem | undefined)[] {
    const { internal, ...cluster } = given;
    const own = composer === 3 ? { internal: internal ?? defaultInternal } : cluster;
    const told = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const other =
        composer === 3
            ? Object.entries(cluster).filter(([, range]) => range !== undefined)
            : Object.entries({ internal }).filter(([, range]) => range !== undefined);
    const theirs = isComponent(network) ? network.ranges : [];
    return [
        ...other.map(([key]) => ({
            path: `ranges.${key}`,
            reason: `is of Composer ${composer === 3 ? 2 : 3} alone. Leave it out.`,
        })),
        ...told.map(([key, range], index) => {
            const twin = told.slice(0, index).find(([, earlier]) => overlap(range, earlier));
            const inNetwork = theirs.find((one) => overlap(range, one));
            const whose = twin ? `ranges.${twin[0]}, ${twin[1]}` : inNetwork && `the network's ${inNetwork}`;
            return whose === undefined
                ? undefined
                : {
                      path: `ranges.${key}`,
                      reason: `must have no address of ${whose} (got "${range}"). Choose another range.`,
                  };
        }),
    ];
}
