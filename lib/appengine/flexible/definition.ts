import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { DeployedFile } from "../standard/definition";
import { livenessCheckArgs, readinessCheckArgs } from "./health";
import { type NetworkReference, networkArgs } from "./network";
import { phpConfig } from "./php";
import type { ResolvedFlexibleService } from "./resolveArgs";
import { resourcesArgs } from "./resources";
import { scalingArgs } from "./scaling";

/** The resources and values that a version refers to. */
export interface FlexibleParts {
    account: { email: pulumi.Input<string> };
    /** The image, if the service runs one. */
    image?: ContainerImage | pulumi.Input<string>;
    /** The files of the build, including {@link buildFile}. */
    files?: DeployedFile[];
    env: Record<string, pulumi.Input<string>>;
    /** The connection names of the databases that are reached by a socket. */
    cloudSqlInstances: pulumi.Input<string>[];
    /** Undefined for the project's `default` network. */
    network?: NetworkReference;
}

const isComponent = (image: FlexibleParts["image"]): image is ContainerImage => pulumi.Resource.isInstance(image);

/** The path of the build's configuration; different from app.yaml, which the source may contain. */
const buildFileName = "app.slipway.yaml";

/**
 * The configuration of the build, to be deployed with the source: the builders read the runtime, its version and the
 * entrypoint only from an app.yaml. JSON is valid YAML.
 */
export function buildFile({ runtime, entrypoint }: ResolvedFlexibleService): { name: string; content: string } {
    const { name, version, operatingSystem, php = {} } = runtime;
    const own = { operating_system: operatingSystem, runtime_version: version, ...phpConfig(php) };
    const config = name === "custom" ? {} : { runtime_config: own };
    const content = JSON.stringify({ runtime: name, env: "flex", entrypoint, ...config }, undefined, 2);
    return { name: buildFileName, content: `${content}\n` };
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
        deployment:
            image === undefined
                ? { files, cloudBuildOptions: { appYamlPath: buildFileName } }
                : { container: { image: isComponent(image) ? image.reference : image } },
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
