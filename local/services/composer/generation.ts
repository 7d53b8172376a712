import type { Inputs } from "../../rules/rules";
import { imageVersionOf, isComposer3 } from "./versions";

/** How the provider calls a property in what it says: `config.0.workloads_config.0.worker`. */
export const terraform = (path: string) =>
    path
        .split(".")
        .map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
        .join(".0.");

/** What the provider takes for a version of an image. */
export const imageForm =
    /composer-(([0-9]+)(\.[0-9]+\.[0-9]+(-preview\.[0-9]+)?)?|latest)-airflow-(([0-9]+)((\.[0-9]+)(\.[0-9]+)?)?(-build\.[0-9]+)?)/;

/** Which properties only Cloud Composer 3 has, and which it has no longer. */
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

/** What a path of a block leads to. */
export const at = (block: Inputs | undefined, path: string): unknown =>
    path.split(".").reduce<unknown>((found, key) => (found as Inputs | undefined)?.[key], block);

/** Whether the provider takes a value for given: what is not known yet is a text of which none of this is true. */
const isGiven = (value: unknown): boolean =>
    typeof value === "string" ? /\/|^(EN|DIS)ABLED$/.test(value) : Boolean(value);

/** Refuses the names that the API refuses too, and properties of the other generation. */
export function refusedTogether(inputs: Inputs): string | undefined {
    const { pypiPackages, envVariables } = inputs.config?.softwareConfig ?? {};
    const capital = Object.keys(pypiPackages ?? {}).find((name) => name !== name.toLowerCase());
    if (capital) {
        return `PYPI package ${JSON.stringify(capital)} can only contain lowercase characters`;
    }
    const airflow = "AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+";
    for (const name of Object.keys(envVariables ?? {})) {
        if (kept.includes(name)) {
            return `env_variable ${JSON.stringify(name)} is a reserved name and cannot be used`;
        }
        if (new RegExp(airflow).test(name)) {
            return `env_variable ${JSON.stringify(name)} cannot match reserved Airflow variable names with regexp ${JSON.stringify(airflow)}`;
        }
    }
    const wanted = imageVersionOf(inputs);
    if (wanted !== undefined && !imageForm.test(wanted)) {
        return undefined;
    }
    const wrong = Object.entries(ofComposer3).find(
        ([path, isNew]) => isGiven(at(inputs.config, path)) && isComposer3(wanted) !== isNew,
    );
    return (
        wrong &&
        `error in configuration, ${terraform(`config.${wrong[0]}`)} should ${wrong[1] ? "only" : "not"} be used in Composer 3`
    );
}

/** Names of variables that the provider refuses by itself. */
const kept = [
    "AIRFLOW_HOME",
    "C_FORCE_ROOT",
    "CONTAINER_NAME",
    "DAGS_FOLDER",
    "GCP_PROJECT",
    "GCS_BUCKET",
    "GKE_CLUSTER_NAME",
    "SQL_DATABASE",
    "SQL_INSTANCE",
    "SQL_PASSWORD",
    "SQL_PROJECT",
    "SQL_REGION",
    "SQL_USER",
];
