import { nameFormats } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, verifyFilter } from "./filter";

const id = ({ project, name }: Inputs) => `projects/${project}/exclusions/${name}`;

/** Throws for a name that an exclusion of a project or of a sink cannot have. */
export function verifyExclusionName(name: string): void {
    if (!nameFormats.rows.logSink.pattern.test(name)) {
        throw new GoogleError(400, `Exclusion name "${name}" is invalid.`);
    }
}

/**
 * An exclusion of the sink `_Default` of a project. Its name is the identifier, as in
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/LogExclusion, and the provider reads it into the input that replaces the
 * exclusion: `flattenResourceLoggingExclusion` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/logging/resource_logging_exclusion.go. The
 * full name in a recording is that of Config Connector's simulation.
 */
export const exclusion: TypeRules = {
    noun: "ProjectExclusion",
    cost: "free",
    api,
    id,
    errorPrefix: () => "",
    deleteErrorPrefix: () => "",
    verify: ({ name, filter }) => {
        verifyExclusionName(name);
        // https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/LogExclusion: the filter is required.
        if (!filter.trim()) {
            throw new GoogleError(400, "Exclusion filter must not be empty.");
        }
        verifyFilter(filter);
    },
};
