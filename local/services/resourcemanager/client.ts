import { localToken } from "../../kubernetes/names";
import type { Context, Inputs } from "../../rules/rules";

/** The provider's configuration, and the user's access token. */
export const clientConfig = (
    _: Inputs,
    { project = "", region = "", zone = "", defaultLabels = {} }: Context,
): Inputs => ({
    id: `projects/${JSON.stringify(project)}/regions/${JSON.stringify(region)}/zones/${JSON.stringify(zone)}`,
    accessToken: localToken,
    defaultLabels,
    project,
    region,
    zone,
});
