import { isSharedIssuer, workloadIdentityLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { poolName } from "../../cloud/principals";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { alreadyExists, api, daysBlocked, idError, poolPath, verifyTexts } from "./pool";

const path = (inputs: Inputs) => `${poolPath(inputs)}/providers/${inputs.workloadIdentityPoolProviderId}`;

const name = ({ project, workloadIdentityPoolId, workloadIdentityPoolProviderId }: Inputs) =>
    `${poolName(project, workloadIdentityPoolId)}/providers/${workloadIdentityPoolProviderId}`;

/** Variables of conditions: the token's claims, and the mapped attributes. */
const identities = ["assertion", "google", "attribute"];

const limits = workloadIdentityLimits.rows;
const attributeKey = new RegExp(
    `^(google\\.(subject|groups|display_name|posix_username|email)|attribute\\.[a-z0-9_]{1,${limits.attributeKey.max}})$`,
);

/** Checks of the API for providers. */
function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, workloadIdentityPoolId, oidc, attributeMapping, attributeCondition = "" } = inputs;
    if (!cloud.store.read(poolName(project, workloadIdentityPoolId))) {
        throw new GoogleError(404, "Requested entity was not found.");
    }
    if (!old && cloud.blocked.has(name(inputs))) {
        throw alreadyExists();
    }
    verifyTexts(inputs);
    if (oidc && !/^https:\/\/[^/]/.test(oidc.issuerUri)) {
        const scheme = /^\w+:\/\/[^/]/.test(oidc.issuerUri) ? " The scheme must be https." : "";
        throw new GoogleError(400, `Invalid OIDC issuer URI.${scheme}`);
    }
    const audiences: string[] = oidc?.allowedAudiences ?? [];
    if (audiences.length > limits.audiences.max || audiences.some((each) => each.length > limits.audience.max)) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    if (oidc && !attributeMapping?.["google.subject"]) {
        throw new GoogleError(400, "The attribute mapping must define google.subject.");
    }
    requireMapping(attributeMapping ?? {});
    requireCondition(attributeCondition, oidc?.issuerUri);
    const kinds = ["aws", "oidc", "saml", "x509"];
    if (old && kinds.some((kind) => Boolean(inputs[kind]) !== Boolean(old[kind]))) {
        throw new GoogleError(400, "The type of a provider cannot be changed.");
    }
}

/** "Configure Workload Identity Federation": attributes, with the expressions that map claims to them. */
function requireMapping(mapping: Record<string, string>): void {
    const entries = Object.entries(mapping);
    if (entries.length > limits.mappedAttributes.max) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    for (const [key, expression] of entries) {
        if (!attributeKey.test(key)) {
            throw new GoogleError(400, `Invalid mapped attribute key: ${key}`);
        }
        if (expression.length > limits.attributeMapping.max) {
            throw new GoogleError(400, "Request contains an invalid argument.");
        }
        read(`attribute mapping for ${key}`, expression, ["assertion"]);
    }
}

function requireCondition(condition: string, issuer?: string): void {
    if (condition.length > limits.attributeCondition.max) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    const used = condition ? read("attribute condition", condition, identities) : [];
    if (used.length === 0 && isSharedIssuer(issuer ?? "")) {
        throw new GoogleError(
            400,
            "The attribute condition must reference one of the provider's claims. For more information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
        );
    }
}

/** The variables of an expression. */
function read(what: string, expression: string, variables: string[]): readonly string[] {
    // Loaded on demand, because loading takes a tenth of a second.
    const { compile }: typeof import("../../cloud/cel") = require("../../cloud/cel");
    try {
        return compile(expression, variables).variables;
    } catch (error) {
        throw new GoogleError(400, `Invalid ${what}: ${(error as Error).message}`);
    }
}

export const poolProvider: TypeRules = {
    noun: "WorkloadIdentityPoolProvider",
    generatedNoun: "IAMBetaWorkloadIdentityPoolProvider",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: path,
    name,
    validators: {
        workloadIdentityPoolProviderId: (id) => idError("workload_identity_pool_provider_id", id),
    },
    alreadyExists: alreadyExists,
    verify,
    state: (inputs, { cloud }) => ({
        name: path({ ...inputs, project: cloud.projects.number(inputs.project) }),
        state: "ACTIVE",
    }),
    remove: (inputs, { cloud }) => cloud.blocked.reserve(name(inputs), inputs.project, daysBlocked),
};
