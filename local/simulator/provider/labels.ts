import { unknown } from "../../machine/marks";
import type { Properties } from "../cloud/store";
import type { Inputs } from "../rules/rules";
import type { InstalledType } from "./installed";
import type { Type } from "./types";

/** The provider's configuration of labels. */
export interface LabelSettings {
    defaultLabels?: Record<string, string>;
    addPulumiAttributionLabel?: boolean;
    /** Whether existing resources also get the label: `PROACTIVE`, or by default `CREATION_ONLY`. */
    pulumiAttributionLabelAdditionStrategy?: string;
}

const attributionKey = "goog-pulumi-provisioned";

/** The label that says that Pulumi made a resource: a new one, or one that has it. */
function attribution(settings: LabelSettings, old?: Inputs): Record<string, string> {
    const { addPulumiAttributionLabel: isAdded = true, pulumiAttributionLabelAdditionStrategy: strategy } = settings;
    const isNewOrHasIt = !old || attributionKey in (old.effectiveLabels ?? {});
    return isAdded && (isNewOrHasIt || strategy === "PROACTIVE") ? { [attributionKey]: "true" } : {};
}

/** The input with a resource's labels, whose name differs between types. */
export const labelsProperty = ({ inputs }: InstalledType): string =>
    inputs.has("labels") || !inputs.has("resourceLabels") ? "labels" : "resourceLabels";

/**
 * The outputs with a resource's labels, including those of the provider; empty for types without labels. Labels of others stay
 * (`setLabelsFields` in https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/labels.go).
 */
export function labelsOf(
    inputs: Inputs,
    { installed, isAttributed }: Type,
    settings: LabelSettings,
    old?: Inputs,
): Properties {
    if (!installed.outputs.includes("effectiveLabels")) {
        return {};
    }
    const value = inputs[labelsProperty(installed)] ?? {};
    const added = isAttributed ? attribution(settings, old) : {};
    const all = JSON.stringify(value).includes(unknown) ? unknown : { ...added, ...settings.defaultLabels, ...value };
    const others = Object.entries(old?.effectiveLabels ?? {}).filter(([key]) => !(key in (old?.pulumiLabels ?? {})));
    return {
        effectiveLabels: all === unknown ? unknown : { ...Object.fromEntries(others), ...all },
        pulumiLabels: all,
    };
}

/**
 * The state of an imported resource: of its labels the provider manages none, as it reads those that the state has, which is empty. See
 * `flattenComputeForwardingRuleLabels` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_forwarding_rule.go
 */
export function withoutManagedLabels(state: Properties, installed: InstalledType): Properties {
    if (!installed.outputs.includes("effectiveLabels")) {
        return state;
    }
    const { [labelsProperty(installed)]: _, ...others } = state;
    return { ...others, pulumiLabels: {} };
}
