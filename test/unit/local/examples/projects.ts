import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";

export const examples: Record<string, Inputs[]> = {
    "gcp:projects/service:Service": [
        { service: "redis.googleapis.com" },
        { service: "run.googleapis.com", disableOnDestroy: true },
    ],
    "gcp:projects/serviceIdentity:ServiceIdentity": [{ service: "secretmanager.googleapis.com" }],
    ...policyExamples("gcp:projects/iAM", { project: "acme-dev" }, "roles/viewer"),
};
