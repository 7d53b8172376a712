import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, digits, type Entry, type Inputs } from "../../../simulator";
import { currentStatus } from "../../../simulator/services/compute/machines/instanceChecks";
import { fullName, notFound, selfLink } from "../../../simulator/services/compute/names";
import type { Call, Method } from "../../emulator/methods/call";

/** What operations store: what has begun, and who began it. */
interface Begun {
    target: string;
    targetId: string;
    type: string;
    user: string;
    insertTime: string;
}

type OperationEntry = Entry & { state: Begun & Inputs };

/** "The wait method waits for up to 2 minutes": https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations/wait */
const longestWait = 120_000;
const lookInterval = 200;

/** How long operations are kept, in milliseconds: "14 days" https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses */
const retention = 14 * 86_400_000;

/** An operation of an instance, which is done when the instance has the status that it shall have. */
export function beginOperation(
    cloud: Cloud,
    { id, project, state }: Entry & { state: Inputs },
    type: string,
    user: string | undefined,
): object {
    const folder = `projects/${project}/zones/${state.zone}/operations`;
    for (const { name, state: old } of cloud.store.list(fullName(folder)) as OperationEntry[]) {
        if (Date.now() - Date.parse(old.insertTime) > retention) {
            cloud.store.remove(name);
        }
    }
    const path = `${folder}/operation-${Date.now()}-${randomUUID()}`;
    const begun: Begun = {
        target: id,
        targetId: String(state.instanceId),
        type,
        user: user ?? "user@example.com",
        insertTime: new Date().toISOString(),
    };
    const entry = { name: fullName(path), project, id: path, state: { ...begun } };
    cloud.store.write(entry);
    return shown(cloud, entry as OperationEntry);
}

function isDone(cloud: Cloud, { target, type }: Begun): boolean {
    const instance = cloud.store.read(fullName(target));
    const status = instance && currentStatus(instance.state as Inputs, cloud);
    return (type === "stop" ? status !== "STOPPING" : true) && (type === "start" ? status !== "STAGING" : true);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations */
function shown(cloud: Cloud, { id, state }: OperationEntry): object {
    const done = isDone(cloud, state);
    const [, project, , zone, , name] = id.split("/");
    return {
        kind: "compute#operation",
        id: digits(id, 19),
        name,
        zone: selfLink(`projects/${project}/zones/${zone}`),
        operationType: state.type,
        targetLink: selfLink(state.target),
        targetId: state.targetId,
        status: done ? "DONE" : "RUNNING",
        user: state.user,
        progress: done ? 100 : 0,
        insertTime: state.insertTime,
        startTime: state.insertTime,
        ...(done && { endTime: new Date().toISOString() }),
        selfLink: selfLink(id),
    };
}

function operationOf({ cloud, names }: Call): OperationEntry {
    const path = `projects/${names.project}/zones/${names.zone}/operations/${names.operation}`;
    const found = cloud.store.read(fullName(path)) as OperationEntry | undefined;
    if (!found) {
        throw notFound(path);
    }
    return found;
}

async function wait(call: Call): Promise<object> {
    const found = operationOf(call);
    const deadline = Date.now() + longestWait;
    while (!isDone(call.cloud, found.state) && Date.now() < deadline) {
        await sleep(lookInterval, undefined, { ref: false });
    }
    return shown(call.cloud, found);
}

const folder = "compute/v1/projects/{project}/zones/{zone}/operations";

export const operationMethods: Method[] = [
    {
        id: "compute.zoneOperations.get",
        verb: "GET",
        path: `${folder}/{operation}`,
        answer: (call) => shown(call.cloud, operationOf(call)),
    },
    { id: "compute.zoneOperations.wait", verb: "POST", path: `${folder}/{operation}/wait`, answer: wait },
    {
        id: "compute.zoneOperations.list",
        verb: "GET",
        path: folder,
        query: ["maxResults"],
        answer: ({ cloud, names, query }) => {
            const path = `projects/${names.project}/zones/${names.zone}/operations`;
            const all = cloud.store.list(fullName(path)) as OperationEntry[];
            const newest = [...all].sort((one, other) => (one.state.insertTime < other.state.insertTime ? 1 : -1));
            return {
                kind: "compute#operationList",
                id: path,
                items: newest.slice(0, Number(query.get("maxResults") ?? 500)).map((entry) => shown(cloud, entry)),
                selfLink: selfLink(path),
            };
        },
    },
];
