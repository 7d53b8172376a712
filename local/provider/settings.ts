import type { Cloud } from "../cloud/cloud";
import type { Context, Inputs } from "../rules/rules";
import type { LabelSettings } from "./labels";
import type { Type } from "./types";

/** The provider's configuration. */
export interface Settings extends LabelSettings {
    project?: string;
    region?: string;
    zone?: string;
    /** The quota project, if `userProjectOverride` is set. */
    billingProject?: string;
    userProjectOverride?: boolean;
}

/** The context of rules. */
export function contextOf(cloud: Cloud, settings: Settings): Context {
    const { project, region, zone, defaultLabels, billingProject, userProjectOverride } = settings;
    const quotaProject = userProjectOverride ? billingProject : undefined;
    return { cloud, project, region, zone, defaultLabels, quotaProject };
}

/** Adds values of the provider's configuration to the inputs, and removes Pulumi's internal properties. */
export function withSettings(inputs: Inputs, { rules, installed }: Type, { project, region, zone }: Settings): Inputs {
    const supplied = Object.entries({ project, location: rules.zonal ? zone : region, region }).filter(
        ([property, value]) => installed.computed.includes(property) && value !== undefined,
    );
    const input = Object.entries(inputs).filter(([key, value]) => !key.startsWith("__") && value !== undefined);
    return Object.fromEntries([...supplied, ...input]);
}
