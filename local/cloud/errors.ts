/**
 * An error of a Google API, in the provider's format. Errors of some APIs (Storage, IAM, Resource Manager) end with a
 * `reason`.
 */
export class GoogleError extends Error {
    constructor(
        readonly code: number,
        /** The message of the API. */
        readonly text: string,
        private readonly more: { reason?: string; details?: object[] } = {},
    ) {
        const { reason, details } = more;
        super(
            `googleapi: Error ${code}: ${text}` +
                (details ? `\nDetails:\n${JSON.stringify(details, undefined, 2)}\n` : "") +
                (reason ? `, ${reason}` : ""),
        );
    }

    /** The reason, for APIs that return one. */
    get reason(): string | undefined {
        return this.more.reason;
    }

    get details(): object[] | undefined {
        return this.more.details;
    }

    /** The same error, returned by an API that called the failing one. */
    within(doing: string): GoogleError {
        return new GoogleError(this.code, `${doing}: ${this.text}`, this.more);
    }
}

/** A failed long-running operation. Its codes are gRPC codes. */
export class OperationError extends Error {
    constructor(code: number, message: string) {
        super(`Error code ${code}, message: ${message}`);
    }
}

/**
 * An error of a call that the provider makes after the creation of a resource, such as restoring a backup. The resource
 * is kept as tainted.
 */
export class FollowUpError extends Error {}

/** APIs whose errors end with a reason. */
const withReason = [
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "serviceusage.googleapis.com",
];

/** The error of an API that is not enabled in the project. */
export function apiDisabled(project: string, api: string, title: string): GoogleError {
    const activationUrl = `https://console.developers.google.com/apis/api/${api}/overview?project=${project}`;
    const message = `${title} has not been used in project ${project} before or it is disabled. Enable it by visiting ${activationUrl} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
    return new GoogleError(403, message, {
        reason: withReason.includes(api) ? "accessNotConfigured" : undefined,
        details: [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                domain: "googleapis.com",
                metadata: {
                    activationUrl,
                    consumer: `projects/${project}`,
                    containerInfo: project,
                    service: api,
                    serviceTitle: title,
                },
                reason: "SERVICE_DISABLED",
            },
            { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message },
            {
                "@type": "type.googleapis.com/google.rpc.Help",
                links: [{ description: "Google developers console API activation", url: activationUrl }],
            },
        ],
    });
}
