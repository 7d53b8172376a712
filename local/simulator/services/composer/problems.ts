import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { accessProblems } from "./access";
import { keyProblems } from "./accounts";
import { bucketProblems } from "./bucket";
import { maintenanceProblems, snapshotProblems } from "./maintenance";
import { networkProblems } from "./network";
import { softwareProblems } from "./software";
import type { Image } from "./versions";
import { workloadProblems } from "./workloads";

/** All problems of a complete environment. */
export function problemsOf(state: Inputs, image: Image, cloud: Cloud): string[] {
    const { config } = state;
    return [
        ...networkProblems(state, image, cloud),
        ...softwareProblems(config, image),
        ...workloadProblems(config, image),
        ...accessProblems(config),
        ...maintenanceProblems(config),
        ...snapshotProblems(config, cloud),
        ...keyProblems(state, image, cloud),
    ];
}

/** Additional problems of a new environment. */
export const creationProblems = (inputs: Inputs, cloud: Cloud): string[] => [
    ...legacyProblems(inputs),
    ...bucketProblems(inputs, cloud),
];

const ofOld = "is not supported for Cloud Composer environments in versions 2.0.0 and newer";

/** Properties of Cloud Composer 1, which is not supported. */
export function legacyProblems({ config = {} }: Inputs): string[] {
    const { nodeConfig = {}, privateEnvironmentConfig = {}, softwareConfig = {} } = config;
    const isGiven = (value: unknown, problem: string) => (value ? [problem] : []);
    return [
        ...isGiven(config.nodeCount, `Configuring node count ${ofOld}.`),
        ...isGiven(nodeConfig.zone, `Configuring node location ${ofOld}.`),
        ...isGiven(
            nodeConfig.machineType,
            `Configuring node machine type ${ofOld}. Please use the workloads config instead.`,
        ),
        ...isGiven(nodeConfig.diskSizeGb, `Configuring node disk size ${ofOld}.`),
        ...isGiven(nodeConfig.oauthScopes?.length, `Configuring OAuth scopes ${ofOld}.`),
        ...isGiven(privateEnvironmentConfig.webServerIpv4CidrBlock, `Configuring web server CIDR block ${ofOld}.`),
        ...isGiven(config.databaseConfig?.machineType, `Configuring database machine type ${ofOld}.`),
        ...isGiven(config.webServerConfig?.machineType, `Configuring web server machine type ${ofOld}.`),
        ...isGiven(
            softwareConfig.schedulerCount,
            `Configuring scheduler count ${ofOld}. Please use the workloads config instead.`,
        ),
        ...isGiven(
            nodeConfig.ipAllocationPolicy?.useIpAliases,
            `Setting useIpAliases ${ofOld}, as they always use VPC Native (IP Aliases).`,
        ),
    ];
}
