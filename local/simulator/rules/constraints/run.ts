import { GoogleError } from "../../cloud/errors";
import { type Inputs, lastPart } from "../rules";
import type { Check } from "./constraint";

/** Values of `run.allowedIngress`, by those of both APIs. */
export const ingressValues: Record<string, string> = {
    ALLOW_ALL: "all",
    ALLOW_INTERNAL_AND_GCLB: "internal-and-cloud-load-balancing",
    ALLOW_INTERNAL_ONLY: "internal",
    INGRESS_TRAFFIC_ALL: "all",
    INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER: "internal-and-cloud-load-balancing",
    INGRESS_TRAFFIC_INTERNAL_ONLY: "internal",
};

/** "Allowed ingress settings (Cloud Run)", with the text of an answer to a function's deployment. */
export function runIngress(setting: string | undefined, isNew: boolean): GoogleError {
    const value = ingressValues[setting ?? ""] ?? "all";
    const method = isNew ? "CreateService" : "ReplaceService";
    return new GoogleError(
        400,
        `Constraint constraints/run.allowedIngress violated for attempting ${method} with annotation "run.googleapis.com/ingress" set to ${value === "all" ? "the default value all" : value}.`,
    );
}

/** A setting of services, jobs and worker pools with a list of allowed values. */
interface Restricted {
    constraint: string;
    /** In the words of the API, which are those of its version 1. */
    annotation: string;
    settingOf(inputs: Inputs): string | undefined;
}

/** "Organization policy constraints". In Google's words, a resource must have such a setting if it is restricted. */
const restricted: Restricted[] = [
    {
        constraint: "run.allowedVPCEgress",
        annotation: "run.googleapis.com/vpc-access-egress",
        settingOf: ({ template }) => {
            const { vpcAccess } = template.template ?? template;
            return vpcAccess && (vpcAccess.egress === "ALL_TRAFFIC" ? "all-traffic" : "private-ranges-only");
        },
    },
    {
        constraint: "run.allowedBinaryAuthorizationPolicies",
        annotation: "run.googleapis.com/binary-authorization",
        settingOf: ({ binaryAuthorization: authorization }) =>
            authorization?.useDefault ? "default" : authorization?.policy && lastPart(authorization.policy),
    },
];

/** The settings of a service, a job or a worker pool. */
export const runSettings: Check = ({ token, inputs, old, project }, { cloud: { organization } }) => {
    for (const { constraint, annotation, settingOf } of restricted) {
        const value = settingOf(inputs);
        if (!organization.allows(project, constraint, value ?? "")) {
            const method = `${old ? "Replace" : "Create"}${token.replace(/.*:/, "")}`;
            const setting = value === undefined ? "not set" : `set to ${value}`;
            return new GoogleError(
                400,
                `Constraint constraints/${constraint} violated for attempting ${method} with annotation "${annotation}" ${setting}.`,
            );
        }
    }
    return undefined;
};

export const serviceAccess: Check = (change, context) => {
    const { inputs, old, project } = change;
    const { organization } = context.cloud;
    if (!organization.allows(project, "run.allowedIngress", ingressValues[inputs.ingress ?? ""] ?? "all")) {
        return runIngress(inputs.ingress, !old);
    }
    return inputs.invokerIamDisabled && organization.isEnforced(project, "run.managed.requireInvokerIam")
        ? new GoogleError(400, "Operation denied by org policy: [constraints/run.managed.requireInvokerIam].")
        : runSettings(change, context);
};
