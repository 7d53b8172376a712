import type { AdminApi } from "../internal/adminApi/adminApi";

/** What a failed creation of a type leaves: its collection, and its state in the API. */
const left: Record<string, { collection: string; hasFailed(found: Found): boolean }> = {
    "gcp:cloudfunctionsv2/function:Function": { collection: "functions", hasFailed: ({ state }) => state === "FAILED" },
    "gcp:cloudrunv2/job:Job": { collection: "jobs", hasFailed: isNotReady },
    "gcp:cloudrunv2/service:Service": { collection: "services", hasFailed: isNotReady },
    "gcp:cloudrunv2/workerPool:WorkerPool": { collection: "workerPools", hasFailed: isNotReady },
};

interface Found {
    /** https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#state */
    state?: string;
    /** https://cloud.google.com/run/docs/reference/rest/v2/Condition#state */
    terminalCondition?: { state?: string };
}

function isNotReady({ terminalCondition }: Found): boolean {
    return terminalCondition?.state === "CONDITION_FAILED";
}

/** Where a resource is; undefined for a project that is not known. */
interface Place {
    project?: string;
    location: string;
    name: string;
}

/**
 * Deletes what a creation has left whose operation has failed, so that it can be repeated: the API refuses a second creation with the same
 * name. It belongs to that creation, as the operation would not have started if the name had been taken. Returns whether the creation can be
 * repeated.
 *
 * @param apiOf returns the API of a collection
 */
export async function deleteFailed(
    type: string,
    { project, location, name }: Place,
    apiOf: (collection: string) => AdminApi = apiOfCollection,
): Promise<boolean> {
    const { collection = "", hasFailed = () => false } = left[type] ?? {};
    if (collection === "" || project === undefined) {
        return false;
    }
    const api = apiOf(collection);
    const path = `projects/${project}/locations/${location}/${collection}/${name}`;
    const found = await api.find<Found>(path);
    if (found === undefined) {
        return true;
    }
    if (!hasFailed(found)) {
        return false;
    }
    await api.change("DELETE", path);
    return true;
}

/** Loaded on demand: few programs need it. */
function apiOfCollection(collection: string): AdminApi {
    const admin: typeof import("../internal/adminApi/adminApi") = require("../internal/adminApi/adminApi");
    return new admin.AdminApi(undefined, undefined, collection === "functions" ? admin.cloudFunctions : admin.cloudRun);
}
