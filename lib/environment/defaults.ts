import type { Duration } from "../internal/duration";

/** What an environment is for. */
export type EnvironmentKind = "development" | "staging" | "production";

/** What components do differently by the kind of their environment, unless their arguments say otherwise. */
export interface EnvironmentDefaults {
    /** Whether Pulumi refuses to delete or replace what holds data. */
    protect: boolean;
    /** Whether a bucket may be deleted with objects in it. */
    forceDestroy: boolean;
    /** How many instances of a function wait for requests when there are none. */
    minInstances: number;
    /** How many instances of a function there may be. */
    maxInstances: number;
    /** How long a destroyed version of a secret can be brought back. */
    destroyDelay: Duration | "none";
}

/** Every difference between the kinds of environments. Nothing else in this library asks which kind it is in. */
export const environmentDefaults: Record<EnvironmentKind, EnvironmentDefaults> = {
    development: { protect: false, forceDestroy: true, minInstances: 0, maxInstances: 3, destroyDelay: "none" },
    staging: { protect: false, forceDestroy: true, minInstances: 0, maxInstances: 10, destroyDelay: "none" },
    production: { protect: true, forceDestroy: false, minInstances: 1, maxInstances: 100, destroyDelay: "7 days" },
};
