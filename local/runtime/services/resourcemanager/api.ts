import { type Cloud, projectTarget } from "../../../simulator";
import { constraintKind } from "../../../simulator/services/orgpolicy/constraints";
import type { Answer, RestApi } from "../../emulator/http";

const method = /^\/v1\/projects\/([^/:]+):getEffectiveOrgPolicy$/;

/** An effective policy in the format of the API. */
function effective({ organization }: Cloud, project: string, constraint: string): object {
    const name = constraint.replace(/^constraints\//, "");
    if (constraintKind(name) === "boolean") {
        return { constraint, booleanPolicy: { enforced: organization.isEnforced(project, name) } };
    }
    const { allowed, denied } = organization.values(project, name);
    const allValues = denied === "all" ? "DENY" : allowed === "all" && denied.length === 0 ? "ALLOW" : undefined;
    const listed = {
        ...(Array.isArray(allowed) && allowed.length > 0 && { allowedValues: allowed }),
        ...(Array.isArray(denied) && denied.length > 0 && { deniedValues: denied }),
    };
    return { constraint, listPolicy: allValues ? { allValues } : listed };
}

/** The Cloud Resource Manager API, for programs that read the effective policy of a project. */
export function resourceManagerRest(cloud: Cloud): RestApi {
    return ({ method: verb, path, body }): Answer | undefined => {
        const [, project] = method.exec(decodeURIComponent(path)) ?? [];
        if (verb !== "POST" || project === undefined) {
            return undefined;
        }
        const { constraint = "" } = JSON.parse(body.toString());
        // Programs can do without it: see lib/environment/logsPolicy.ts.
        if (!cloud.projects.find(project) || !cloud.caller.may("orgpolicy.policy.get", projectTarget(project))) {
            const message = "The caller does not have permission";
            return { status: 403, body: { error: { code: 403, message, status: "PERMISSION_DENIED" } } };
        }
        if (!constraintKind(constraint.replace(/^constraints\//, ""))) {
            const message = "Requested entity was not found.";
            return { status: 404, body: { error: { code: 404, message, status: "NOT_FOUND" } } };
        }
        return { status: 200, body: effective(cloud, project, constraint) };
    };
}
