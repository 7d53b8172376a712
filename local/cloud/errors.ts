/**
 * An answer of a Google API that is not a success, in the words in which the provider prints it. Some APIs (Storage,
 * IAM, Resource Manager) end with a `reason`, the others do not.
 */
export class GoogleError extends Error {
    constructor(
        readonly code: number,
        /** What the API itself says. */
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

    /** The short name of what went wrong, of APIs that tell one. */
    get reason(): string | undefined {
        return this.more.reason;
    }

    get details(): object[] | undefined {
        return this.more.details;
    }

    /** The same answer from an API that asked the one that gave it. */
    within(doing: string): GoogleError {
        return new GoogleError(this.code, `${doing}: ${this.text}`, this.more);
    }
}

/** A long operation that an API accepted and that failed later. Its codes are those of gRPC. */
export class OperationError extends Error {
    constructor(code: number, message: string) {
        super(`Error code ${code}, message: ${message}`);
    }
}

/**
 * What a call was answered that the provider makes once a resource is there, such as the restoration of a backup, in the
 * provider's words: the resource stays, broken.
 */
export class FollowingError extends Error {}

/** The APIs whose errors end with a reason. */
const withReason = [
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "serviceusage.googleapis.com",
];

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
