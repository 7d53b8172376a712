import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";

export const examples: Record<string, Inputs[]> = {
    "gcp:serviceaccount/account:Account": [
        { accountId: "little" },
        { accountId: "much-account", displayName: "Much", disabled: false },
    ],
    ...policyExamples(
        "gcp:serviceaccount/iAM",
        { serviceAccountId: "projects/acme-dev/serviceAccounts/example@acme-dev.iam.gserviceaccount.com" },
        "roles/iam.serviceAccountUser",
    ),
};
