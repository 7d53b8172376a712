import { GoogleError } from "../../cloud/errors";
import { policyName } from "../../cloud/grants";
import { projectName } from "../../cloud/projects";
import { type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { api } from "./parents";

const projectOf = ({ project }: Inputs) => lastPart(project);
const logTypes = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"];

/** The calls for a change of a project's policy. */
export const setProjectPolicy = [
    "cloudresourcemanager.projects.getIamPolicy",
    "cloudresourcemanager.projects.setIamPolicy",
];

/** The audit log configuration of a service, or of all services: part of the project's policy. */
export const auditConfig: TypeRules = {
    noun: "audit config",
    cost: "free",
    api,
    project: projectOf,
    id: (inputs) => `${projectOf(inputs)}/audit_config/${inputs.service}`,
    name: (inputs) => `${policyName(projectName(projectOf(inputs)))}/auditConfigs/${inputs.service}`,
    errorPrefix: (_, inputs) => {
        const described = `project "${projectOf(inputs)}"`;
        return `Request \`Overwrite audit config for service ${inputs.service} on resource ${JSON.stringify(described)}\` returned error: Error applying IAM policy for ${described}: Error setting IAM policy for ${described}`;
    },
    verify: ({ service, auditLogConfigs }, { cloud }) => {
        const types = (auditLogConfigs as Inputs[]).map(({ logType }) => logType);
        const isTwice = new Set(types).size < types.length;
        if (
            !/^(allServices|[a-z0-9.-]+\.googleapis\.com)$/.test(service) ||
            types.some((type) => !logTypes.includes(type)) ||
            isTwice
        ) {
            throw new GoogleError(400, "Request contains an invalid argument.", { reason: "badRequest" });
        }
        for (const member of (auditLogConfigs as Inputs[]).flatMap(({ exemptedMembers = [] }) => exemptedMembers)) {
            cloud.iam.requireGrant({ role: "roles/viewer", member }, "badRequest");
        }
    },
    state: (inputs, { cloud }) => ({ etag: cloud.iam.etag(projectName(projectOf(inputs))) }),
    calls: {
        create: setProjectPolicy,
        read: ["cloudresourcemanager.projects.getIamPolicy"],
        update: setProjectPolicy,
        delete: setProjectPolicy,
    },
};
