import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:serviceaccount/account:Account": ({ accountId }, project) => {
        const email = `${accountId}@${project}.iam.gserviceaccount.com`;
        const name = `projects/${project}/serviceAccounts/${email}`;
        return { id: name, name, email, member: `serviceAccount:${email}` };
    },
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": ({ workloadIdentityPoolId }, project) => {
        const below = `locations/global/workloadIdentityPools/${workloadIdentityPoolId}`;
        return { id: `projects/${project}/${below}`, name: `projects/123/${below}` };
    },
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (inputs, project) => {
        const { workloadIdentityPoolId, workloadIdentityPoolProviderId } = inputs;
        const below = `locations/global/workloadIdentityPools/${workloadIdentityPoolId}/providers/${workloadIdentityPoolProviderId}`;
        return { id: `projects/${project}/${below}`, name: `projects/123/${below}` };
    },
};
