import type { IncomingHttpHeaders } from "node:http";
import { type Cloud, type Entry, type Inputs, isAllowedOn, ownerEmail } from "../../../simulator";
import { principalOf } from "../../emulator/access";
import { urlsOf } from "../../emulator/routes";
import type { Tokens } from "../../emulator/tokens";

/** An answer of Cloud Run or of a load balancer itself, instead of one of a container. */
export interface OwnAnswer {
    status: number;
    headers?: Record<string, string>;
    body: string | Buffer;
    /** The reason, for the terminal. */
    reason: string;
}

const page = (status: number, title: string, heading: string, text: string): Pick<OwnAnswer, "status" | "body"> => ({
    status,
    body: `<html><head>
<meta http-equiv="content-type" content="text/html;charset=utf-8">
<title>${status} ${title}</title>
</head>
<body text=#000000 bgcolor=#ffffff>
<h1>Error: ${heading}</h1>
<h2>${text}</h2>
<h2></h2>
</body></html>
`,
});

const escaped = (path: string) => path.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** https://cloud.google.com/run/docs/securing/ingress */
export const notFound = (reason: string): OwnAnswer => ({
    ...page(404, "Page not found", "Page not found", "The requested URL was not found on this server."),
    reason,
});

/** https://cloud.google.com/run/docs/troubleshooting#service-unavailable-error */
export const unavailable = (reason: string): OwnAnswer => ({ status: 503, body: "Service Unavailable", reason });

/**
 * https://cloud.google.com/run/docs/troubleshooting#429
 * The log is on record: https://github.com/hashicorp/terraform-provider-google/issues/13193; Google does not document the body.
 */
export const rateExceeded = (reason: string): OwnAnswer => ({ status: 429, body: "Rate exceeded.", reason });

/**
 * https://cloud.google.com/run/docs/troubleshooting#gateway-timeout-error
 * The body is on record: https://github.com/fastapi/fastapi/issues/2812
 */
export const timedOut: OwnAnswer = {
    status: 504,
    body: "upstream request timeout",
    reason: "The request has been terminated because it has reached the maximum request timeout.",
};

/**
 * The name of the header with the token of the caller: if there are both, only this one is checked, and the container receives the other
 * one unchanged. https://cloud.google.com/run/docs/authenticating/service-to-service
 */
export const tokenHeader = (headers: IncomingHttpHeaders): "x-serverless-authorization" | "authorization" =>
    headers["x-serverless-authorization"] === undefined ? "authorization" : "x-serverless-authorization";

/** https://cloud.google.com/run/docs/reference/iam/permissions */
const permission = "run.routes.invoke";

/** Verifies callers of services: https://cloud.google.com/run/docs/authenticating/overview */
export class InvokerCheck {
    constructor(
        private readonly cloud: Cloud,
        private readonly tokens: Tokens,
        /** Whether a caller has a permission on a service. */
        private readonly allows = (email: string, permission: string, name: string) =>
            isAllowedOn(cloud, principalOf(email), permission, name),
    ) {}

    /** Whether everybody may invoke a service. */
    isPublic({ state, name }: Entry): boolean {
        return state.invokerIamDisabled === true || isAllowedOn(this.cloud, "allUsers", permission, name);
    }

    /**
     * Returns the answer for callers who may not invoke a service that is not public, or undefined.
     *
     * @param audiences the local addresses of the service, which are accepted besides its URLs
     */
    refuse(service: Entry, headers: IncomingHttpHeaders, path: string, audiences: string[]): OwnAnswer | undefined {
        const state: Inputs = service.state;
        const token = /^bearer (.+)$/i.exec(String(headers[tokenHeader(headers)] ?? ""))?.[1];
        const at = escaped(path);
        // https://github.com/googlecodelabs/feedback/issues/1587
        const forbidden = page(
            403,
            "Forbidden",
            "Forbidden",
            `Your client does not have permission to get URL <code>${at}</code> from this server.`,
        );
        if (token === undefined) {
            const reason =
                "The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header.";
            return { ...forbidden, reason };
        }
        const email = this.tokens.verify(
            token,
            (audience) =>
                state.customAudiences?.includes(audience) ||
                [...urlsOf(state), ...audiences].some((url) => isOf(url, audience)),
        );
        if (email === undefined) {
            // https://github.com/google/adk-python/issues/3814
            return {
                ...page(
                    401,
                    "Unauthorized",
                    "Unauthorized",
                    `Your client does not have permission to the requested URL <code>${at}</code>.`,
                ),
                headers: {
                    "www-authenticate":
                        'Bearer error="invalid_token" error_description="The access token could not be verified"',
                },
                reason: "The request was not authorized to invoke this service. The access token could not be verified.",
            };
        }
        const isAllowed = email === ownerEmail || this.allows(email, permission, service.name);
        return isAllowed
            ? undefined
            : { ...forbidden, reason: `The IAM principal ${email} lacks run.routes.invoke on the service.` };
    }
}

/**
 * Whether an audience is a URL of a service, with or without a path, but without parameters.
 * https://github.com/googleapis/python-tasks/issues/137
 */
const isOf = (url: string, audience: string): boolean =>
    audience === url || (audience.startsWith(`${url}/`) && !/[?#]/.test(audience));
