import type { Inputs, PlanRule } from "../../rules/rules";
import { imageVersionOf, isComposer3 } from "./versions";

/** The path of a property in the provider's messages: `config.0.workloads_config.0.worker`. */
export const terraformPath = (path: string) =>
    path
        .split(".")
        .map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
        .join(".0.");

/** The provider's validation of image versions. */
export const validateImage =
    /composer-(([0-9]+)(\.[0-9]+\.[0-9]+(-preview\.[0-9]+)?)?|latest)-airflow-(([0-9]+)((\.[0-9]+)(\.[0-9]+)?)?(-build\.[0-9]+)?)/;

/** Properties that exist only in Cloud Composer 3, or no longer exist there. */
const ofComposer3: Record<string, boolean> = {
    "nodeConfig.maxPodsPerNode": false,
    "nodeConfig.enableIpMasqAgent": false,
    privateEnvironmentConfig: false,
    masterAuthorizedNetworksConfig: false,
    "nodeConfig.composerNetworkAttachment": true,
    "nodeConfig.composerInternalIpv4CidrBlock": true,
    "nodeConfig.trafficRoutingConfig": true,
    "softwareConfig.webServerPluginsMode": true,
    enablePrivateEnvironment: true,
    enablePrivateBuildsOnly: true,
    "workloadsConfig.dagProcessor": true,
};

/** The value at a path of a block. */
export const valueAt = (block: Inputs | undefined, path: string): unknown =>
    path.split(".").reduce<unknown>((found, key) => (found as Inputs | undefined)?.[key], block);

/** The error for properties of the other generation. */
export const generationError: PlanRule["refuse"] = (inputs, state, isUnknown) => {
    // An unknown version is none for the provider, also if the environment has one.
    const before = state && !isUnknown("config.softwareConfig.imageVersion") ? imageVersionOf(state) : undefined;
    const image = imageVersionOf(inputs) ?? before;
    const wrong = Object.entries(ofComposer3).find(
        ([path, isNew]) => Boolean(valueAt(inputs.config, path)) && isComposer3(image) !== isNew,
    );
    return (
        wrong &&
        `error in configuration, ${terraformPath(`config.${wrong[0]}`)} should ${wrong[1] ? "only" : "not"} be used in Composer 3`
    );
};
