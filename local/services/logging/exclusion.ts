import { nameFormats } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, verifyFilter } from "./filter";

const id = ({ project, name }: Inputs) => `projects/${project}/exclusions/${name}`;

/** An exclusion of the sink `_Default` of a project. */
export const exclusion: TypeRules = {
    noun: "ProjectExclusion",
    api,
    id,
    errorPrefix: () => "",
    deleteErrorPrefix: () => "",
    verify: ({ name, filter }) => {
        if (!nameFormats.rows.logSink.pattern.test(name)) {
            throw new GoogleError(400, `Exclusion name "${name}" is invalid.`);
        }
        // https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/LogExclusion: the filter is required.
        if (!filter.trim()) {
            throw new GoogleError(400, "Exclusion filter must not be empty.");
        }
        verifyFilter(filter);
    },
};
