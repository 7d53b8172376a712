import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of Artifact Registry. */
export const artifactRegistryLimits = facts<Limit>()({
    subject: "Limits of Artifact Registry",
    source: "https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview",
    checked: "2026-11-20",
    rows: {
        /** Of a repository. */
        cleanupPolicies: { max: 10, unit: "policies" },
    },
});
