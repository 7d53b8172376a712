import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import type { SourceFile } from "../../internal/sources/listing";
import { environmentProblems } from "../env";
import { lifecycleWarning } from "../runtimes";
import type { DeployedFile } from "../source";
import type { FromImage, FromSource } from "./code";
import { buildFile, codeChecks, codeProblems, deploymentArgs } from "./code";
import {
    type FlexibleHealth,
    health,
    healthProblems,
    livenessCheckArgs,
    type ResolvedHealth,
    readinessCheckArgs,
    resolveHealth,
} from "./health";
import { type FlexibleNetwork, flexibleNetwork, type NetworkReference, networkArgs, networkProblems } from "./network";
import {
    type FlexibleResources,
    type ResolvedResources,
    resolveResources,
    resources,
    resourcesArgs,
    resourcesProblems,
} from "./resources";
import { detectFlexibleRuntime, type ResolvedRuntime, resolveRuntime, runtimeId } from "./runtime";
import {
    type FlexibleScaling,
    type ResolvedScaling,
    resolveScaling,
    scaling,
    scalingArgs,
    scalingProblems,
} from "./scaling";

interface FlexibleBase {
    /**
     * Whether the service runs in the flexible environment, which runs containers on virtual machines and keeps at least one
     * instance.
     */
    flexible: true;
    /**
     * CPU, memory and disk of each instance.
     * @default one CPU, 1 GiB of memory and a disk of 13 GB
     */
    resources?: FlexibleResources;
    /**
     * The number of instances: bounds for automatic scaling, or a number for a fixed count (manual scaling), 1 to 1000.
     * @default automatic scaling
     */
    scaling?: FlexibleScaling;
    /**
     * The health checks of instances: the path of the readiness check, such as `"/ready"`, or options.
     * @default checks the virtual machine and its container, not the application
     */
    health?: string | FlexibleHealth;
    /**
     * The VPC network of the instances.
     * @default the environment's network
     */
    network?: FlexibleNetwork;
}

/** The arguments that are specific to the flexible environment. */
export type FlexibleService = FlexibleBase & check.OneOf<FromImage | FromSource>;

/** Checks each argument. */
export const flexibleChecks: check.Checks<FlexibleService> = {
    flexible: check.custom<true>((value) => value === true, "must be true or false"),
    ...codeChecks,
    resources,
    scaling,
    health,
    network: flexibleNetwork,
};

/** The required arguments. */
export const flexibleRequired = ["flexible"] as const;

/** A validated service of the flexible environment with its defaults. */
export interface ResolvedFlexibleService extends Pick<FlexibleService, "flexible" | "network"> {
    /** Custom for an image. */
    runtime: ResolvedRuntime;
    /** Undefined for an image, or for the runtime's default. */
    entrypoint?: string;
    resources: ResolvedResources;
    scaling: ResolvedScaling;
    health: ResolvedHealth;
}

/** Completes a service with its defaults. The environment's kind sets the number of instances. */
export function resolveFlexibleService(
    service: FlexibleService,
    files: readonly SourceFile[],
    { defaults }: Pick<Environment, "defaults">,
): ResolvedFlexibleService {
    return {
        flexible: true,
        // A service of an image has no files.
        runtime: resolveRuntime(service.runtime ?? detectFlexibleRuntime(files) ?? { name: "custom" }),
        entrypoint: service.entrypoint,
        resources: resolveResources(service.resources),
        scaling: resolveScaling(service.scaling, defaults),
        health: resolveHealth(service.health),
        network: service.network,
    };
}

/** Checks combinations of arguments, as they are given and with their defaults. Paths are relative to the service. */
export function flexibleProblems(
    service: FlexibleService & { env?: Record<string, pulumi.Input<string>> },
    { resources, health }: ResolvedFlexibleService,
    files: readonly SourceFile[],
    region?: string,
): Problem[] {
    return [
        ...codeProblems(service, files),
        ...environmentProblems(service),
        ...resourcesProblems(resources),
        ...scalingProblems(service.scaling),
        ...healthProblems(health),
        ...(region === undefined ? [] : networkProblems(service.network, region)),
    ];
}

/** A warning if the runtime can be deployed only for a limited time. */
export function flexibleWarning({ runtime }: ResolvedFlexibleService): string | undefined {
    return lifecycleWarning(runtimeId(runtime));
}

/** The resources and values that a version refers to. */
export interface FlexibleParts {
    account: { email: pulumi.Input<string> };
    /** The image, if the service runs one. */
    image?: pulumi.Input<string>;
    /** The files of the build, including {@link buildFile}. */
    files?: DeployedFile[];
    env: Record<string, pulumi.Input<string>>;
    /** The connection names of the databases that are reached by a socket. */
    cloudSqlInstances: pulumi.Input<string>[];
    /** Undefined for the project's `default` network. */
    network?: NetworkReference;
}

/** The arguments of the version resource, except its names. */
export function flexibleDefinition(
    service: ResolvedFlexibleService,
    { account, image, files = [], env, cloudSqlInstances, network }: FlexibleParts,
): Omit<FlexibleAppVersionArgs, "versionId" | "service" | "noopOnDestroy"> {
    const { runtime, entrypoint } = service;
    return {
        runtime: runtime.name,
        flexibleRuntimeSettings:
            runtime.name === "custom"
                ? undefined
                : { operatingSystem: runtime.operatingSystem, runtimeVersion: runtime.version },
        entrypoint: entrypoint === undefined ? undefined : { shell: entrypoint },
        deployment: deploymentArgs(image, files),
        serviceAccount: account.email,
        envVariables: env,
        resources: resourcesArgs(service.resources),
        ...scalingArgs(service.scaling),
        readinessCheck: readinessCheckArgs(service.health.readiness),
        livenessCheck: livenessCheckArgs(service.health.liveness),
        network: networkArgs(service.network, network ?? { name: "default" }),
        betaSettings:
            cloudSqlInstances.length > 0
                ? { cloud_sql_instances: pulumi.all(cloudSqlInstances).apply((names) => names.join(",")) }
                : undefined,
    };
}
