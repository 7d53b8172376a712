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
        /** The ID of a cleanup policy. */
        cleanupPolicyId: {
            max: 127,
            unit: "characters",
            source: "https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories",
            checked: "2026-11-27",
        },
        /** Of a virtual repository. */
        upstreams: {
            max: 30,
            unit: "upstreams",
            source: "https://cloud.google.com/artifact-registry/quotas",
            checked: "2026-11-27",
        },
    },
});
