import { unknown } from "../../machine/marks";
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
    disableGlobalProjectWarning?: boolean;
}

/**
 * The provider's warning if its configuration has no project, in its words:
 * {@link https://github.com/pulumi/pulumi-gcp/blob/master/provider/errors/no_project.txt}. It makes this check only if all of
 * the configuration is known: {@link https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/provider.go}.
 */
export function missingProject(settings: Settings): string | undefined {
    const isKnown = !JSON.stringify(settings).includes(unknown);
    return isKnown && !settings.project && settings.disableGlobalProjectWarning !== true ? noProject : undefined;
}

const noProject = `unable to detect a global setting for GCP Project.
Pulumi will rely on per-resource settings for this operation.
Set the GCP Project by using:
    \`pulumi config set gcp:project <project>\`
If you would like to disable this warning use:
    \`pulumi config set gcp:disableGlobalProjectWarning true\``;

/** The context of rules. */
export function contextOf(cloud: Cloud, settings: Settings): Context {
    const { project, region, zone, defaultLabels, billingProject, userProjectOverride } = settings;
    const quotaProject = userProjectOverride ? billingProject : undefined;
    return { cloud, project, region, zone, defaultLabels, quotaProject };
}

/**
 * Adds values of the provider's configuration to the inputs, and removes Pulumi's internal properties.
 *
 * @param state of an existing resource, in which the provider looks for a location before it does in its configuration
 */
export function withSettings(
    inputs: Inputs,
    { rules, installed }: Type,
    { project, region, zone }: Settings,
    state?: Inputs,
): Inputs {
    const own = rules.zonal === true ? zone : rules.zonal ? (state?.location ?? region ?? zone) : region;
    const location = rules.locatedByReference ? undefined : own;
    const ownZone = rules.zonal === true ? zone : undefined;
    const supplied = Object.entries({ project, location, region, zone: ownZone }).filter(
        ([property, value]) => installed.computed.includes(property) && value !== undefined,
    );
    const input = Object.entries(inputs).filter(([key, value]) => !key.startsWith("__") && value !== undefined);
    return Object.fromEntries([...supplied, ...input.map(([key, value]) => [key, withoutDefaults(value)])]);
}

/** A value without the lists of defaults in its blocks, and in the maps of earlier versions of Pulumi's bridge. */
function withoutDefaults(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutDefaults);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const kept = Object.entries(value).filter(([key]) => key !== "__defaults");
    return Object.fromEntries(kept.map(([key, item]) => [key, withoutDefaults(item)]));
}
