import { AiEndpoint, type AiEndpointArgs } from "@pulumi/gcp/vertex/aiEndpoint";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../component/component";
import { encryptionGrants, idOfKey } from "../../component/encryption";
import { Environment, inEnvironment } from "../../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../../environment/existing";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import type { AccountReference } from "../../iam/serviceAccount";
import type { Capability } from "../../internal/access/capability";
import { sharedOffers } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import { inSeconds } from "../../internal/arguments/duration";
import { noted } from "../../internal/engine/creationNote";
import { DynamicProvider } from "../../internal/engine/dynamic";
import { freshName } from "../../internal/engine/freshName";
import { signalsOfEndpoint } from "../../monitoring/signals/serving";
import { Deployments, type DeploymentsArgs, Monitoring } from "../dynamic";
import { partsOf, read } from "../existing";
import { servingAccount } from "../servingAccount";
import { privateArgs } from "./access";
import { type ResolvedArgs, resolveArgs, type VertexEndpointArgs } from "./endpointArgs";
import { monitoringArgs, monitoringGrants } from "./monitoring";
import { offers } from "./offers";
import { logGrants, logsArgs } from "./requestLogs";
import { deployedModel } from "./servedModel";
import { type Addressed, accessOf, urlOf } from "./url";

const api = "aiplatform.googleapis.com";

/** An endpoint that exists already. */
export interface ExistingEndpoint extends Existing, Pick<VertexEndpoint, "name" | "url" | "predictor" | "role"> {}

/**
 * A Vertex AI endpoint that serves versions of models. A new version is deployed next to the serving version, and receives traffic when it
 * is ready. Then the old version is undeployed. If the deployment fails, the traffic does not change, and the next update continues. Only
 * consumers of `predictor` can request predictions. Protected from deletion in production.
 * @example
 * ```ts
 * const model = new VertexModel("iris", { source: "./iris", container: { framework: "scikit-learn", version: "1.6" } });
 * const iris = new VertexEndpoint("iris", {
 *     models: { latest: { model, machineType: "n1-standard-2", scaling: { min: 1, max: 3 } } },
 *     traffic: { split: { latest: 10, previous: 90 } },
 * });
 * ```
 */
export class VertexEndpoint extends pulumi.ComponentResource {
    /** The endpoint itself. */
    readonly endpoint: AiEndpoint;
    /** The deployed models and their traffic. */
    readonly deployments: Deployments;
    /** The monitoring of requests; undefined without one. */
    readonly monitoring?: Monitoring;
    /** The service account of the containers; undefined for Google's. */
    readonly account?: AccountReference;
    /** The full name, `projects/acme-dev/locations/europe-west1/endpoints/iris-1a2b3c`, once the models serve. */
    readonly name: pulumi.Output<string>;
    /** The URL of the method `predict`; empty for private endpoints. Callers send an access token. */
    readonly url: pulumi.Output<string>;
    /** The service attachment of a private endpoint, the target of forwarding rules; empty for others. */
    readonly serviceAttachment: pulumi.Output<string>;
    /** The address of a private endpoint in the `network` of its access; empty for others. */
    readonly address: pulumi.Output<string>;
    /** Grants asking the endpoint for predictions; the consumer receives its full name, as Google's client libraries take it. */
    readonly predictor: Capability;
    /** A capability of any role on the endpoint, for roles that no other one has; the consumer receives the full name. */
    readonly role: (role: string) => Capability;

    /**
     * An endpoint that exists already and is not managed by the stack, which only grants access to it, by its ID or its full name:
     * `VertexEndpoint.existing("iris-1a2b3c")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingEndpoint {
        requireKnown("VertexEndpoint", name, args);
        const { id, ...place } = partsOf(name, args);
        const find = async ({ project, location }: Place) => {
            const path = `projects/${project}/locations/${location}/endpoints/${id}`;
            const found = await read<Addressed>(path, { dedicatedEndpointEnabled: true });
            const url = urlOf(path, found.dedicatedEndpointDns, accessOf(found), location);
            return { project, location, path, url };
        };
        const found = lookUp("VertexEndpoint", id, endpointId, place, find, "project", "location", "path", "url");
        const { path, url, ...on } = found;
        const offered = sharedOffers(offers(id, { ...on, endpoint: id }, path));
        return { existing: "VertexEndpoint", name: path, url, ...offered };
    }

    constructor(name: string, args: VertexEndpointArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:VertexEndpoint", name, {}, inEnvironment(options, resolved.crossProject));
        const { protect } = environment.defaults;
        const { child, observe } = component(this, name, resolved, { apis: [api, "iam.googleapis.com"] });

        const fresh = freshName("name", resolved.name, vertexEndpointLimits.rows.endpointId.max);
        const needs = [...encryptionGrants(environment, name, resolved, api), ...logGrants(resolved, environment, api)];
        // The access and the key cannot be changed, but the provider would try to change the access.
        const replacementTrigger = JSON.stringify([resolved.name, accessKind(resolved)]);
        this.endpoint = new AiEndpoint(
            ...child("endpoint", name, endpointArgs(resolved, fresh.name, environment), {
                ...fresh.options,
                replacementTrigger,
                dependsOn: needs,
                protect,
            }),
        );
        const own = { part: "serve", does: `Runs the models of the endpoint ${resolved.name}` };
        const { account, grants } = servingAccount(name, resolved, own, child, environment, this);
        this.account = account;
        const provider = new DynamicProvider(name, { parent: this });
        this.deployments = new Deployments(
            ...noted(child, costNote(name, resolved))(
                "deployments",
                name,
                deploymentsArgs(resolved, this.endpoint.id, account),
                { provider, dependsOn: grants, protect },
            ),
        );
        this.monitoring =
            resolved.monitoring &&
            new Monitoring(
                ...child("monitoring", name, monitoringArgs(name, resolved.monitoring, resolved, this.deployments), {
                    provider,
                    dependsOn: monitoringGrants(resolved, environment, api),
                }),
            );
        // The endpoint is asked for predictions once its models serve.
        this.name = this.deployments.id;
        this.serviceAttachment = this.deployments.serviceAttachment;
        this.address = this.deployments.address;
        this.url = pulumi
            .all([this.name, this.endpoint.dedicatedEndpointDns])
            .apply(([path, dns]) => urlOf(path, dns, accessKind(resolved), resolved.region));
        const { project, location, name: endpoint } = this.endpoint;
        ({ predictor: this.predictor, role: this.role } = offers(name, { project, location, endpoint }, this.name));
        observe("Serving", signalsOfEndpoint(this.endpoint.name, this.endpoint.location), args.alerts);
        this.registerOutputs({ name: this.name, url: this.url });
    }
}

/** The arguments of the endpoint. */
function endpointArgs(resolved: ResolvedArgs, name: string, { project }: Environment): AiEndpointArgs {
    const { region, displayName, description, access, requestLogs, encryptionKey, labels } = resolved;
    return {
        name,
        project,
        location: region,
        region,
        displayName,
        description,
        labels,
        ...(access === "dedicated" && { dedicatedEndpointEnabled: true }),
        ...(typeof access === "object" && { privateServiceConnectConfig: privateArgs(access, project) }),
        ...(encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: idOfKey(encryptionKey) } }),
        ...(requestLogs && { predictRequestResponseLoggingConfig: logsArgs(requestLogs) }),
    };
}

/** The deployed models in the form of the API, and their traffic. */
function deploymentsArgs(
    { models, split, timeout }: ResolvedArgs,
    endpoint: pulumi.Input<string>,
    account: AccountReference | undefined,
): DeploymentsArgs {
    const deployed = Object.entries(models).map(([key, model]) => [key, deployedModel(model, account)]);
    return {
        endpoint,
        models: Object.fromEntries(deployed),
        split,
        ...(timeout !== undefined && { requestTimeout: inSeconds(timeout) }),
    };
}

const accessKind = ({ access }: ResolvedArgs) => (typeof access === "object" ? "private" : access);

/** The ID of an endpoint; Vertex AI generates digits. */
const endpointId = check.matching(
    /^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|[1-9][0-9]{0,18})$/,
    "must be the ID or the full name of an endpoint, such as projects/acme-ml/locations/europe-west1/endpoints/iris-1a2b3c",
);

/** What it costs to leave it running. */
function costNote(name: string, { models }: ResolvedArgs): string | undefined {
    const all = Object.entries(models).flatMap(([key, { machines }]) =>
        machines && machines.replicas.min > 0
            ? [`${machines.replicas.min} ${machines.machineType} (models.${key}.scaling.min)`]
            : [],
    );
    return all.length > 0
        ? `The endpoint "${name}" is billed for the machines that always run, also without requests: ${all.join(", ")}.`
        : undefined;
}
