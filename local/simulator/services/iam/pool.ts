import { workloadIdentityLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { poolName } from "../../cloud/principals";
import type { Inputs, TypeRules } from "../../rules/rules";

export const api = "iam.googleapis.com";

const limits = workloadIdentityLimits.rows;

/** How long the ID of a deleted pool or provider is reserved, in days. */
export const daysBlocked = limits.deletedId.max;

export const poolPath = ({ project, workloadIdentityPoolId }: Inputs) =>
    `projects/${project}/locations/global/workloadIdentityPools/${workloadIdentityPoolId}`;

/** The provider's validation of IDs of pools and providers. */
export function idError(property: string, id: string): string | undefined {
    if (id.startsWith("gcp-")) {
        return `"${property}" (${JSON.stringify(id)}) can not start with "gcp-"`;
    }
    if (!/^[0-9a-z-]+$/.test(id)) {
        return `"${property}" must contain only lowercase letters (a-z), numbers (0-9), or dashes (-)`;
    }
    if (id.length < limits.id.min) {
        return `"${property}" cannot be smaller than ${limits.id.min} characters`;
    }
    return id.length > limits.id.max ? `"${property}" cannot be greater than ${limits.id.max} characters` : undefined;
}

export function verifyTexts({ displayName = "", description = "" }: Inputs): void {
    if (displayName.length > limits.displayName.max || description.length > limits.description.max) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
}

export const alreadyExists = () => new GoogleError(409, "Requested entity already exists");

export const pool: TypeRules = {
    noun: "WorkloadIdentityPool",
    generatedNoun: "IAMBetaWorkloadIdentityPool",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: poolPath,
    name: ({ project, workloadIdentityPoolId }) => poolName(project, workloadIdentityPoolId),
    validators: {
        workloadIdentityPoolId: (id) => idError("workload_identity_pool_id", id),
    },
    alreadyExists: alreadyExists,
    verify: (inputs, { cloud }, old) => {
        if (!old && cloud.blocked.has(poolName(inputs.project, inputs.workloadIdentityPoolId))) {
            throw alreadyExists();
        }
        verifyTexts(inputs);
    },
    state: (inputs, { cloud }) => ({
        name: poolPath({ ...inputs, project: cloud.projects.number(inputs.project) }),
        mode: inputs.mode ?? "FEDERATION_ONLY",
        state: "ACTIVE",
        ...(inputs.inlineCertificateIssuanceConfig && {
            inlineCertificateIssuanceConfig: {
                keyAlgorithm: "ECDSA_P256",
                lifetime: "86400s",
                rotationWindowPercentage: 50,
                ...inputs.inlineCertificateIssuanceConfig,
            },
        }),
    }),
    // Deleted pools and providers can be undeleted, so their IDs are not free.
    remove: ({ project, workloadIdentityPoolId }, { cloud }) => {
        const name = poolName(project, workloadIdentityPoolId);
        cloud.blocked.reserve(name, project, daysBlocked);
        cloud.store.removeBelow(name);
    },
};
