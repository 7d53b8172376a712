import type { Cloud } from "../cloud/cloud";
import type { Context, Inputs } from "../rules/rules";
import type { LabelSettings } from "./labels";
import type { Type } from "./types";

/** The provider's own configuration. */
export interface Settings extends LabelSettings {
    project?: string;
    region?: string;
    zone?: string;
    /** The project that is asked for quota, if `userProjectOverride` says so. */
    billingProject?: string;
    userProjectOverride?: boolean;
}

/** What rules are told beside the inputs. */
export function contextOf(cloud: Cloud, settings: Settings): Context {
    const { project, region, zone, defaultLabels, billingProject, userProjectOverride } = settings;
    const quotaProject = userProjectOverride ? billingProject : undefined;
    return { cloud, project, region, zone, defaultLabels, quotaProject };
}

/** The inputs with what the provider's own configuration supplies, without what Pulumi notes for itself. */
export function resolved(inputs: Inputs, { rules, installed }: Type, { project, region, zone }: Settings): Inputs {
    const supplied = Object.entries({ project, location: rules.zonal ? zone : region, region }).filter(
        ([property, value]) => installed.computed.includes(property) && value !== undefined,
    );
    const given = Object.entries(inputs).filter(([key, value]) => !key.startsWith("__") && value !== undefined);
    return Object.fromEntries([...supplied, ...given]);
}
