import type { EnvironmentArgs } from "@pulumi/gcp/composer/environment";
import type { InstanceArgs as NotebookArgs } from "@pulumi/gcp/notebooks/instance";
import type { AiDatasetArgs } from "@pulumi/gcp/vertex/aiDataset";
import type { AiEndpointArgs } from "@pulumi/gcp/vertex/aiEndpoint";
import type { AiIndexEndpointArgs } from "@pulumi/gcp/vertex/aiIndexEndpoint";
import type { InstanceArgs as WorkbenchArgs } from "@pulumi/gcp/workbench/instance";
import { notPublic } from "../grants";
import { each, type Rule, rule } from "../rule";
import { isSecret } from "../values";

const composerEnvironment = "gcp:composer/environment:Environment";
const workbench = "gcp:workbench/instance:Instance";
const notebook = "gcp:notebooks/instance:Instance";
const endpoint = "gcp:vertex/aiEndpoint:AiEndpoint";

const ownKey = "Data are always encrypted; a key has a price and a life of its own.";
const cmek = "https://cloud.google.com/vertex-ai/docs/general/cmek";
const defaultAccount = /^\d+-compute@developer\.gserviceaccount\.com$/;

/** A rule that a part of Shielded VM is not switched off. */
function shielded(
    name: string,
    description: string,
    option: "enableVtpm" | "enableIntegrityMonitoring",
    check: string,
): Rule {
    const url = "https://cloud.google.com/compute/shielded-vm/docs/shielded-vm";
    return rule(
        { name, description, checkov: [check], url },
        each<WorkbenchArgs>(
            workbench,
            ({ gceSetup }) =>
                gceSetup?.shieldedInstanceConfig?.[option] === false &&
                `Leave 'gceSetup.shieldedInstanceConfig.${option}' out.`,
        ),
        each<NotebookArgs>(
            notebook,
            ({ shieldedInstanceConfig }) =>
                shieldedInstanceConfig?.[option] === false && `Leave 'shieldedInstanceConfig.${option}' out.`,
        ),
    );
}

/** Rules of Cloud Composer and Vertex AI. */
export const workloads: Rule[] = [
    rule(
        {
            name: "composer-private",
            description: "Environments of Cloud Composer have no public addresses.",
            url: "https://cloud.google.com/composer/docs/composer-3/change-networking-type",
        },
        each<EnvironmentArgs>(composerEnvironment, ({ config }) => {
            const isPrivate =
                config?.enablePrivateEnvironment === true ||
                config?.privateEnvironmentConfig?.enablePrivateEndpoint === true;
            return !isPrivate && "Set 'config.enablePrivateEnvironment' to true.";
        }),
    ),
    rule(
        {
            name: "composer-own-service-account",
            description: "Environments of Cloud Composer have a service account of their own.",
            url: "https://cloud.google.com/composer/docs/composer-3/access-control",
        },
        each<EnvironmentArgs>(composerEnvironment, ({ config }) => {
            const email = config?.nodeConfig?.serviceAccount;
            return (!email || defaultAccount.test(email)) && "Set 'config.nodeConfig.serviceAccount'.";
        }),
    ),
    rule(
        {
            name: "composer-web-server-access",
            description: "The web server of Airflow does not accept all addresses by a rule.",
            url: "https://cloud.google.com/composer/docs/composer-3/configure-web-server-access",
        },
        each<EnvironmentArgs>(composerEnvironment, ({ config }) => {
            const ranges = config?.webServerNetworkAccessControl?.allowedIpRanges ?? [];
            return (
                ranges.some(({ value }) => value.endsWith("/0")) &&
                "Narrow 'config.webServerNetworkAccessControl.allowedIpRanges'; IAM protects the web server as well."
            );
        }),
    ),
    rule(
        {
            name: "composer-no-secrets-in-variables",
            description: "Environment variables and settings of Airflow have no secrets.",
            url: "https://cloud.google.com/composer/docs/composer-3/configure-secret-manager",
        },
        each<EnvironmentArgs>(composerEnvironment, ({ config }) => {
            const { envVariables = {}, airflowConfigOverrides = {} } = config?.softwareConfig ?? {};
            return Object.entries({ ...envVariables, ...airflowConfigOverrides })
                .filter(([name, value]) => isSecret(name, value))
                .map(
                    ([name]) =>
                        `'config.softwareConfig' has the plain value of ${name}: use the Secret Manager backend of Airflow.`,
                );
        }),
    ),
    rule(
        {
            name: "composer-with-own-key",
            description: "Environments of Cloud Composer are encrypted with a key of the customer.",
            url: "https://cloud.google.com/composer/docs/composer-3/configure-cmek-encryption",
            optional: ownKey,
        },
        each<EnvironmentArgs>(
            composerEnvironment,
            ({ config }) => !config?.encryptionConfig?.kmsKeyName && "Set 'config.encryptionConfig.kmsKeyName'.",
        ),
    ),
    rule(
        {
            name: "vertex-not-public",
            description: "Resources of Vertex AI are not public.",
            url: "https://cloud.google.com/vertex-ai/docs/general/access-control",
        },
        notPublic("vertex/|notebooks/|workbench/|colab/"),
    ),
    rule(
        {
            name: "vertex-endpoint-private",
            description: "Endpoints of Vertex AI are only reached from a network.",
            checkov: ["CKV2_GCP_33"],
            url: "https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type",
            optional:
                "Public endpoints are protected by IAM, and private ones need a network or Private Service Connect.",
        },
        each<AiEndpointArgs>(
            endpoint,
            ({ network, privateServiceConnectConfig }) =>
                !network &&
                privateServiceConnectConfig?.enablePrivateServiceConnect !== true &&
                "Set 'privateServiceConnectConfig', or 'network'.",
        ),
    ),
    rule(
        {
            name: "vertex-index-endpoint-private",
            description: "Index endpoints of Vertex AI are only reached from a network.",
            checkov: ["CKV2_GCP_34"],
            url: "https://cloud.google.com/vertex-ai/docs/vector-search/deploy-index-vpc",
            optional:
                "Public endpoints are protected by IAM, and private ones need a network or Private Service Connect.",
        },
        each<AiIndexEndpointArgs>(
            "gcp:vertex/aiIndexEndpoint:AiIndexEndpoint",
            ({ publicEndpointEnabled }) => publicEndpointEnabled === true && "Leave 'publicEndpointEnabled' out.",
        ),
    ),
    rule(
        {
            name: "vertex-with-own-key",
            description: "Resources of Vertex AI are encrypted with a key of the customer.",
            checkov: ["CKV_GCP_92", "CKV_GCP_96", "CKV2_GCP_24", "CKV2_GCP_25", "CKV2_GCP_26"],
            url: cmek,
            optional: ownKey,
        },
        each<AiDatasetArgs>(
            /^gcp:vertex\/(?:aiDataset|aiEndpoint|aiFeatureStore|aiMetadataStore|aiTensorboard|aiIndexEndpoint):/,
            ({ encryptionSpec }) => !encryptionSpec?.kmsKeyName && "Set 'encryptionSpec.kmsKeyName'.",
        ),
    ),
    rule(
        {
            name: "notebooks-no-public-address",
            description: "Notebooks have no public address.",
            checkov: ["CKV_GCP_89", "CKV2_GCP_28"],
            url: "https://cloud.google.com/vertex-ai/docs/workbench/instances/create",
        },
        each<WorkbenchArgs>(
            workbench,
            ({ gceSetup }) => gceSetup?.disablePublicIp !== true && "Set 'gceSetup.disablePublicIp' to true.",
        ),
        each<NotebookArgs>(notebook, ({ noPublicIp }) => noPublicIp !== true && "Set 'noPublicIp' to true."),
    ),
    shielded("notebooks-vtpm", "Notebooks have a vTPM.", "enableVtpm", "CKV_GCP_126"),
    shielded(
        "notebooks-integrity-monitoring",
        "Notebooks report changes of their boot.",
        "enableIntegrityMonitoring",
        "CKV_GCP_127",
    ),
    rule(
        {
            name: "notebooks-no-root",
            description: "Users of notebooks are not root.",
            url: "https://cloud.google.com/vertex-ai/docs/workbench/instances/manage-metadata",
            optional: "Some packages can only be installed as root.",
        },
        each<WorkbenchArgs>(
            workbench,
            ({ gceSetup }) =>
                String(gceSetup?.metadata?.["notebook-disable-root"]).toLowerCase() !== "true" &&
                'Set \'gceSetup.metadata\' with "notebook-disable-root": "true".',
        ),
    ),
];
