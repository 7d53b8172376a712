/** The traffic share of each version, from 0 to 1. */
export type Allocations = Record<string, number>;

/** A {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.services service} in the API. */
export interface Service {
    id: string;
    split?: { allocations?: Allocations; shardBy?: string };
}

/** A {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.services.versions version} in the API. */
export interface Version {
    id: string;
    env?: string;
    servingStatus: "SERVING" | "STOPPED";
    createTime: string;
    automaticScaling?: { minIdleInstances?: number; standardSchedulerSettings?: { minInstances?: number } };
    basicScaling?: object;
    manualScaling?: object;
}

export const versionPath = (service: string, { id }: Version) => `${service}/versions/${id}`;

/**
 * Whether a version can be stopped and started: all except automatically scaled ones of the standard environment, which scale
 * to zero.
 */
export function canStop({ env, basicScaling, manualScaling }: Version): boolean {
    return env === "flexible" || env === "flex" || basicScaling !== undefined || manualScaling !== undefined;
}

/** Whether the program created a version: its id is a hash of the content. Other versions belong to other programs. */
export const isOwn = ({ id }: Version): boolean => /^v[0-9a-f]{8}$/.test(id);

/** Sorts versions by creation time, newest first. */
export const newestFirst = (versions: Version[]): Version[] =>
    [...versions].sort((one, other) => (one.createTime < other.createTime ? 1 : -1));
