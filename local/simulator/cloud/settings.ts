/** How a command uses the cloud. */
export interface CloudSettings {
    /** Who calls: a service account's email, or a member such as `principal://iam.googleapis.com/…/subject/…`; by default an owner. */
    as?: string;
    /** Nobody's permissions are looked at, and everything takes effect at once. */
    lenient?: boolean;
    /** Everything takes effect at once, for programs that do not wait for it. */
    immediate?: boolean;
    /**
     * Draws the delay of each change between none and the longest documented one, by this seed; otherwise, all delays are the typical ones.
     */
    delaySeed?: string;
    /** A file to which the permissions that calls need are written. */
    record?: string;
    /**
     * The folder of the program, from which relative paths of its files start:
     * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/engine/project.go
     *
     * @default the folder of the process
     */
    program?: string;
}

/** The settings as environment variables. */
export function settingsVariables({ as, lenient, immediate, delaySeed, record }: CloudSettings): NodeJS.ProcessEnv {
    return {
        ...(as && { SLIPWAY_LOCAL_AS: as }),
        ...(lenient && { SLIPWAY_LOCAL_LENIENT: "true" }),
        ...(immediate && { SLIPWAY_LOCAL_IMMEDIATE: "true" }),
        ...(delaySeed && { SLIPWAY_LOCAL_DELAY_SEED: delaySeed }),
        ...(record && { SLIPWAY_LOCAL_PERMISSIONS: record }),
    };
}

export function cloudSettings(environment: NodeJS.ProcessEnv): CloudSettings {
    const { SLIPWAY_LOCAL_AS: as, SLIPWAY_LOCAL_LENIENT: lenient, SLIPWAY_LOCAL_IMMEDIATE: immediate } = environment;
    const { SLIPWAY_LOCAL_DELAY_SEED: delaySeed, SLIPWAY_LOCAL_PERMISSIONS: record } = environment;
    return { as, lenient: Boolean(lenient), immediate: Boolean(immediate), delaySeed, record };
}
