import { randomBytes } from "node:crypto";
import { iamLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { accountName, type Cloud, isAllowedOn } from "../../../simulator";
import { jsonBody, RpcError, restAnswer } from "../../emulator/errors";
import type { Answer, Request, RestApi } from "../../emulator/http";
import type { Tokens } from "../../emulator/tokens";
import { authenticate, ExchangeError, type Identity, principalsOf } from "./federation";
import type { KeySet } from "./token";

const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const subjectTokens = ["jwt", "id_token"].map((type) => `urn:ietf:params:oauth:token-type:${type}`);

const impersonation = /^\/v1\/projects\/[^/]+\/serviceAccounts\/([^/:]+):(generateAccessToken|generateIdToken)$/;

/** The maximum lifetime of an access token, in seconds. */
const maxLifetime = secondsIn(iamLimits.rows.tokenLifetime.max);

/**
 * The calls with which a pipeline impersonates a service account: token exchange by the Security Token Service, and
 * `generateAccessToken` and `generateIdToken` of the IAM Service Account Credentials API.
 */
export class IdentityApi {
    private readonly federated = new Map<string, Identity>();

    /** @param issuers the keys of issuers, by URL, for providers without their own */
    constructor(
        private readonly cloud: Cloud,
        private readonly tokens: Tokens,
        private readonly issuers: Record<string, KeySet> = {},
    ) {}

    readonly rest: RestApi = (request) => {
        const { method, path } = request;
        const [, email, verb] = impersonation.exec(decodeURIComponent(path)) ?? [];
        return method !== "POST"
            ? undefined
            : path === "/v1/token"
              ? this.exchange(request)
              : email
                ? restAnswer(() =>
                      verb === "generateIdToken" ? this.identify(email, request) : this.impersonate(email, request),
                  )
                : undefined;
    };

    private exchange(request: Request): Answer {
        try {
            const { audience = "", subject_token: token = "", ...kinds } = form(request);
            requireKinds(kinds);
            const identity = authenticate(this.cloud, audience, token, this.issuers);
            const federated = secret("sts");
            this.federated.set(federated, identity);
            const expires_in = Math.max(0, Math.floor(identity.expires - this.now()));
            const body = { access_token: federated, issued_token_type: accessToken, token_type: "Bearer", expires_in };
            return { status: 200, body };
        } catch (error) {
            if (error instanceof ExchangeError) {
                return { status: 400, body: { error: error.error, error_description: error.message } };
            }
            throw error;
        }
    }

    /** Callers without a token may get one of any account, as for identity tokens. */
    private impersonate(email: string, request: Request): object {
        const { cloud } = this;
        const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
        const identity = token === undefined ? undefined : this.federated.get(token);
        if (token !== undefined && (!identity || identity.expires <= this.now())) {
            throw new RpcError(
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
            );
        }
        const { scope = [], lifetime = `${maxLifetime}s` } = jsonBody(request);
        requireScopeAndLifetime(scope, lifetime);
        const account = cloud.store.read(accountName(email));
        const permission = "iam.serviceAccounts.getAccessToken";
        const may = (member: string) => account && isAllowedOn(cloud, member, permission, account.name);
        if (!account || (identity && !principalsOf(identity).some(may))) {
            throw new RpcError(
                "PERMISSION_DENIED",
                "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
                {
                    reason: "IAM_PERMISSION_DENIED",
                    domain: "iam.googleapis.com",
                    metadata: { permission: "iam.serviceAccounts.getAccessToken" },
                },
            );
        }
        this.requireApi(account.project);
        const expires = new Date((this.now() + Number.parseInt(lifetime, 10)) * 1000);
        return {
            accessToken: this.tokens.access(email, expires.getTime()),
            expireTime: expires.toISOString().replace(/\.\d+Z$/, "Z"),
        };
    }

    /**
     * A developer has no credentials for this API, so callers without a token may get an identity token of any account.
     * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
     */
    private identify(email: string, request: Request): object {
        const { audience = "" } = jsonBody(request);
        const account = this.cloud.store.read(accountName(email));
        const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
        const identity = token === undefined ? undefined : this.federated.get(token);
        const permission = "iam.serviceAccounts.getOpenIdToken";
        const may = (member: string) => account && isAllowedOn(this.cloud, member, permission, account.name);
        if (!account || (identity && !principalsOf(identity).some(may))) {
            throw new RpcError(
                "PERMISSION_DENIED",
                `Permission '${permission}' denied on resource (or it may not exist).`,
                { reason: "IAM_PERMISSION_DENIED", domain: "iam.googleapis.com", metadata: { permission } },
            );
        }
        if (!audience) {
            throw new RpcError("INVALID_ARGUMENT", "Request contains an invalid argument.");
        }
        return { token: this.tokens.identity(email, audience) };
    }

    private requireApi(project: string): void {
        const api = "iamcredentials.googleapis.com";
        if (!this.cloud.projects.isEnabled(project, api)) {
            const number = this.cloud.projects.number(project);
            throw new RpcError(
                "PERMISSION_DENIED",
                `IAM Service Account Credentials API has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${api}/overview?project=${number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
                { reason: "SERVICE_DISABLED", domain: "googleapis.com", metadata: { service: api } },
            );
        }
    }

    private now(): number {
        return this.cloud.now().getTime() / 1000;
    }
}

const secret = (kind: string) => `local-${kind}-${randomBytes(24).toString("base64url")}`;

/** The parameters of a token exchange, as a form or, from Google's libraries, as JSON. */
function form(request: Request): Record<string, string> {
    if (!String(request.headers["content-type"]).includes("json")) {
        return Object.fromEntries(new URLSearchParams(request.body.toString()));
    }
    const input = Object.entries(jsonBody(request));
    return Object.fromEntries(
        input.map(([key, value]) => [key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), String(value)]),
    );
}

function requireKinds(input: Record<string, string>): void {
    const expected: Record<string, string[]> = {
        grant_type: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        requested_token_type: [accessToken],
        subject_token_type: subjectTokens,
    };
    for (const [parameter, allowed] of Object.entries(expected)) {
        if (!allowed.includes(input[parameter] ?? "")) {
            throw new ExchangeError("invalid_request", `Invalid value for "${parameter}".`);
        }
    }
}

function requireScopeAndLifetime(scope: unknown, lifetime: unknown): void {
    if (!Array.isArray(scope) || scope.length === 0 || !/^\d+s$/.test(String(lifetime))) {
        throw new RpcError("INVALID_ARGUMENT", "Request contains an invalid argument.");
    }
    const seconds = Number.parseInt(String(lifetime), 10);
    if (seconds === 0) {
        throw new RpcError("INVALID_ARGUMENT", "Lifetime of access token must be larger then zero.");
    }
    if (seconds > maxLifetime) {
        throw new RpcError(
            "INVALID_ARGUMENT",
            "The access token lifetime cannot exceed 3600 seconds: Service accounts can not have lifetimes of more than 1 hour. Use the Org Policy Constraint constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow up to 12 hours.",
        );
    }
}
