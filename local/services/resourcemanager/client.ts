import type { Context, Inputs } from "../../rules/rules";

/** The user's access token, which local clusters accept as that of their owner. */
export const localToken = "slipway-local";

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
