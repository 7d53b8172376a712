/** The share of each version that has one: 1 is all. */
export type Allocations = Record<string, number>;

/** What Google says of a service ("REST Resource: apps.services"). */
export interface Service {
    id: string;
    split?: { allocations?: Allocations; shardBy?: string };
}

/** What Google says of a version ("REST Resource: apps.services.versions"). */
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

/** Whether it can be stopped and started: not where the standard environment scales it automatically, down to no instances. */
export function startable({ env, basicScaling, manualScaling }: Version): boolean {
    return env === "flexible" || env === "flex" || basicScaling !== undefined || manualScaling !== undefined;
}

/** Whether the program made it, whose ids are those of its content; what others deploy has other names, and is theirs. */
export const isOwn = ({ id }: Version): boolean => /^v[0-9a-f]{8}$/.test(id);

/** Versions with those first that were made last. */
export const newestFirst = (versions: Version[]): Version[] =>
    [...versions].sort((one, other) => (one.createTime < other.createTime ? 1 : -1));
