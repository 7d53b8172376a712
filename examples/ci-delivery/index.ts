import * as pulumi from "@pulumi/pulumi";
import { CloudRunService, ContainerRegistry } from "slipway";

const config = new pulumi.Config();
/** The commit that is deployed. */
export const commit = config.get("commit") ?? "none";
// The percentage of requests for this version; the version before it gets the others.
const canary = config.getNumber("canary") ?? 100;

// Built and pushed in dev. Staging and production run the same image, by its digest.
const web = new CloudRunService("web", {
    source: "./web",
    registry: new ContainerRegistry("apps"),
    env: { COMMIT: commit }, // every commit is a revision, whose requests can be counted
    health: "/ready",
    ingress: "all", // from everywhere, by callers with the role to invoke it
    traffic: { split: { latest: canary, previous: 100 - canary } },
});

export const url = web.url;
