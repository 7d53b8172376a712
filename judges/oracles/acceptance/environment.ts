import { digits } from "../../../local/simulator/cloud/ids";
import { customerId, organizationId } from "../../../local/simulator/cloud/organization";

/** The project of all acceptance tests. */
export const project = "acme-dev";

export const projectNumber = digits(project, 12);

export const region = "us-central1";

export const zone = "us-central1-a";

/**
 * The environment variables of acceptance tests, which name what they run in, with `NOW` and `FILES`: the time, and the folder for what
 * tests write.
 *
 * @param files an absolute path
 */
export function environment(files: string): Record<string, string> {
    return {
        TF_ACC: "1",
        GOOGLE_PROJECT: project,
        GOOGLE_PROJECT_NUMBER: projectNumber,
        GOOGLE_REGION: region,
        GOOGLE_ZONE: zone,
        GOOGLE_ORG: organizationId,
        GOOGLE_ORG_2: organizationId,
        GOOGLE_ORG_DOMAIN: "example.com",
        GOOGLE_CUST_ID: customerId,
        GOOGLE_IDENTITY_USER: "admin",
        GOOGLE_BILLING_ACCOUNT: "012345-6789AB-CDEF01",
        GOOGLE_MASTER_BILLING_ACCOUNT: "012345-6789AB-CDEF01",
        GOOGLE_SERVICE_ACCOUNT: `acceptance@${project}.iam.gserviceaccount.com`,
        NOW: `${process.env.SLIPWAY_LOCAL_DATE ?? "2026-11-21"}T12:00:00Z`,
        FILES: files,
    };
}
