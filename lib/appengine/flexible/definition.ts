import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../container";
import type { DeployedFile } from "../standard/definition";
import type { DecidedFlexible } from "./decided";
import { livenessOf, readinessOf } from "./health";
import { type NetworkPlace, networkOf } from "./network";
import { phpConfig } from "./php";
import { resourcesOf } from "./resources";
import { scalingOf } from "./scaling";

/** What a version stands on. */
export interface FlexibleParts {
    account: { email: pulumi.Input<string> };
    /** The image, of a service that has one. */
    image?: ContainerImage | pulumi.Input<string>;
    /** What the image is built of, with {@link buildFile} among them. */
    files?: DeployedFile[];
    environment: Record<string, pulumi.Input<string>>;
    /** The connection names of the databases of which there are sockets. */
    cloudSqlInstances: pulumi.Input<string>[];
    /** Nothing: the project's network `default`. */
    network?: NetworkPlace;
}

const isComponent = (image: FlexibleParts["image"]): image is ContainerImage => pulumi.Resource.isInstance(image);

/** Where the build finds what it goes by; another name than that of an app.yaml of the source. */
const buildFileName = "app.slipway.yaml";

/**
 * The file that the build goes by, to be deployed with those of the source: the builders read the runtime, its version and the
 * entrypoint from an app.yaml alone. JSON is YAML, too.
 */
export function buildFile({ runtime, entrypoint }: DecidedFlexible): { name: string; content: string } {
    const { name, version, operatingSystem, php = {} } = runtime;
    const own = { operating_system: operatingSystem, runtime_version: version, ...phpConfig(php) };
    const config = name === "custom" ? {} : { runtime_config: own };
    const content = JSON.stringify({ runtime: name, env: "flex", entrypoint, ...config }, undefined, 2);
    return { name: buildFileName, content: `${content}\n` };
}

/** A version as the API takes it, but for its names. */
export function flexibleDefinition(
    decided: DecidedFlexible,
    { account, image, files = [], environment, cloudSqlInstances, network }: FlexibleParts,
): Omit<FlexibleAppVersionArgs, "versionId" | "service" | "noopOnDestroy"> {
    const { runtime, entrypoint } = decided;
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
        envVariables: environment,
        resources: resourcesOf(decided.resources),
        ...scalingOf(decided.scaling),
        readinessCheck: readinessOf(decided.readiness),
        livenessCheck: livenessOf(decided.liveness),
        network: networkOf(decided.network, network ?? { name: "default" }),
        betaSettings:
            cloudSqlInstances.length > 0
                ? { cloud_sql_instances: pulumi.all(cloudSqlInstances).apply((names) => names.join(",")) }
                : undefined,
    };
}
