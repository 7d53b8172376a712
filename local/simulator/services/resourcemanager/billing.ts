import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { lastPart } from "../../rules/rules";

/** APIs that require a billing account, as far as documented. */
const costly = ["artifactregistry", "cloudbuild", "cloudfunctions", "compute", "container", "run"];

/** The error of Service Usage for billable APIs in projects without billing. */
export function billingRequired(project: string, service: string): GoogleError {
    return new GoogleError(
        400,
        `Billing account for project '${digits(project, 12)}' is not found. Billing must be enabled for activation of service(s) '${service}' to proceed.`,
        { reason: "failedPrecondition" },
    );
}

/** Throws for billable APIs in projects without billing. Projects that no program created have billing. */
export function verifyBilling(cloud: Cloud, project: string, service: string): void {
    const { type, state } = cloud.projects.get(project);
    if (type !== undefined && !state.billingAccount && costly.some((api) => service === `${api}.googleapis.com`)) {
        throw billingRequired(project, service);
    }
}

/** The full name of a billing account. */
export const billingAccountName = (id: string) => `//cloudbilling.googleapis.com/billingAccounts/${lastPart(id)}`;
