import { GoogleError } from "../cloud/errors";
import { type Context, type Inputs, lastPart } from "../rules/rules";

/** The service accounts that a resource runs as or calls as, and the API's error if the caller may not act as one. */
interface Attached {
    accounts(inputs: Inputs, context: Context): (string | undefined)[];
    refusal(account: string, inputs: Inputs): Error;
}

const standard = (context: Context, { project }: Inputs) => context.cloud.projects.defaultAccount(project);

/** https://github.com/dora-team/fourkeys/issues/459 */
const denied = (account: string) =>
    new GoogleError(
        403,
        `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
    );

/** https://cloud.google.com/run/docs/deploying#permissions_required_to_deploy */
const onRun = (template: (inputs: Inputs) => Inputs | undefined): Attached => ({
    accounts: (inputs, context) => [template(inputs)?.serviceAccount ?? standard(context, inputs)],
    refusal: denied,
});

/** https://cloud.google.com/scheduler/docs/http-target-auth */
const lacks = (account: string) =>
    new GoogleError(
        403,
        `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${account}" (or the resource may not exist).`,
    );

/** https://stackoverflow.com/questions/64236468 */
const version: Attached = {
    accounts: ({ serviceAccount, project }) => [serviceAccount ?? `${project}@appspot.gserviceaccount.com`],
    refusal: (account) =>
        new GoogleError(403, `You do not have permission to act as '${account}'`, {
            details: [
                {
                    "@type": "type.googleapis.com/google.rpc.ResourceInfo",
                    description: "You do not have permission to act as this service account.",
                    resourceName: account,
                    resourceType: "serviceAccount",
                },
            ],
        }),
};

/** https://github.com/rancher/rancher/issues/10553 */
const nodes = (configs: (inputs: Inputs) => (Inputs | undefined)[]): Attached => ({
    accounts: (inputs, context) =>
        configs(inputs).map((config) => {
            const account = config?.serviceAccount ?? "default";
            return account === "default" ? standard(context, inputs) : account;
        }),
    refusal: (account) =>
        new GoogleError(400, `The user does not have access to service account "${account}".`, {
            reason: "badRequest",
        }),
});

/**
 * The types to which service accounts are attached, for which the caller needs `iam.serviceAccounts.actAs`.
 * https://cloud.google.com/iam/docs/attach-service-accounts
 */
const attached: Record<string, Attached> = {
    // https://cloud.google.com/appengine/docs/standard/roles
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": version,
    "gcp:appengine/standardAppVersion:StandardAppVersion": version,
    // https://cloud.google.com/bigquery/docs/use-service-accounts#required_permissions
    "gcp:bigquery/dataTransferConfig:DataTransferConfig": {
        accounts: ({ serviceAccountName }) => [serviceAccountName],
        refusal: (account) =>
            new GoogleError(
                403,
                `Permission 'iam.serviceAccounts.actAs' denied on service account ${account} (or it may not exist).`,
            ),
    },
    // https://cloud.google.com/functions/docs/reference/iam/roles#additional-configuration,
    // https://github.com/privacysandbox/aggregation-service/issues/47
    "gcp:cloudfunctionsv2/function:Function": {
        accounts: (inputs, context) => [
            inputs.serviceConfig?.serviceAccountEmail ?? standard(context, inputs),
            lastPart(inputs.buildConfig?.serviceAccount ?? standard(context, inputs)),
            ...(inputs.eventTrigger ? [inputs.eventTrigger.serviceAccountEmail ?? standard(context, inputs)] : []),
        ],
        refusal: (account, { name }) =>
            new GoogleError(
                403,
                `Could not create Cloud Run service ${name}. Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
            ),
    },
    "gcp:cloudrunv2/job:Job": onRun(({ template }) => template?.template),
    "gcp:cloudrunv2/service:Service": onRun(({ template }) => template),
    "gcp:cloudrunv2/workerPool:WorkerPool": onRun(({ template }) => template),
    "gcp:cloudscheduler/job:Job": {
        accounts: ({ httpTarget }) => [(httpTarget?.oidcToken ?? httpTarget?.oauthToken)?.serviceAccountEmail],
        refusal: lacks,
    },
    // https://cloud.google.com/composer/docs/composer-3/access-control#composer-manage-environments
    "gcp:composer/environment:Environment": {
        accounts: ({ config }) => [config?.nodeConfig?.serviceAccount && lastPart(config.nodeConfig.serviceAccount)],
        refusal: (account) =>
            new GoogleError(
                403,
                `User not authorized to act as service account '${account}'. The user must be granted iam.serviceAccounts.actAs permission, included in Owner, Editor, Service Account User role. See https://cloud.google.com/iam/docs/understanding-service-accounts for additional details.`,
                { reason: "forbidden" },
            ),
    },
    // https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceTemplates/insert
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": {
        accounts: ({ serviceAccount }) => [serviceAccount?.email],
        refusal: (account) =>
            new GoogleError(
                400,
                `The user does not have access to service account '${account}'.  User: ''.  Ask a project owner to grant you the iam.serviceAccountUser role on the service account`,
                { reason: "serviceAccountAccessDenied" },
            ),
    },
    // https://cloud.google.com/kubernetes-engine/docs/how-to/iam#service_account_user
    "gcp:container/cluster:Cluster": nodes(({ nodeConfig, clusterAutoscaling, enableAutopilot }) => [
        clusterAutoscaling?.autoProvisioningDefaults ?? (enableAutopilot ? {} : nodeConfig),
    ]),
    "gcp:container/nodePool:NodePool": nodes(({ nodeConfig }) => [nodeConfig]),
    // https://cloud.google.com/eventarc/docs/access-control
    "gcp:eventarc/trigger:Trigger": {
        accounts: ({ serviceAccount }) => [serviceAccount && lastPart(serviceAccount)],
        refusal: (account) =>
            new GoogleError(
                403,
                `Permission 'iam.serviceAccounts.actAs' denied on service account ${account} (or it may not exist).`,
            ),
    },
    // https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#configure_for_push_authentication
    "gcp:pubsub/subscription:Subscription": {
        accounts: ({ pushConfig, cloudStorageConfig, bigqueryConfig }) => [
            pushConfig?.oidcToken?.serviceAccountEmail,
            cloudStorageConfig?.serviceAccountEmail,
            bigqueryConfig?.serviceAccountEmail,
        ],
        refusal: () => new GoogleError(403, "User not authorized to perform this action."),
    },
    // https://cloud.google.com/workflows/docs/authentication#deploy-sa
    "gcp:workflows/workflow:Workflow": {
        accounts: (inputs, context) => [
            inputs.serviceAccount ? lastPart(inputs.serviceAccount) : standard(context, inputs),
        ],
        refusal: denied,
    },
};

/** The service accounts that a resource is given, each once, with the error if the caller may not act as it. */
export function attachedAccounts(
    token: string,
    inputs: Inputs,
    context: Context,
): { account: string; refusal(): Error }[] {
    const of = attached[token];
    const accounts = of?.accounts(inputs, context).filter((account) => account !== undefined) ?? [];
    return [...new Set(accounts)].map((account) => ({
        account,
        refusal: () => of?.refusal(account, inputs) as Error,
    }));
}
