import { workloadIdentityLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { poolName } from "../../cloud/principals";
import type { Inputs, TypeRules } from "../../rules/rules";

export const api = "iam.googleapis.com";

const limits = workloadIdentityLimits.rows;

/** How long the id of a deleted pool or provider stays taken. */
export const daysBlocked = limits.deletedId.max;

export const poolPath = ({ project, workloadIdentityPoolId }: Inputs) =>
    `projects/${project}/locations/global/workloadIdentityPools/${workloadIdentityPoolId}`;

/** What the provider says itself of an id of a pool or of a provider. */
export function refusedId(property: string, id: string): string | undefined {
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

export const alreadyThere = () => new GoogleError(409, "Requested entity already exists");

export const pool: TypeRules = {
    noun: "WorkloadIdentityPool",
    generatedNoun: "IAMBetaWorkloadIdentityPool",
    api,
    id: poolPath,
    name: ({ project, workloadIdentityPoolId }) => poolName(project, workloadIdentityPoolId),
    refused: {
        workloadIdentityPoolId: (id) => refusedId("workload_identity_pool_id", id),
    },
    taken: alreadyThere,
    verify: (inputs, { cloud }, old) => {
        if (!old && cloud.blocked.has(poolName(inputs.project, inputs.workloadIdentityPoolId))) {
            throw alreadyThere();
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
    // A deleted pool is kept with its providers, and could be undeleted: its id is not free.
    remove: ({ project, workloadIdentityPoolId }, { cloud }) => {
        const name = poolName(project, workloadIdentityPoolId);
        cloud.blocked.block(name, project, daysBlocked);
        cloud.store.removeBelow(name);
    },
};
