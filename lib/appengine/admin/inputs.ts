import type { Allocations } from "./versions";

/** What can be set of an application. */
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

/** The outputs of an application: its inputs, and what Google decides. */
export interface ApplicationOutputs extends ApplicationInputs {
    defaultHostname: string;
    defaultBucket: string;
    codeBucket: string;
    gcrDomain: string;
}

/** The inputs of a rollout: what a service is to serve. */
export interface RolloutInputs {
    project: string;
    service: string;
    /** The id of the version that the program deploys. */
    latest: string;
    /** Percentages by `latest`, `previous` or the id of a version. */
    split: Record<string, number>;
    shardBy: "IP" | "COOKIE" | "RANDOM";
    /** Whether traffic moves gradually. */
    migrate: boolean;
    /** How many versions are kept, those that serve among them. */
    keep: number;
}

/** The outputs of a rollout: its inputs, and what came of them. */
export interface RolloutOutputs extends RolloutInputs {
    /** The version that served before the latest one; an empty text before there is one. */
    previous: string;
    /** The share of each version that has one, as it was set. */
    wanted: Allocations;
    /** The same as it is. */
    allocations: Allocations;
}
