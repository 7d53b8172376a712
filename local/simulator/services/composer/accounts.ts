import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { GoogleError, OperationError } from "../../cloud/errors";
import { accountName } from "../../cloud/iam";
import { projectName } from "../../cloud/projects";
import { type Inputs, lastPart } from "../../rules/rules";
import { hostOf } from "../compute/sharedVpc";
import { storageAgent } from "../storage/names";
import { precondition } from "./names";
import type { Image } from "./versions";

const agentOf = (project: string, domain: string, cloud: Cloud) =>
    `service-${cloud.projects.number(project)}@${domain}.iam.gserviceaccount.com`;

/** The environment's service account. */
export const accountOf = ({ config }: Inputs): string | undefined =>
    config?.nodeConfig?.serviceAccount ? lastPart(config.nodeConfig.serviceAccount) : undefined;

/**
 * "Access control with IAM": Cloud Composer's service agent has a role from the start; Cloud Composer 2 requires
 * another one on the project or on the environment's account.
 */
export function verifyAgent(inputs: Inputs, { generation }: Image, cloud: Cloud): void {
    const { project } = inputs;
    const email = agentOf(project, "cloudcomposer-accounts", cloud);
    const lacks = (permission: string, on: string) =>
        !cloud.iam.hasAccount(email) || !isAllowedOn(cloud, email, permission, on);
    const missing = `Composer API Service Agent service account (${email}) does not have required permissions set.`;
    if (lacks("container.clusters.create", projectName(project))) {
        throw precondition(
            `${missing} Cloud Composer API Service Agent role is missing. Please bind roles/composer.serviceAgent back on ${email}.`,
        );
    }
    const account = accountOf(inputs);
    const on = account ? accountName(account) : projectName(project);
    if (generation === 2 && lacks("iam.serviceAccounts.setIamPolicy", on)) {
        throw precondition(
            `${missing} Cloud Composer v2 API Service Agent Extension role might be missing. Please refer to https://cloud.google.com/composer/docs/composer-2/create-environments#grant-permissions and Composer Creation Troubleshooting pages to resolve this issue.`,
        );
    }
}

/**
 * "Configure Shared VPC": the agent attaches the environment to the network of the host.
 * https://cloud.google.com/composer/docs/composer-3/configure-shared-vpc. The texts are approximate.
 */
export function verifySharedVpc({ project }: Inputs, host: string, cloud: Cloud): void {
    if (host === project || cloud.isLenient) {
        return;
    }
    const email = agentOf(project, "cloudcomposer-accounts", cloud);
    if (hostOf(cloud, project) !== host) {
        throw precondition(`Project '${project}' is not attached to the Shared VPC host project '${host}'.`);
    }
    if (!isAllowedOn(cloud, email, "compute.networks.access", projectName(host))) {
        throw precondition(
            `Composer API Service Agent service account (${email}) does not have required permissions set. Please grant it roles/composer.sharedVpcAgent on the host project '${host}'.`,
        );
    }
}

/** Throws if the account does not exist or is disabled. */
export function verifyAccount(inputs: Inputs, cloud: Cloud): void {
    const account = accountOf(inputs);
    if (account && (!cloud.iam.hasAccount(account) || cloud.iam.isDisabled(account))) {
        throw new GoogleError(
            403,
            `User not authorized to act as service account '${account}'. The user must be granted iam.serviceAccounts.actAs permission, included in Owner, Editor, Service Account User role. See https://cloud.google.com/iam/docs/understanding-service-accounts for additional details.`,
            { reason: "forbidden" },
        );
    }
}

/**
 * What the components of an environment do as its account.
 * https://cloud.google.com/composer/docs/composer-3/access-control#service-account
 */
const working = [
    "artifactregistry.repositories.downloadArtifacts",
    "logging.logEntries.create",
    "monitoring.timeSeries.create",
];

/**
 * Fails at the end of the creation, like an environment whose components cannot start; the provider then deletes it.
 */
export function startEnvironment(inputs: Inputs, cloud: Cloud): void {
    const account = accountOf(inputs) as string;
    const mayWork = (permission: string) => isAllowedOn(cloud, account, permission, projectName(inputs.project));
    if (!working.every(mayWork)) {
        throw new OperationError(
            9,
            `Failed to create environment, but no error was surfaced. This can be caused by a lack of proper permissions. Check if this environment's service account ${account} has the 'roles/composer.worker' role and there is no firewall inhibiting internal communications set. In case, it is a Compute default service account it should have Editor permissions. For the required permissions information, please, refer to https://cloud.google.com/composer/docs/how-to/access-control  https://cloud.google.com/composer/docs/troubleshooting-environment-creation page contains more troubleshooting instructions`,
        );
    }
}

/** "Configure encryption with customer-managed encryption keys": service agents that need the key. */
const encrypting: Record<2 | 3, string[]> = {
    2: [
        "cloudcomposer-accounts",
        "gcp-sa-artifactregistry",
        "container-engine-robot",
        "gcp-sa-pubsub",
        "compute-system",
    ],
    3: ["cloudcomposer-accounts"],
};

/** Verifies the key of an environment. */
export function keyProblems({ project, region, config }: Inputs, { generation }: Image, cloud: Cloud): string[] {
    const key: string | undefined = config.encryptionConfig?.kmsKeyName || undefined;
    if (!key) {
        return [];
    }
    if (keyLocation(key) !== region) {
        return [`KMS key '${key}' must be in the same region as the environment: '${region}'.`];
    }
    const agents = [
        ...encrypting[generation].map((domain) => agentOf(project, domain, cloud)),
        storageAgent(cloud, project),
    ];
    return agents
        .filter((agent) => !canEncrypt(cloud, key, agent))
        .map(
            (agent) =>
                `Service account ${agent} does not have the permission to encrypt and decrypt with KMS key '${key}'.`,
        );
}
