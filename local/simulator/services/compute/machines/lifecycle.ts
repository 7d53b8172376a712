import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import type { Entry } from "../../../cloud/store";
import { type Inputs, lastPart } from "../../../rules/rules";
import { hasRunner } from "../../vertex/jobRunner";
import { api, fullName } from "../names";
import { currentStatus, instanceId } from "./instanceChecks";

/** What somebody does with a machine. */
export type Action = "start" | "stop" | "reset";

/** An instance in the store. */
export type InstanceEntry = Entry & { state: Inputs };

/** What `slipway local set` and the life cycle of an instance set. */
interface Life {
    status?: string;
    /** Whether Compute Engine preempts it. */
    preempted?: boolean;
    /** How often it was reset. */
    resets?: number;
}

/** All instances, without those of groups. */
export const instancesOf = (cloud: Cloud, place = ""): InstanceEntry[] =>
    (cloud.store.list(`//${api}/${place}`, "instances") as InstanceEntry[]).filter(({ name }) =>
        /\/zones\/[^/]+\/instances\/[^/]+$/.test(name),
    );

export const lifeOf = (cloud: Cloud, name: string): Life => cloud.simulated.of(name);

/** Changes the life of an instance, if it exists. */
export function changeLife(cloud: Cloud, name: string, change: Life): void {
    const entry = cloud.store.read(name);
    if (entry) {
        cloud.simulated.set(name, entry.project, { ...lifeOf(cloud, name), ...change });
    }
}

/**
 * The status of an instance after an action; undefined if it is refused. A process that runs machines continues from `STOPPING` and
 * `STAGING`.
 * https://cloud.google.com/compute/docs/instances/instance-lifecycle
 */
export function statusAfter(action: Action, status: string, isRun: boolean): string | undefined {
    const isRunning = ["RUNNING", "PROVISIONING", "STAGING"].includes(status);
    switch (action) {
        case "stop":
            return isRunning && isRun ? "STOPPING" : status === "STOPPING" ? status : "TERMINATED";
        case "start":
            return isRunning ? status : status === "TERMINATED" ? (isRun ? "STAGING" : "RUNNING") : undefined;
        case "reset":
            return status === "RUNNING" ? status : undefined;
    }
}

/**
 * Starts, stops or resets an instance.
 *
 * @throws GoogleError if its status does not permit it
 */
export function act(cloud: Cloud, { name, id, state }: InstanceEntry, action: Action): void {
    const status = currentStatus(state, cloud);
    const next = statusAfter(action, status, hasRunner(cloud));
    if (next === undefined) {
        throw new GoogleError(400, `The resource '${id}' is not ready`, { reason: "resourceNotReady" }).recordedIn(
            "https://github.com/GoogleCloudPlatform/gke-migration-to-containers/issues/63",
        );
    }
    const { resets = 0 } = lifeOf(cloud, name);
    changeLife(cloud, name, { status: next, ...(action === "reset" && { resets: resets + 1 }) });
}

/** The schedule of an instance, which starts and stops it. */
export function scheduleOf(cloud: Cloud, { state }: InstanceEntry): Inputs | undefined {
    const [policy] = [state.resourcePolicies ?? []].flat() as string[];
    const path = policy?.replace(/^https:\/\/[^/]+\/compute\/[^/]+\//, "");
    const found = path === undefined ? undefined : cloud.store.read(fullName(path));
    return found?.state.instanceSchedulePolicy as Inputs | undefined;
}

/** The name of an instance in the terminal. */
export const titleOf = ({ state }: InstanceEntry): string => lastPart(instanceId(state));
