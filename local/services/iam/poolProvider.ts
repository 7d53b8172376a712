import { GoogleError } from "../../cloud/errors";
import { poolName } from "../../cloud/principals";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { alreadyThere, api, daysBlocked, poolPath, refusedId, verifyTexts } from "./pool";

const path = (inputs: Inputs) => `${poolPath(inputs)}/providers/${inputs.workloadIdentityPoolProviderId}`;

const name = ({ project, workloadIdentityPoolId, workloadIdentityPoolProviderId }: Inputs) =>
    `${poolName(project, workloadIdentityPoolId)}/providers/${workloadIdentityPoolProviderId}`;

/** Issuers whose tokens anybody can have: "Workload Identity Federation with deployment pipelines". */
const sharedIssuers = ["https://token.actions.githubusercontent.com", "https://gitlab.com", "https://app.terraform.io"];

/** "Workload Identity Federation": mappings and conditions. */
function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, workloadIdentityPoolId, oidc, attributeMapping, attributeCondition = "" } = inputs;
    if (!cloud.store.read(poolName(project, workloadIdentityPoolId))) {
        throw new GoogleError(404, "Requested entity was not found.");
    }
    if (!old && cloud.blocked.has(name(inputs))) {
        throw alreadyThere();
    }
    verifyTexts(inputs);
    if (oidc && !/^https:\/\/[^/]/.test(oidc.issuerUri)) {
        throw new GoogleError(400, "Invalid issuer URI: it must be an HTTPS URL.");
    }
    if (oidc && !attributeMapping?.["google.subject"]) {
        throw new GoogleError(400, "The attribute mapping must define google.subject.");
    }
    const long = Object.entries(attributeMapping ?? {}).find(
        ([key, expression]) => key.length > 100 + "attribute.".length || String(expression).length > 2048,
    );
    if (long || attributeCondition.length > 4096 || Object.keys(attributeMapping ?? {}).length > 50) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    if (
        oidc &&
        sharedIssuers.includes(oidc.issuerUri.replace(/\/$/, "")) &&
        !/assertion\.|attribute\.|google\./.test(attributeCondition)
    ) {
        throw new GoogleError(
            400,
            "The attribute condition must reference one of the provider's claims. For more information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
        );
    }
    const kinds = ["aws", "oidc", "saml", "x509"];
    if (old && kinds.some((kind) => Boolean(inputs[kind]) !== Boolean(old[kind]))) {
        throw new GoogleError(400, "The type of a provider cannot be changed.");
    }
}

export const poolProvider: TypeRules = {
    noun: "WorkloadIdentityPoolProvider",
    generatedNoun: "IAMBetaWorkloadIdentityPoolProvider",
    api,
    id: path,
    name,
    refused: {
        workloadIdentityPoolProviderId: (id) => refusedId("workload_identity_pool_provider_id", id),
    },
    exclusive: [{ properties: ["aws", "oidc", "saml", "x509"], required: true }],
    replaceOnChange: ["project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"],
    taken: alreadyThere,
    verify,
    state: (inputs, { cloud }) => ({
        name: path({ ...inputs, project: cloud.projects.number(inputs.project) }),
        state: "ACTIVE",
    }),
    remove: (inputs, { cloud }) => cloud.blocked.block(name(inputs), inputs.project, daysBlocked),
};
