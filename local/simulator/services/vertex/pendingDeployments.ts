import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { changeEndpoint, type Deployed, findEndpoint } from "./endpoints";
import { hasRunner } from "./jobRunner";

/** A model that is deployed once its containers are healthy. */
export interface PendingDeployment {
    /** The path of the endpoint. */
    endpoint: string;
    deployed: Deployed;
    /** As in the request, in which the model is `0`. */
    trafficSplit: Record<string, number>;
}

/** An operation that deploys a model. */
type PendingOperation = Entry & { state: Inputs & { pending: PendingDeployment } };

const isPending = (entry: Entry): entry is PendingOperation => entry.state.pending !== undefined;

/** The deployments that wait for containers. */
export const pendingDeployments = (cloud: Cloud): PendingOperation[] =>
    cloud.store.list("//aiplatform.googleapis.com/", "operations").filter(isPending);

/** A model that is deployed or waits for its containers. */
export function findDeployed(cloud: Cloud, endpoint: string, id: string): Deployed | undefined {
    const { deployedModels = [] } = findEndpoint(cloud, endpoint)?.state ?? {};
    const waiting = pendingDeployments(cloud).flatMap(({ state: { pending } }) =>
        pending.endpoint === endpoint ? [pending.deployed] : [],
    );
    return [...deployedModels, ...waiting].find((each) => each.id === id);
}

/** Adds a model to its endpoint. */
export function applyDeployment(cloud: Cloud, { endpoint, deployed, trafficSplit }: PendingDeployment): void {
    const { deployedModels = [] } = findEndpoint(cloud, endpoint)?.state ?? {};
    // "To refer to the ID of the just being deployed Model, a "0" should be used".
    const { 0: share, ...others } = trafficSplit;
    const split = { ...others, ...(share !== undefined && { [deployed.id]: share }) };
    changeEndpoint(cloud, endpoint, {
        deployedModels: [...deployedModels, deployed],
        ...(Object.keys(trafficSplit).length > 0 && { trafficSplit: JSON.stringify(split) }),
    });
}

/** Ends the operation that deploys a model, if it is pending: with its effect, or with an error. */
export function endDeployment(cloud: Cloud, endpoint: string, id: string, failure?: string): void {
    for (const entry of pendingDeployments(cloud)) {
        const { pending, ...state } = entry.state;
        if (pending.endpoint === endpoint && pending.deployed.id === id) {
            if (failure === undefined) {
                applyDeployment(cloud, pending);
            }
            const outcome = failure === undefined ? state.outcome : { error: { code: 9, message: failure } };
            cloud.store.write({ ...entry, state: { ...state, outcome } });
        }
    }
}

/** Without a process that runs containers, deployments take effect at once, also those of a process that was killed. */
export function endAbandonedDeployments(cloud: Cloud): void {
    const pending = pendingDeployments(cloud);
    if (pending.length > 0 && !hasRunner(cloud)) {
        for (const { state } of pending) {
            endDeployment(cloud, state.pending.endpoint, state.pending.deployed.id);
        }
    }
}
