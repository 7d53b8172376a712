import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi } from "../../internal/adminApi/adminApi";
import { createOnce } from "../../internal/adminApi/awaitedJob";
import { canonicalJson } from "../../internal/arguments/json";
import { hashOf } from "../../internal/arguments/names";
import { findPrevious, type Shares, sharesOf } from "../../internal/arguments/traffic";
import type { DeployedModelInputs, DeploymentsInputs, DeploymentsOutputs, DeploymentsState, Settings } from "./inputs";
import { locationOf, type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints#DeployedModel deployed model}. */
interface DeployedModel extends Partial<DeployedModelInputs> {
    id: string;
    displayName?: string;
    /** Only in v1beta1. */
    enableContainerLogging?: boolean;
    privateEndpoints?: { serviceAttachment?: string };
}

/** An {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints endpoint} in the API. */
interface Endpoint {
    deployedModels?: DeployedModel[];
    trafficSplit?: Shares;
    clientConnectionConfig?: { inferenceTimeout?: string };
    privateServiceConnectConfig?: { pscAutomationConfigs?: { ipAddress?: string }[] };
}

/** https://cloud.google.com/vertex-ai/docs/predictions/private-service-connect */
const defaultRequestTimeout = "600s";

/** Large images and models are loaded for more than an hour: the longest timeout of a container's deployment is two hours. */
const deployTimeout = 2 * 3_600_000;

/**
 * The provider of the deployed models of an endpoint. A changed model is deployed next to the serving version, and receives traffic when it
 * is ready. Then the old version is undeployed. A failed deployment does not change the traffic, and the next update continues.
 */
export function deploymentsProvider(
    apis: VertexApis = vertexApis,
): dynamic.ResourceProvider<DeploymentsInputs, DeploymentsOutputs> {
    const rollOut = async (inputs: DeploymentsInputs, before?: DeploymentsOutputs): Promise<DeploymentsOutputs> => {
        const { models, split } = inputs;
        const calls = new EndpointCalls(inputs, apis);
        let found = await calls.idle();
        const wantedIds = Object.fromEntries(
            Object.entries(models).map(([key, model]) => [key, deployedIdOf(key, model)]),
        );
        const latest = wantedIds.latest as string;
        const previous = previousOf(latest, wantedIds, found, before);
        const shares = named(sharesOf(split, "latest", previous === "" ? undefined : "previous"), {
            ...wantedIds,
            previous,
        });
        const wanted: DeploymentsState = {
            shares,
            settings: Object.fromEntries(
                Object.entries(models).map(([key, model]) => [wantedIds[key], settingsOf(model)]),
            ),
            ...(inputs.requestTimeout !== undefined && { requestTimeout: inputs.requestTimeout }),
        };
        const done = (there: Endpoint): DeploymentsOutputs => ({
            ...inputs,
            latest,
            previous,
            ...connectionOf(there),
            wanted,
            current: calls.stateOf(there, Object.values(wantedIds)),
        });
        const keeps = new Set([...Object.values(wantedIds), ...(split.previous === undefined ? [] : [previous])]);
        try {
            found = await calls.setRequestTimeout(found, before);
            const superfluous = ({ deployedModels = [] }: Endpoint) =>
                deployedModels.filter((one) => isOwn(one) && !keeps.has(one.id));
            if (Object.values(models).some(scalesToZero)) {
                // Such an endpoint has one model: https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero
                await calls.undeploy(superfluous(found));
            }
            for (const [key, model] of Object.entries(models)) {
                found = await calls.deploy(wantedIds[key] as string, key, model);
            }
            await calls.mutate(found, models, wantedIds);
            found = await calls.setTraffic(found, shares);
            await calls.undeploy(superfluous(found));
        } catch (error) {
            throw await interrupted(error as Error, inputs, calls, done, before);
        }
        return done(await calls.get());
    };
    return {
        async diff(_id, olds, news) {
            const isSame = (one: unknown, other: unknown) => canonicalJson(one) === canonicalJson(other);
            return {
                changes:
                    !isSame(olds.wanted, olds.current) ||
                    (["endpoint", "models", "split", "requestTimeout"] as const).some(
                        (key) => !isSame(olds[key], news[key]),
                    ),
                replaces: olds.endpoint === news.endpoint ? [] : ["endpoint"],
            };
        },
        async create(inputs) {
            return { id: inputs.endpoint, outs: await rollOut(inputs) };
        },
        async update(_id, olds, news) {
            return { outs: await rollOut(news, olds) };
        },
        async read(id, props = {} as DeploymentsOutputs) {
            const calls = new EndpointCalls({ ...props, endpoint: id }, apis);
            const found = await calls.find();
            if (found === undefined) {
                // An empty id means that the resource was deleted.
                return { id: "" };
            }
            const current = calls.stateOf(found, Object.keys(props.wanted?.settings ?? {}));
            return { id, props: { ...props, current, ...connectionOf(found) } };
        },
        async delete(id, props) {
            const calls = new EndpointCalls({ ...props, endpoint: id }, apis);
            if (await calls.find()) {
                const found = await calls.setTraffic(await calls.idle(), {});
                await calls.undeploy(found.deployedModels ?? []);
            }
        },
    };
}

/** The calls that change the models of one endpoint. */
class EndpointCalls {
    private readonly endpoint: string;
    private readonly api: AdminApi;
    /** Scaling to zero is in preview: only this version has its fields. */
    private readonly isBeta: boolean;
    private readonly requestTimeout?: string;

    constructor({ endpoint, models = {}, requestTimeout }: DeploymentsInputs, apis: VertexApis) {
        this.endpoint = endpoint;
        this.requestTimeout = requestTimeout;
        this.isBeta = Object.values(models).some(scalesToZero);
        this.api = apis(locationOf(endpoint), this.isBeta ? "v1beta1" : "v1");
    }

    get(): Promise<Endpoint> {
        return this.api.get(this.endpoint);
    }

    find(): Promise<Endpoint | undefined> {
        return this.api.find(this.endpoint);
    }

    /** The endpoint, once operations of an interrupted update are done. Whether they succeeded shows in the endpoint. */
    async idle(): Promise<Endpoint> {
        const operations = await this.api.list<{ name: string; done?: boolean }>(
            `${this.endpoint}/operations`,
            "operations",
        );
        for (const { name } of operations.filter(({ done }) => !done)) {
            await this.api.wait(name, deployTimeout).catch(() => undefined);
        }
        return this.get();
    }

    /** Deploys a model that is not deployed yet, without traffic; done when it serves. */
    async deploy(
        id: string,
        key: string,
        { disableContainerLogging, ...model }: DeployedModelInputs,
    ): Promise<Endpoint> {
        const logging = this.loggingOf(disableContainerLogging);
        const deployedModel = { id, displayName: displayNameOf(id, key), ...model, ...logging };
        return createOnce(
            async () => {
                const found = await this.idle();
                return found.deployedModels?.some((deployed) => deployed.id === id) ? found : undefined;
            },
            async () => {
                const options = { body: { deployedModel }, retry: false, timeout: deployTimeout };
                await this.api.change("POST", `${this.endpoint}:deployModel`, options);
                return this.get();
            },
        );
    }

    /** Changes what does not need another deployment. */
    async mutate(
        found: Endpoint,
        models: Record<string, DeployedModelInputs>,
        ids: Record<string, string>,
    ): Promise<void> {
        const { settings } = this.stateOf(found, Object.values(ids));
        for (const [key, model] of Object.entries(models)) {
            const id = ids[key] as string;
            const paths = changedPaths(settings[id] ?? {}, settingsOf(model));
            if (paths.length > 0) {
                const { machineSpec: _, spot: __, ...dedicatedResources } = model.dedicatedResources ?? {};
                const logging = this.loggingOf(model.disableContainerLogging);
                const deployedModel = {
                    id,
                    ...(model.dedicatedResources && { dedicatedResources }),
                    ...logging,
                };
                const [field = ""] = Object.keys(logging);
                const updateMask = paths.map((path) => (path === "disableContainerLogging" ? field : path)).join(",");
                const options = { body: { deployedModel, updateMask }, timeout: deployTimeout };
                await this.api.change("POST", `${this.endpoint}:mutateDeployedModel`, options);
            }
        }
    }

    /** What can be changed, as it is, of deployed models with these IDs. */
    stateOf(
        { trafficSplit = {}, deployedModels = [], clientConnectionConfig = {} }: Endpoint,
        ids: string[],
    ): DeploymentsState {
        const known = deployedModels.filter(({ id }) => ids.includes(id));
        const settings = known.map(({ id, enableContainerLogging, ...deployed }) => {
            return [
                id,
                settingsOf(this.isBeta ? { ...deployed, disableContainerLogging: !enableContainerLogging } : deployed),
            ];
        });
        return {
            shares: trafficSplit,
            settings: Object.fromEntries(settings),
            ...(this.requestTimeout !== undefined && {
                requestTimeout: clientConnectionConfig.inferenceTimeout ?? defaultRequestTimeout,
            }),
        };
    }

    /** The versions have opposite fields: https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging */
    private loggingOf(disableContainerLogging: boolean): object {
        return this.isBeta ? { enableContainerLogging: !disableContainerLogging } : { disableContainerLogging };
    }

    /** Sets the timeout of requests, or Google's again, which only this method can: the one of the endpoint's other fields ignores it. */
    async setRequestTimeout(found: Endpoint, before: DeploymentsInputs | undefined): Promise<Endpoint> {
        const { inferenceTimeout = defaultRequestTimeout } = found.clientConnectionConfig ?? {};
        const isManaged = (this.requestTimeout ?? before?.requestTimeout) !== undefined;
        const wanted = this.requestTimeout ?? defaultRequestTimeout;
        if (!isManaged || inferenceTimeout === wanted) {
            return found;
        }
        const endpoint = { name: this.endpoint, clientConnectionConfig: { inferenceTimeout: wanted } };
        await this.api.change("POST", `${this.endpoint}:update`, { body: { endpoint } });
        return this.get();
    }

    async setTraffic(found: Endpoint, trafficSplit: Shares): Promise<Endpoint> {
        if (canonicalJson(found.trafficSplit ?? {}) !== canonicalJson(trafficSplit)) {
            const query = { updateMask: "trafficSplit" };
            return this.api.patch<Endpoint>(this.endpoint, { query, body: { trafficSplit } });
        }
        return found;
    }

    async undeploy(superfluous: DeployedModel[]): Promise<void> {
        for (const { id } of superfluous) {
            // With a traffic split in the request, the API would look for a model "0".
            const options = { body: { deployedModelId: id }, timeout: deployTimeout };
            await this.api.change("POST", `${this.endpoint}:undeployModel`, options);
        }
    }
}

/**
 * The error of an interrupted update, with the state that it reached: the resource exists, so that the next update continues, and
 * destroying undeploys what was deployed.
 */
async function interrupted(
    error: Error,
    inputs: DeploymentsInputs,
    calls: EndpointCalls,
    done: (there: Endpoint) => DeploymentsOutputs,
    before: DeploymentsOutputs | undefined,
): Promise<Error> {
    const there = await calls.find().catch(() => undefined);
    if (there === undefined) {
        return error;
    }
    const serving = Object.entries(there.trafficSplit ?? {}).map(([id, share]) => `${nameIn(there, id)} (${share} %)`);
    const traffic = serving.length > 0 ? `Traffic goes to ${serving.join(", ")}.` : "No model has traffic.";
    const { latest, previous } = before ?? { latest: "", previous: "" };
    const properties = { ...done(there), latest, previous };
    const message = `${error.message} ${traffic} The next update continues.`;
    return Object.assign(new Error(message), { id: inputs.endpoint, properties, reasons: [message] });
}

const nameIn = ({ deployedModels = [] }: Endpoint, id: string) =>
    deployedModels.find((deployed) => deployed.id === id)?.displayName ?? id;

/**
 * The ID of a deployed model: a hash of what cannot be changed later, as up to ten digits. So a model is deployed once, also if the
 * answer of the call was lost.
 */
export function deployedIdOf(key: string, model: DeployedModelInputs): string {
    const { machineSpec, spot } = model.dedicatedResources ?? {};
    const { sharedResources, serviceAccount, enableAccessLogging } = model;
    const content = { machineSpec, spot, sharedResources, serviceAccount, enableAccessLogging };
    const zero = scalesToZero(model);
    const hash = hashOf(canonicalJson({ key, model: model.model, zero, ...content }), 8);
    return String(Number.parseInt(hash, 16) || 1);
}

const displayNameOf = (id: string, key: string) => `${key}-${Number(id).toString(16).padStart(8, "0")}`;

/** Whether the program deployed a model. Others belong to other programs, and are only undeployed with the endpoint. */
function isOwn({ id, displayName = "" }: DeployedModel): boolean {
    return displayNameOf(id, displayName.replace(/-[0-9a-f]{8}$/, "")) === displayName;
}

const scalesToZero = ({ dedicatedResources }: DeployedModelInputs) => dedicatedResources?.minReplicaCount === 0;

/** The deployed model that served before `latest`; empty without a deployed one. */
function previousOf(
    latest: string,
    wanted: Record<string, string>,
    { trafficSplit = {}, deployedModels = [] }: Endpoint,
    before: DeploymentsOutputs | undefined,
): string {
    const others = Object.entries(wanted).flatMap(([key, id]) => (key === "latest" ? [] : [id]));
    const now = Object.fromEntries(Object.entries(trafficSplit).filter(([id]) => !others.includes(id)));
    const remembered = before?.latest === latest ? before.previous : before?.latest;
    const found = findPrevious(latest, now, remembered);
    return deployedModels.some(({ id }) => id === found) ? (found as string) : "";
}

/** Shares by the IDs of deployed models, without shares of 0. */
function named(shares: Shares, ids: Record<string, string>): Shares {
    const serving = Object.entries(shares).filter(([, share]) => share > 0);
    return Object.fromEntries(serving.map(([key, share]) => [ids[key] as string, share]));
}

/** What can be changed of a deployed model: not the number of replicas at the moment, which autoscaling sets. */
function settingsOf({ dedicatedResources, disableContainerLogging = false }: Partial<DeployedModelInputs>): Settings {
    if (dedicatedResources === undefined) {
        return { disableContainerLogging };
    }
    const { minReplicaCount = 0, maxReplicaCount = minReplicaCount, autoscalingMetricSpecs = [] } = dedicatedResources;
    const { initialReplicaCount, scaleToZeroSpec } = dedicatedResources;
    return {
        disableContainerLogging,
        minReplicaCount,
        maxReplicaCount,
        autoscalingMetricSpecs: autoscalingMetricSpecs
            .map(({ metricName, target }) => ({ metricName, target }))
            .sort((one, other) => (one.metricName < other.metricName ? -1 : 1)),
        ...(initialReplicaCount !== undefined && { initialReplicaCount }),
        ...(scaleToZeroSpec && { scaleToZeroSpec }),
    };
}

/** The paths of changed settings, for the update mask. */
function changedPaths(now: Partial<Settings>, wanted: Settings): string[] {
    const changed = Object.entries(wanted).filter(
        ([key, value]) => canonicalJson(now[key as keyof Settings]) !== canonicalJson(value),
    );
    return changed.map(([key]) => (key === "disableContainerLogging" ? key : `dedicatedResources.${key}`));
}

/** How consumers connect to a private endpoint. */
const connectionOf = ({ deployedModels = [], privateServiceConnectConfig: psc = {} }: Endpoint) => ({
    serviceAttachment:
        deployedModels.map(({ privateEndpoints }) => privateEndpoints?.serviceAttachment).find(Boolean) ?? "",
    address: psc.pscAutomationConfigs?.map(({ ipAddress }) => ipAddress).find(Boolean) ?? "",
});
