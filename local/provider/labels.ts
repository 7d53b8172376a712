import type { Properties } from "../cloud/store";
import type { Inputs } from "../rules/rules";
import { unknown } from "./diff";
import type { InstalledType } from "./installed";

/** The provider's configuration of labels. */
export interface LabelSettings {
    defaultLabels?: Record<string, string>;
    addPulumiAttributionLabel?: boolean;
}

const attribution = { "goog-pulumi-provisioned": "true" };

/** The input with a resource's labels, whose name differs between types. */
export const labelsProperty = ({ inputs }: InstalledType): string =>
    inputs.has("labels") || !inputs.has("resourceLabels") ? "labels" : "resourceLabels";

/** The outputs with a resource's labels, including those of the provider; empty for types without labels. */
export function labelsOf(inputs: Inputs, installed: InstalledType, settings: LabelSettings): Properties {
    if (!installed.outputs.includes("effectiveLabels")) {
        return {};
    }
    const value = inputs[labelsProperty(installed)] ?? {};
    const added = settings.addPulumiAttributionLabel === false ? {} : attribution;
    const all = JSON.stringify(value).includes(unknown) ? unknown : { ...added, ...settings.defaultLabels, ...value };
    return { effectiveLabels: all, pulumiLabels: all };
}
