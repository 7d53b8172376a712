/**
 * An answer of a Google API that is not a success, in the words in which the provider prints it. Some APIs (Storage,
 * IAM, Resource Manager) end with a `reason`, the others do not.
 */
export class GoogleError extends Error {
    constructor(
        readonly code: number,
        message: string,
        { reason, details }: { reason?: string; details?: object[] } = {},
    ) {
        super(
            `googleapi: Error ${code}: ${message}` +
                (details ? `\nDetails:\n${JSON.stringify(details, undefined, 2)}\n` : "") +
                (reason ? `, ${reason}` : ""),
        );
    }
}

/** A long operation that an API accepted and that failed later. Its codes are those of gRPC. */
export class OperationError extends Error {
    constructor(code: number, message: string) {
        super(`Error code ${code}, message: ${message}`);
    }
}

/** The APIs whose errors end with a reason. */
const withReason = ["iam.googleapis.com", "cloudresourcemanager.googleapis.com", "compute.googleapis.com"];

/** What an API answers that is not enabled in the project. */
export function apiDisabled(project: string, api: string, title: string): GoogleError {
    const activationUrl = `https://console.developers.google.com/apis/api/${api}/overview?project=${project}`;
    const message = `${title} has not been used in project ${project} before or it is disabled. Enable it by visiting ${activationUrl} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
    return new GoogleError(403, message, {
        reason: withReason.includes(api) ? "accessNotConfigured" : undefined,
        details: [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                domain: "googleapis.com",
                metadata: { activationUrl, consumer: `projects/${project}`, service: api, serviceTitle: title },
                reason: "SERVICE_DISABLED",
            },
        ],
    });
}
