import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";

export const examples: Record<string, Inputs[]> = {
    ...policyExamples("gcp:cloudrunv2/serviceIam", { name: "called", location: "europe-west1" }, "roles/run.invoker"),
};
