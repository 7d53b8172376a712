import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { AiEndpointArgs } from "@pulumi/gcp/vertex/aiEndpoint";
import type * as pulumi from "@pulumi/pulumi";
import type { AnyDataset } from "../../bigquery/anyDataset";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import { anyCapability, type Capability } from "../../iam/capability";
import { encryptionKey } from "../../iam/encryption";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type Duration, durationWithin } from "../../internal/duration";
import { labels } from "../../internal/labels";
import { region } from "../../internal/places";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { endpointSignals } from "../../monitoring/signals/serving";
import { type ModelVersion, modelVersion } from "../version";
import { type PrivateAccess, privateAccess } from "./access";
import { fixedOr, machineChecks, type ServingMachines, type ServingScaling, scalingChecks } from "./machines";
import { type ModelMonitoring, modelMonitoring } from "./monitoring";
import type { VertexDeploymentPool } from "./pool";

/** The number of replicas of a model, which can be 0 while there are no requests. */
export interface ModelScaling extends ServingScaling {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/autoscaling minimum}, which always run and are always billed. 0 is
     * {@link https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero scaling to zero}, a feature in preview of the
     * API's version `v1beta1`. The endpoint must have only this model, so that another version replaces it with an interruption: if its
     * deployment fails, no model serves requests. The first request after a pause is answered with 429. After 30 days without requests Google undeploys
     * the model; after a refresh, the next update deploys it again.
     * @default 1; 2 in environments with high availability, as Google's service level agreement requires
     */
    min?: number;
    /**
     * With `min: 0`, the time without requests after which all replicas are removed: `"5 minutes"` to `"8 hours"`.
     * @default "1 hour"
     */
    scaleToZeroAfter?: Duration;
    /**
     * With `min: 0`, how long replicas run at least after the deployment, and each time they were added: `"5 minutes"` to `"8 hours"`.
     * @default "1 hour"
     */
    keepFor?: Duration;
    /**
     * With `min: 0`, the replicas that the first request adds.
     * @default 1
     */
    initial?: number;
}

/** What a model has on machines of its own and in a pool. */
interface Served {
    /**
     * The version of the model: a {@link ModelVersion}, or its full name with a version,
     * `projects/acme-dev/locations/europe-west1/models/iris@3`. It is in the region of the endpoint. Another version is deployed next to
     * the version that serves.
     */
    model: ModelVersion | pulumi.Input<string>;
    /**
     * Writes {@link https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging access logs} with the latency of each
     * request, which are billed by their size. Changing this deploys the model again.
     * @default false
     */
    accessLogs?: boolean;
    /**
     * Writes the output of the container to Cloud Logging, which is billed by its size.
     * @default true
     */
    containerLogs?: boolean;
}

/** A model on machines of its own. Changing the machine type or the GPUs deploys it again; `scaling` changes in place. */
export interface DedicatedModel extends Served, ServingMachines {
    /**
     * Uses {@link https://cloud.google.com/vertex-ai/docs/predictions/use-spot-vms Spot VMs}, which cost less and can be stopped at any
     * time. Changing this deploys the model again.
     * @default false
     */
    spot?: boolean;
    /**
     * The number of replicas: fixed, or its bounds and targets.
     * @default by CPU, and by GPU on machines with GPUs
     */
    scaling?: number | ModelScaling;
}

/** A model on the machines of a pool. */
export interface PooledModel extends Served {
    /**
     * The pool, whose machines the model shares with others. The models of a pool have the same prebuilt container, of TensorFlow or
     * PyTorch.
     */
    pool: VertexDeploymentPool;
}

/** A model that an endpoint serves, on machines of its own or of a pool. */
export type ServedModel = check.OneOf<DedicatedModel | PooledModel>;

/** The traffic of the models of an endpoint. */
export interface EndpointTraffic {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/deployment traffic split}: whole percentages of `latest`, of `previous`,
     * the version that served before it, and of other keys of `models`. They must sum to 100. While there is no previous version, its
     * share goes to the latest. `previous: 0` keeps the previous version deployed, and billed, so that traffic can return to it immediately;
     * without `previous` it is undeployed.
     * @default { latest: 100 }
     */
    split?: Record<string, number>;
}

/** Logs of {@link https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging requests and responses}. */
export interface RequestLogs {
    /** The dataset of the table that gets them. */
    dataset: AnyDataset;
    /**
     * The table, which Vertex AI creates.
     * @default "request_response_logging"
     */
    table?: string;
    /**
     * The percentage that is logged: 1 to 100.
     * @default 100
     */
    sampling?: number;
}

/** The arguments of a {@link VertexEndpoint}. */
export interface VertexEndpointArgs extends ComponentArgs {
    /**
     * The ID of the endpoint, before a random suffix: up to 56 lower-case letters, digits and hyphens. Changing this replaces the
     * endpoint.
     * @default the component's name
     */
    name?: string;
    /**
     * The name that the console shows: up to 128 characters.
     * @default the component's name
     */
    displayName?: pulumi.Input<string>;
    /**
     * What the endpoint is for.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region}. Changing this replaces the endpoint.
     * @default the environment's region
     */
    region?: string;
    /** The models: `latest`, whose versions the program rolls out, and possibly others, by names of their own, which also serve requests. */
    models: { latest: ServedModel; [name: string]: ServedModel };
    /**
     * The traffic of the models.
     * @default all to the latest
     */
    traffic?: EndpointTraffic;
    /**
     * Where callers, who need a role, reach the endpoint: at a public domain name of its own (`dedicated`); at the address of the API,
     * with at most 1.5 MB and 60 seconds a request (`shared`); or only from networks with Private Service Connect. Changing this replaces
     * the endpoint ({@link https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type types of endpoints}).
     * @default "dedicated"
     */
    access?: "dedicated" | "shared" | PrivateAccess;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/private-service-connect timeout} of requests to a dedicated or private
     * endpoint: up to `"1 hour"`. Without it, they end after 10 minutes.
     * @default "10 minutes"
     */
    timeout?: Duration;
    /**
     * Logs requests and responses to BigQuery. They contain what users send.
     * @default none
     */
    requestLogs?: RequestLogs;
    /**
     * Detects how requests to tabular models change over time, or differ from the data that the models were trained with.
     * @default none
     */
    monitoring?: ModelMonitoring;
    /**
     * The service account that the containers run as. A model in a pool runs as the account of the pool.
     * @default an account of its own with `uses`; else one of Google's, which can only read the model
     */
    account?: AnyServiceAccount;
    /**
     * What the containers may use: `[features.reader]`. The account gets the roles. Variables of a container belong to its model.
     * @default nothing
     */
    uses?: Capability[];
    /**
     * The ID of the {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key} that encrypts the deployed models, in the
     * region of the endpoint. Changing this replaces the endpoint.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * Labels: at most 64 ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about errors and latency to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, latency: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"errors" | "latency">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { endpoint?: Transform<AiEndpointArgs>; account?: Transform<AccountArgs> };
}

const { rows: limits } = vertexEndpointLimits;

/** The name of a model in the traffic. */
const key = check.matching(
    /^(?!previous$)[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    "must have up to 40 lower-case letters, digits and hyphens, start with a letter, and not be previous",
);

const servedModel = check.options<ServedModel>(
    {
        model: modelVersion,
        pool: check.component<VertexDeploymentPool>("VertexDeploymentPool"),
        accessLogs: check.flag(),
        containerLogs: check.flag(),
        spot: check.flag(),
        ...machineChecks,
        scaling: fixedOr(
            check.options<ModelScaling>({
                ...scalingChecks,
                min: check.whole(0, limits.replicas.max, "replicas"),
                scaleToZeroAfter: durationWithin(limits.scaleToZero),
                keepFor: durationWithin(limits.scaleToZero),
                initial: check.limit(limits.replicas),
            }),
        ),
    } as check.Checks<ServedModel>,
    "model",
);

export const vertexEndpointArgs = check.options<VertexEndpointArgs>(
    {
        name: check.matching(
            /^[a-z]([a-z0-9-]{0,54}[a-z0-9])?$/,
            "must have up to 56 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
        ),
        displayName: check.input(check.matching(/^.{1,128}$/su, `must have 1 to ${limits.displayName.max} characters`)),
        description: check.input(check.text()),
        region,
        models: check.record(key, servedModel) as check.Check<VertexEndpointArgs["models"]>,
        traffic: check.options<EndpointTraffic>({ split: check.record(check.text(), check.percentage()) }),
        access: check.either((value) => typeof value === "string", check.oneOf("dedicated", "shared"), privateAccess),
        timeout: durationWithin(limits.dedicatedRequestTime),
        requestLogs: check.options<RequestLogs>(
            {
                dataset: check.component<AnyDataset>("BigQueryDataset"),
                table: check.matching(/^\w{1,1024}$/, "must be the ID of a table: letters, digits and _"),
                sampling: check.whole(1, 100, "percent"),
            },
            "dataset",
        ),
        monitoring: modelMonitoring,
        account: serviceAccount,
        uses: check.list(anyCapability, "must be a list of capabilities") as check.Check<Capability[]>,
        encryptionKey,
        labels,
        alerts: componentAlerts(...endpointSignals),
        transform: transforms("endpoint", "account"),
        ...componentArgs,
    },
    "models",
);
