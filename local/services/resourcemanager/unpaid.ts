import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";

/** APIs that cannot be switched on before somebody pays for the project: those of which it is on record. */
const costly = ["artifactregistry", "cloudbuild", "cloudfunctions", "compute", "container", "run"];

/** What Service Usage answers for an API that costs, in a project that nobody pays for. */
export function unpaid(project: string, service: string): GoogleError {
    return new GoogleError(
        400,
        `Billing account for project '${digits(project, 12)}' is not found. Billing must be enabled for activation of service(s) '${service}' to proceed.`,
        { reason: "failedPrecondition" },
    );
}

/** Refuses an API that costs where nobody pays. For projects that no program made, somebody does. */
export function requirePaid(cloud: Cloud, project: string, service: string): void {
    const { type, state } = cloud.projects.get(project);
    if (type !== undefined && !state.billingAccount && costly.some((api) => service === `${api}.googleapis.com`)) {
        throw unpaid(project, service);
    }
}
