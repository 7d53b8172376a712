import { randomUUID } from "node:crypto";
import { parseAppEngineSchedule } from "../../../../lib/formats";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { accountName } from "../../cloud/iam";
import { deniedActAs } from "../../permissions/accounts";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { resourceNotFound, topicName } from "../pubsub/names";
import { bigQueryName, datasetPath, displayName, notFound, verifyKey } from "./names";

const api = "bigquerydatatransfer.googleapis.com";

export const transferApi: [string, string] = [api, "BigQuery Data Transfer API"];

/**
 * "TransferConfig": the format of App Engine's cron.yaml, such as `every 24 hours` or `1st monday of month 15:30`, not unix-cron.
 * https://cloud.google.com/bigquery/docs/reference/datatransfer/rest/v1/projects.locations.transferConfigs
 */
const isSchedule = (text: string) => parseAppEngineSchedule(text.toLowerCase()) !== undefined;

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, location, dataSourceId, params, schedule, encryptionConfiguration, notificationPubsubTopic } =
        inputs;
    if (dataSourceId === "scheduled_query" && !params.query) {
        throw new GoogleError(400, "Missing argument for parameter query.");
    }
    if (schedule && !isSchedule(schedule)) {
        throw new GoogleError(400, `Invalid schedule: ${schedule}.`);
    }
    verifyDataset(inputs, cloud);
    if (inputs.serviceAccountName && inputs.serviceAccountName !== old?.serviceAccountName) {
        verifyAccount(inputs, cloud);
    }
    if (notificationPubsubTopic && !cloud.store.read(topicName(notificationPubsubTopic, project))) {
        throw resourceNotFound(notificationPubsubTopic);
    }
    verifyKey(cloud, encryptionConfiguration?.kmsKeyName, project, location);
}

/** The destination must be in the transfer's location. */
function verifyDataset({ project, location, destinationDatasetId }: Inputs, cloud: Cloud): void {
    if (!destinationDatasetId) {
        return;
    }
    const path = datasetPath({ project, datasetId: destinationDatasetId });
    const found = cloud.store.read(bigQueryName(path));
    if (!found) {
        throw notFound("Dataset", path);
    }
    if (String(found.state.location).toLowerCase() !== location.toLowerCase()) {
        throw new GoogleError(404, `Not found: Dataset ${displayName(path)} was not found in location ${location}`);
    }
}

/** The transfer runs as this account, which BigQuery's service agent must be able to impersonate. */
function verifyAccount({ project, serviceAccountName: email }: Inputs, cloud: Cloud): void {
    if (!cloud.iam.hasAccount(email)) {
        throw new GoogleError(
            403,
            `Permission 'iam.serviceAccounts.actAs' denied on service account ${email} (or it may not exist).`,
        );
    }
    const agent = `service-${cloud.projects.number(project)}@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com`;
    if (!isAllowedOn(cloud, agent, "iam.serviceAccounts.getAccessToken", accountName(email))) {
        throw new GoogleError(
            400,
            `P4 service account needs iam.serviceAccounts.getAccessToken permission. Running the following command may resolve this error: gcloud projects add-iam-policy-binding ${project} --member='serviceAccount:${agent}' --role='roles/iam.serviceAccountTokenCreator'`,
        );
    }
}

const sensitive = "sensitiveParams";

/** Parameters that updates do not change, by the sources of which the provider knows it. */
const kept: Record<string, string[]> = {
    data_path: ["amazon_s3"],
    data_path_template: ["google_cloud_storage"],
    destination_table_name_template: ["amazon_s3", "google_cloud_storage"],
};

function refusedParams({ params, sensitiveParams = {} }: Inputs): string | undefined {
    const { secretAccessKey, secretAccessKeyWo, secretAccessKeyWoVersion } = sensitiveParams;
    if (params?.secret_access_key && (secretAccessKey || secretAccessKeyWo)) {
        const name = `secret_access_key${secretAccessKey ? "" : "_wo"}`;
        return `Sensitive param [${name}] cannot be set in both \`params\` and the \`sensitive_params\` block.`;
    }
    return secretAccessKeyWo && secretAccessKeyWoVersion === undefined
        ? "Sensitive param [secret_access_key_wo] must be set with secret_access_key_wo_version"
        : undefined;
}

const transfers = "bigquerydatatransfer.projects.locations.transferConfigs";

/** A data transfer, such as a scheduled query. */
export const dataTransferConfig: TypeRules = {
    noun: "Config",
    generatedNoun: "BigqueryDataTransferConfig",
    api,
    // https://cloud.google.com/bigquery/docs/use-service-accounts#required_permissions
    actsAs: { accounts: ({ serviceAccountName }) => [serviceAccountName], refusal: deniedActAs },
    id: ({ name }) => name,
    name: ({ name, project, location }) =>
        `//${api}/projects/${project}/locations/${location}/transferConfigs/${String(name).split("/").at(-1)}`,
    plan: {
        sensitiveParamCustomizeDiff: { refuse: refusedParams },
        // The source bucket and the destination are not part of updates.
        paramsCustomizeDiff: {
            replaceWhen: Object.fromEntries(
                Object.entries(kept).map(([param, sources]) => [
                    `params.${param}`,
                    (desired: unknown, found: unknown, { dataSourceId }: Inputs) =>
                        sources.includes(dataSourceId) && desired !== undefined && found !== undefined,
                ]),
            ),
        },
    },
    normalize: { [`${sensitive}.secretAccessKeyWo`]: () => "" },
    contentProperties: [sensitive],
    content: (inputs) => Buffer.from(JSON.stringify(withoutWritten(inputs)[sensitive] ?? {})),
    verify,
    state: (inputs, { cloud }, old) => ({
        ...withoutWritten(inputs),
        name:
            old?.name ??
            `projects/${cloud.projects.number(inputs.project)}/locations/${inputs.location.toLowerCase()}/transferConfigs/${randomUUID()}`,
    }),
    read: (state, { cloud }) => {
        const name = dataTransferConfig.name?.(state) as string;
        const entry = cloud.store.read(name);
        const params = entry?.content && JSON.parse(cloud.store.content(entry.content).toString());
        return entry && { ...entry.state, ...(Object.keys(params ?? {}).length > 0 && { [sensitive]: params }) };
    },
    calls: {
        create: [`${transfers}.create`, `${transfers}.get`],
        read: [`${transfers}.get`],
        update: [`${transfers}.patch`, `${transfers}.get`],
        delete: [`${transfers}.delete`],
    },
};

/** Write-only values are not stored in the state. */
function withoutWritten({ sensitiveParams }: Inputs): Inputs {
    return sensitiveParams?.secretAccessKeyWo === undefined
        ? { ...(sensitiveParams && { sensitiveParams }) }
        : { sensitiveParams: { ...sensitiveParams, secretAccessKeyWo: "" } };
}
