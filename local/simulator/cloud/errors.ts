/** An error whose code is that of Google Cloud. Its words are those of Google Cloud if they are on record, and similar otherwise. */
class WordedError extends Error {
    /** The public record of the words: a thread, or a log. */
    record?: string;

    /** Says where the words of the message are on record; without it, they are approximate. */
    recordedIn(url: string): this {
        this.record = url;
        return this;
    }
}

/** The log of a test of Config Connector, whose answers `judges/oracles/recordings` has: the words of an error are verified with it. */
export const inLog = (test: string): string =>
    `https://github.com/GoogleCloudPlatform/k8s-config-connector/blob/cdb85ecf17085561b9f4abc75a95107cb01446d9/pkg/test/resourcefixture/testdata/basic/${test}/_http.log`;

/**
 * An error of a Google API, in the provider's format. Errors of some APIs (Storage, IAM, Resource Manager) end with a
 * `reason`.
 */
export class GoogleError extends WordedError {
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
export class OperationError extends WordedError {
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
    }).recordedIn("https://github.com/ThomasHabets/cmdg/issues/93");
}
