import type { Allocations } from "./versions";

/** The settings of an application. */
export interface ApplicationSettings {
    servingStatus: "SERVING" | "USER_DISABLED";
    sslPolicy: "DEFAULT" | "MODERN";
    iap: { enabled: boolean; oauth2ClientId?: string; oauth2ClientSecret?: string };
}

/** The inputs of an application. */
export interface ApplicationInputs extends ApplicationSettings {
    project: string;
    locationId: string;
}

/** The outputs of an application: its inputs and computed values. */
export interface ApplicationOutputs extends ApplicationInputs {
    defaultHostname: string;
    defaultBucket: string;
    codeBucket: string;
    gcrDomain: string;
}

/** The inputs of a rollout: the traffic of a service. */
export interface RolloutInputs {
    project: string;
    service: string;
    /** The id of the version that the program deploys. */
    latest: string;
    /** Percentages by `latest`, `previous` or the id of a version. */
    split: Record<string, number>;
    shardBy: "IP" | "COOKIE" | "RANDOM";
    /** Whether traffic migrates gradually. */
    migrate: boolean;
    /** The number of versions to keep, including those with traffic. */
    keep: number;
}

/** The outputs of a rollout: its inputs and its results. */
export interface RolloutOutputs extends RolloutInputs {
    /** The version that served before the latest; empty if there is none. */
    previous: string;
    /** The traffic share of each version, as it was set. */
    wanted: Allocations;
    /** The current traffic share of each version. */
    allocations: Allocations;
}
