import type { Inputs } from "../../../../local/simulator/rules/rules";
import { tokenOf, type World } from "../world";

export function prepare(world: World): void {
    world.enable("iam");
    world.makeAny(tokenOf("WorkloadIdentityPool"), { workloadIdentityPoolId: "pipelines" });
}

const mapping = { "google.subject": "assertion.sub", "attribute.repository": "assertion.repository" };

export const examples: Record<string, Inputs[]> = {
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": [
        { workloadIdentityPoolId: "little" },
        {
            workloadIdentityPoolId: "much",
            displayName: "Much",
            mode: "TRUST_DOMAIN",
            attestationRules: [{ googleCloudResource: "//run.googleapis.com/projects/1/name/sales" }],
            inlineCertificateIssuanceConfig: { useDefaultSharedCa: true },
        },
    ],
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": [
        {
            workloadIdentityPoolId: "pipelines",
            workloadIdentityPoolProviderId: "amazon",
            aws: { accountId: "123456789012" },
        },
        {
            workloadIdentityPoolId: "pipelines",
            workloadIdentityPoolProviderId: "github",
            attributeMapping: mapping,
            attributeCondition: 'assertion.repository == "acme/forecast"',
            oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
        },
    ],
};
