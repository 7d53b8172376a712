import type { Context, Inputs } from "../../rules/rules";
import { tokenOf } from "../gke/clusterNames";

/** The provider's configuration, and the access token of the caller. */
export const clientConfig = (
    _: Inputs,
    { cloud, project = "", region = "", zone = "", defaultLabels = {} }: Context,
): Inputs => ({
    id: `projects/${JSON.stringify(project)}/regions/${JSON.stringify(region)}/zones/${JSON.stringify(zone)}`,
    accessToken: tokenOf(cloud.caller.settings),
    defaultLabels,
    project,
    region,
    zone,
});
