import type { Context, Inputs } from "../../rules/rules";

/** The token that whoever deploys has: local clusters take it for their owner's. */
export const localToken = "slipway-local";

/** What the provider is configured with, and a token of whoever deploys. */
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
