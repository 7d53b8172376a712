import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import { Environment } from "../environment/environment";
import { composerEnvironmentLimits } from "../facts/composerLimits";
import { nameFormats } from "../facts/names";
import { overlap } from "../formats/cidr";
import { databases, databaseVariableProblems, hasUnknownNetwork, inVpcNetwork, isSameNetwork } from "../iam/cloudSql";
import type { AccountReference } from "../iam/serviceAccount";
import {
    type Attachment,
    attachmentsOf,
    type CloudSqlWay,
    type Uses,
    type VpcNetwork,
} from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { sharedNetworkProblem } from "../internal/arguments/locations";
import { cidr } from "../internal/network/cidr";
import {
    type NetworkAndSubnet,
    type NetworkOr,
    networkAndSubnet,
    networkIds,
    networkOf,
    networkOr,
    networkProblem,
    networkSettings,
    type ResolvedNetwork,
    vpcOf,
} from "../internal/network/networkOf";
import { Network } from "../network/network";

/** The IP address ranges of an environment. Changing them replaces the environment. */
export interface ComposerRanges {
    /**
     * The {@link https://cloud.google.com/composer/docs/composer-3/connect-vpc-network internal range} of Composer 3, a /20.
     * @default "100.64.128.0/20"
     */
    internal?: string;
    /**
     * The {@link https://cloud.google.com/composer/docs/composer-2/configure-private-ip control plane range} of the cluster of
     * Composer 2: /23 to /28, outside of 172.17.0.0/16, which nodes use internally.
     * @default chosen by Composer
     */
    controlPlane?: string;
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips pod range} of the cluster of Composer 2: /9
     * to /21. Each node uses a /26 of it.
     * @default chosen by GKE
     */
    pods?: string;
    /**
     * The Service range of the cluster of Composer 2: /16 to /27.
     * @default chosen by GKE
     */
    services?: string;
}

/** The network that DAGs can reach, and in Composer 2 where the cluster has its addresses. */
export interface ComposerNetwork extends NetworkAndSubnet {
    /**
     * The name of the subnet's {@link https://cloud.google.com/composer/docs/composer-2/configure-shared-vpc secondary range} for the pods
     * of Composer 2. Changing this replaces the environment.
     * @default `ranges.pods`
     */
    pods?: pulumi.Input<string>;
    /**
     * The name of the subnet's secondary range for the Services of Composer 2. Changing this replaces the environment.
     * @default `ranges.services`
     */
    services?: pulumi.Input<string>;
}

const rangeName = check.input(check.nameOf(nameFormats.rows.computeResource));

/** Checks a network with its settings. */
export const composerNetwork = networkOr<ComposerNetwork>(
    check.options<ComposerNetwork>({ ...networkAndSubnet, pods: rangeName, services: rangeName }),
);

/** The default {@link https://cloud.google.com/composer/docs/composer-3/connect-vpc-network internal range} of Composer 3. */
const defaultInternal = "100.64.128.0/20";

const { internalPrefix, controlPlanePrefix } = composerEnvironmentLimits.rows;

/** Checks each range by itself. */
export const ranges = check.options<ComposerRanges>({
    internal: cidr(internalPrefix.min, internalPrefix.max),
    controlPlane: check.pipe(
        cidr(controlPlanePrefix.min, controlPlanePrefix.max),
        check.refine(
            (range) => !overlap(String(range), "172.17.0.0/16"),
            "must have no address of 172.17.0.0/16, which machines have for themselves",
        ),
    ),
    pods: cidr(9, 21),
    services: cidr(16, 27),
});

type NetworkArg = NetworkOr<ComposerNetwork> | undefined;

/**
 * Resolves the network of an environment: the argument, or the network of its databases, or in Composer 2 the shared network. Composer
 * 3 needs none.
 */
export function resolveNetwork(
    arg: NetworkArg,
    uses: Uses<Attachment>,
    region: string,
    composer: 2 | 3,
): ResolvedNetwork | undefined {
    const [first] = inVpcNetwork(databases(attachmentsOf(uses)));
    if (!arg && first) {
        const { network, subnetworkIn } = first.attachment.route;
        return { network: networkId(network), subnet: subnetworkIn(region) };
    }
    const network = arg ?? (composer === 2 ? Network.shared() : undefined);
    return network && networkIds(network, region, Environment.current().project);
}

const networkId = (network: VpcNetwork) =>
    typeof network === "object" && "id" in network ? (network as Vpc).id : (network as string);

/** DAGs connect to databases by IP address. */
export const connectByAddress = (): CloudSqlWay => ({ network: true });

/** Problems of the network and of databases that it does not reach. */
export function networkProblems(
    network: NetworkArg,
    uses: Uses<Attachment>,
    env: Record<string, unknown>,
    region: string,
    composer: 2 | 3,
): (check.Problem | undefined)[] {
    const all = databases(attachmentsOf(uses));
    const reached = inVpcNetwork(all);
    const [first, ...others] = reached;
    const vpc = vpcOf(network);
    return [
        networkProblem(network, region, "the environment"),
        network === undefined && first === undefined && composer === 2
            ? sharedNetworkProblem("network", region, Environment.current())
            : undefined,
        ...(vpc === undefined
            ? others.map(({ variable, attachment: { route } }) => {
                  return isSameNetwork((first as (typeof others)[number]).attachment.route.network, route.network) ===
                      false
                      ? check.problem(
                            `uses.${variable}`,
                            "composer/databases-in-several-networks",
                            `is in a different network than uses.${first?.variable}, and an environment can only be in one. Put both databases in one network.`,
                        )
                      : undefined;
              })
            : reached.map(({ variable, attachment: { route } }) => {
                  return check.when(
                      isSameNetwork(route.network, vpc) === false,
                      "network",
                      "composer/network-of-other-database",
                      `must be the network of uses.${variable}. Set it, or remove network.`,
                  );
              })),
        check.when(
            vpc === undefined && first && first.attachment.route.subnetworkIn(region) === undefined,
            "network",
            "composer/network-without-subnet",
            `is missing, and the network of uses.${first?.variable} has no known subnet in ${region}, the region of the environment. Add a subnet to that network, or set network.`,
        ),
        ...(vpc === undefined ? all.filter(hasUnknownNetwork) : []).map(({ variable }) =>
            check.problem(
                "network",
                "composer/network-of-database-unknown",
                `is missing, because the network of the database in uses.${variable} is not known. Set it here, or the network of the database or its endpoint.`,
            ),
        ),
        ...databaseVariableProblems(uses, env, connectByAddress),
    ];
}

/** Ranges that the generation of Composer does not have, or that overlap each other or the network. */
export function rangeProblems(
    ranges: ComposerRanges,
    network: NetworkArg,
    composer: 2 | 3,
): (check.Problem | undefined)[] {
    const { internal, ...cluster } = ranges;
    const effective = composer === 3 ? { internal: internal ?? defaultInternal } : cluster;
    const checked = Object.entries(effective).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const unsupported =
        composer === 3
            ? Object.entries(cluster).filter(([, range]) => range !== undefined)
            : Object.entries({ internal }).filter(([, range]) => range !== undefined);
    const { pods, services } = networkSettings(network);
    const named = Object.entries({ pods, services }).flatMap(([key, name]) =>
        name === undefined ? [] : [key as "pods" | "services"],
    );
    const networkRanges = (networkOf(network) as Network | undefined)?.ranges ?? [];
    return [
        ...unsupported.map(([key]) =>
            check.problem(
                `ranges.${key}`,
                "composer/range-of-other-generation",
                `is only available in Composer ${composer === 3 ? 2 : 3}. Remove it.`,
            ),
        ),
        ...named.map((key) =>
            composer === 3
                ? check.problem(
                      `network.${key}`,
                      "composer/named-range-of-other-generation",
                      "is only available in Composer 2. Remove it.",
                  )
                : check.when(
                      cluster[key] !== undefined,
                      `network.${key}`,
                      "composer/named-range-with-range",
                      `cannot be combined with ranges.${key}, which adds another range. Remove one of them.`,
                  ),
        ),
        check.when(
            pods !== undefined && pods === services,
            "network.services",
            "composer/named-ranges-equal",
            `must be another secondary range than network.pods (got "${services}").`,
        ),
        ...checked.map(([key, range], index) => {
            const twin = checked.slice(0, index).find(([, earlier]) => overlap(range, earlier));
            const inNetwork = networkRanges.find((one) => overlap(range, one));
            const overlapping = twin ? `ranges.${twin[0]}, ${twin[1]}` : inNetwork && `the network's ${inNetwork}`;
            return check.when(
                overlapping !== undefined,
                `ranges.${key}`,
                "composer/ranges-overlap",
                `must have no address of ${overlapping} (got "${range}"). Choose another range.`,
            );
        }),
    ];
}

interface Connection {
    network?: NetworkArg;
    internetAccess?: boolean;
    privateBuilds?: boolean;
    ranges: ComposerRanges;
}

/** The nodes and the network of an environment of Composer 3. */
export function composer3Config(
    { internetAccess = false, privateBuilds = false, ranges }: Connection,
    account: AccountReference,
    network: ResolvedNetwork | undefined,
) {
    return {
        enablePrivateEnvironment: !internetAccess,
        enablePrivateBuildsOnly: privateBuilds,
        nodeConfig: {
            serviceAccount: account.email,
            network: network?.network,
            subnetwork: network?.subnet,
            composerInternalIpv4CidrBlock: ranges.internal,
        },
    };
}

/** The nodes and the network of an environment of Composer 2. */
export function composer2Config(
    { internetAccess = false, ranges, network: settings }: Connection,
    account: AccountReference,
    network: ResolvedNetwork | undefined,
) {
    const { pods, services, controlPlane } = ranges;
    const named = networkSettings(settings);
    const policy = {
        clusterIpv4CidrBlock: pods,
        clusterSecondaryRangeName: named.pods,
        servicesIpv4CidrBlock: services,
        servicesSecondaryRangeName: named.services,
    };
    return {
        nodeConfig: {
            serviceAccount: account.email,
            network: network?.network,
            subnetwork: network?.subnet,
            ipAllocationPolicy: Object.values(policy).some((each) => each !== undefined) ? policy : undefined,
        },
        // Private Service Connect reaches the tenant project without a range of the network.
        privateEnvironmentConfig: internetAccess
            ? undefined
            : {
                  connectionType: "PRIVATE_SERVICE_CONNECT",
                  cloudComposerConnectionSubnetwork: network?.subnet,
                  enablePrivateEndpoint: true,
                  masterIpv4CidrBlock: controlPlane,
              },
    };
}
