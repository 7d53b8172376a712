import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { AiEndpointArgs } from "@pulumi/gcp/vertex/aiEndpoint";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import { type Capability, capabilities, type Uses } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin } from "../../internal/arguments/duration";
import { labels } from "../../internal/arguments/labels";
import { region } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { type Transform, transforms } from "../../internal/engine/children";
import { suffixLength } from "../../internal/engine/freshName";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { endpointSignals } from "../../monitoring/signals/serving";
import type { ModelVersion } from "../version";
import { type PrivateAccess, privateAccess } from "./access";
import { type ModelMonitoring, modelMonitoring, monitoringProblems } from "./monitoring";
import { type RequestLogs, requestLogs } from "./requestLogs";
import { zeroProblems } from "./scaling";
import { modelProblems, type ResolvedModel, resolveModels, type ServedModel, servedModels } from "./servedModel";
import { type EndpointTraffic, endpointTraffic, resolveSplit, trafficProblems } from "./traffic";

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
     * The description of the endpoint.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region}. Changing this replaces the endpoint.
     * @default the environment's region
     */
    region?: string;
    /** The models: `latest`, whose versions the program rolls out, and possibly others, by names of their own, which also serve requests. */
    models: check.Short<
        {
            /** The model whose versions the program rolls out. */
            latest: check.Short<ServedModel, ModelVersion>;
            [name: string]: check.Short<ServedModel, ModelVersion>;
        },
        ModelVersion
    >;
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
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * What the containers may use: `[features.reader]`. The account gets the roles. Variables of a container belong to its model.
     * @default nothing
     */
    uses?: check.Short<Capability[], Uses>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the deployed
     * models, in the region of the endpoint. Changing this replaces the endpoint.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
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
const maxName = limits.endpointId.max - suffixLength;

const vertexEndpointArgs = check.options<VertexEndpointArgs>(
    {
        name: check.matching(
            new RegExp(`^[a-z]([a-z0-9-]{0,${maxName - 2}}[a-z0-9])?$`),
            `must have up to ${maxName} lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
        ),
        displayName: check.input(
            check.matching(
                new RegExp(`^.{1,${limits.displayName.max}}$`, "su"),
                `must have 1 to ${limits.displayName.max} characters`,
            ),
        ),
        description: check.input(check.text()),
        region,
        models: servedModels as check.Check<VertexEndpointArgs["models"]>,
        traffic: endpointTraffic,
        access: check.either((value) => typeof value === "string", check.oneOf("dedicated", "shared"), privateAccess),
        timeout: durationWithin(limits.dedicatedRequestTime),
        requestLogs,
        monitoring: modelMonitoring,
        account: serviceAccount,
        uses: capabilities as check.Check<check.Short<Capability[], Uses>>,
        encryptionKey,
        labels,
        alerts: componentAlerts(...endpointSignals),
        transform: transforms("endpoint", "account"),
        ...componentArgs,
    },
    "models",
);

type CheckedArgs = check.Long<VertexEndpointArgs>;

type Defaulted = "name" | "region" | "displayName" | "uses";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<CheckedArgs, Defaulted | "models" | "traffic" | "access">,
        Required<Pick<CheckedArgs, Defaulted>> {
    models: Record<string, ResolvedModel>;
    split: Record<string, number>;
    access: "dedicated" | "shared" | PrivateAccess;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: VertexEndpointArgs, environment: Environment): ResolvedArgs {
    const withDefaults = check.withDefaults(args, {
        name: shortenName(component, maxName),
        region: environment.region,
        displayName: component,
        uses: [],
        access: "dedicated" as const,
    });
    return check.resolved(
        `VertexEndpoint "${component}"`,
        withDefaults,
        vertexEndpointArgs,
        ({ traffic, ...checked }): ResolvedArgs => ({
            ...checked,
            models: resolveModels(checked.models, environment),
            split: resolveSplit(traffic),
        }),
        problems,
    );
}

function problems(resolved: ResolvedArgs) {
    const { region, models, split, access, timeout, account, uses } = resolved;
    return [
        check.when(
            !models.latest,
            "models",
            "vertex/latest-missing",
            `must have the key latest (got ${Object.keys(models).join(", ") || "none"}).`,
        ),
        keyRegionProblem("encryptionKey", resolved.encryptionKey, region, "the endpoint"),
        ...trafficProblems(split, models),
        ...Object.entries(models).flatMap(([key, model]) => modelProblems(`models.${key}.`, model, region)),
        ...Object.entries(models).flatMap(([key, model]) => zeroProblems(`models.${key}.`, model, resolved)),
        check.when(
            timeout !== undefined && access === "shared",
            "timeout",
            "vertex/timeout-of-shared",
            `is ${limits.requestTime.max} for shared endpoints (got "${timeout}"). Remove it, or set another access.`,
        ),
        ...monitoringProblems(resolved),
        check.when(
            uses.length > 0 && !account && Object.values(models).every(({ pool }) => pool),
            "uses",
            "vertex/uses-in-pool",
            "needs a model outside of a pool, whose machines do not run as the endpoint's account.",
        ),
    ];
}
