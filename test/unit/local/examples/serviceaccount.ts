import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const serviceAccountId = "projects/acme-dev/serviceAccounts/example@acme-dev.iam.gserviceaccount.com";

export function prepare(world: World): void {
    world.override("iam.disableServiceAccountKeyCreation", { enforce: "FALSE" });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:serviceaccount/account:Account": [
        { accountId: "little" },
        { accountId: "much-account", displayName: "Much", disabled: false },
    ],
    "gcp:serviceaccount/key:Key": [
        { serviceAccountId },
        { serviceAccountId, keepers: { month: "2026-11" }, keyAlgorithm: "KEY_ALG_RSA_1024" },
    ],
    ...policyExamples("gcp:serviceaccount/iAM", { serviceAccountId }, "roles/iam.serviceAccountUser"),
};
