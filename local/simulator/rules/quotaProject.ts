import { GoogleError } from "../cloud/errors";
import type { Context } from "./rules";

/**
 * Throws if the API is not enabled in the quota project. Resources without a project use the credentials' quota project, which user
 * credentials do not have.
 */
export function requireQuotaProject(api: string, title: string, { cloud, quotaProject }: Context): void {
    if (quotaProject) {
        cloud.projects.requireApi(quotaProject, api, title);
        return;
    }
    const message = `Your application is authenticating by using local Application Default Credentials. The ${api} API requires a quota project, which is not set by default. To learn how to set your quota project, see https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds .`;
    throw new GoogleError(403, message, {
        details: [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                domain: "googleapis.com",
                metadata: { service: api },
                reason: "SERVICE_DISABLED",
            },
            { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message },
        ],
    });
}
