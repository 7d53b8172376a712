import type { Properties } from "../cloud/store";
import type { Inputs } from "../rules/rules";
import { unknown } from "./diff";
import type { InstalledType } from "./installed";

/** What of the provider's configuration concerns labels. */
export interface LabelSettings {
    defaultLabels?: Record<string, string>;
    addPulumiAttributionLabel?: boolean;
}

const attribution = { "goog-pulumi-provisioned": "true" };

/** The input that has a resource's labels, which is not called so everywhere. */
export const labelsProperty = ({ inputs }: InstalledType): string =>
    inputs.has("labels") || !inputs.has("resourceLabels") ? "labels" : "resourceLabels";

/** The outputs that tell the labels of a resource with those that the provider adds; nothing for a type without. */
export function labelsOf(inputs: Inputs, installed: InstalledType, settings: LabelSettings): Properties {
    if (!installed.outputs.includes("effectiveLabels")) {
        return {};
    }
    const given = inputs[labelsProperty(installed)] ?? {};
    const added = settings.addPulumiAttributionLabel === false ? {} : attribution;
    const all = JSON.stringify(given).includes(unknown) ? unknown : { ...added, ...settings.defaultLabels, ...given };
    return { effectiveLabels: all, pulumiLabels: all };
}
