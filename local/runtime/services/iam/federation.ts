import { workloadIdentityLimits } from "slipway/facts";
import { type Cloud, type Inputs, poolName } from "../../../simulator";
import { compile } from "../../../simulator/apis";
import { type Claims, type KeySet, readToken } from "./token";

/** An error of a token exchange, according to RFC 6749, with Google's message. */
export class ExchangeError extends Error {
    constructor(
        readonly error: "invalid_grant" | "invalid_request" | "invalid_target" | "unauthorized_client",
        message: string,
    ) {
        super(message);
    }
}

/** An authenticated external identity. */
export interface Identity {
    /** The pool, with the number of its project. */
    pool: string;
    subject: string;
    groups: string[];
    attributes: Record<string, string>;
    /** In seconds since 1970. */
    expires: number;
}

/** The allowed clock skew, and the maximum lifetime of federated tokens, in seconds. */
const skew = 60;
const maxLifetime = 3600;

const maxSubjectBytes = workloadIdentityLimits.rows.subject.max;

const audiencePattern =
    /^\/\/iam\.googleapis\.com\/(projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([^/]+))\/providers\/([^/]+)$/;

/**
 * Authenticates a pipeline's token like the Security Token Service: checks keys, issuer and audience, then applies the
 * attribute mapping and condition.
 *
 * @param audience the provider, `//iam.googleapis.com/projects/<number>/…/providers/<id>`
 * @param issuers the keys of issuers, for providers without their own
 */
export function authenticate(
    cloud: Cloud,
    audience: string,
    token: string,
    issuers: Record<string, KeySet> = {},
): Identity {
    const [, pool = "", number = "", poolId = "", providerId = ""] = audiencePattern.exec(audience) ?? [];
    const project = cloud.projects.all().find((item) => cloud.projects.number(item) === number) ?? "";
    const name = poolName(project, poolId);
    const found = [name, `${name}/providers/${providerId}`].map((item) => cloud.store.read(item)?.state as Inputs);
    const [, provider] = found;
    if (!provider?.oidc || found.some((item) => !item || item.disabled)) {
        throw new ExchangeError(
            "invalid_target",
            'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
        );
    }
    const claims = believed(provider, audience, token, issuers, cloud.now());
    return { pool, ...mapped(provider, claims), expires: expiry(claims, cloud.now()) };
}

/** The claims of a token, after checking its audience, validity and signature. */
function believed(
    { oidc }: Inputs,
    audience: string,
    text: string,
    issuers: Record<string, KeySet>,
    now: Date,
): Claims {
    const refused = (message: string) => new ExchangeError("invalid_grant", message);
    const token = readToken(text);
    if (!token) {
        throw refused("Unable to parse the ID Token.");
    }
    const { iss, aud, iat, exp } = token.claims;
    if (iss !== oidc.issuerUri) {
        throw refused(
            `The issuer in ID Token ${iss ?? null} does not match the expected one in config: ${oidc.issuerUri}.`,
        );
    }
    const keys: KeySet | undefined = oidc.jwksJson ? JSON.parse(oidc.jwksJson) : issuers[oidc.issuerUri];
    const isSigned = keys && token.isSignedBy(keys);
    if (!isSigned) {
        throw refused(
            isSigned === false
                ? "Unable to verify the ID Token signature."
                : "Error connecting to the given credential's issuer.",
        );
    }
    const allowed: string[] = oidc.allowedAudiences?.length ? oidc.allowedAudiences : [audience, `https:${audience}`];
    const audiences = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud];
    if (!audiences.some((item) => allowed.includes(item))) {
        throw refused(`The audience in ID Token [${audiences.join(", ")}] does not match the expected audience.`);
    }
    const seconds = now.getTime() / 1000;
    if (!(Number(iat) <= seconds + skew && Number(exp) > seconds - skew)) {
        throw refused(`ID Token issued at ${iat ?? null} is stale to sign-in.`);
    }
    return token.claims;
}

function expiry({ exp }: Claims, now: Date): number {
    return Math.floor(Math.min(Math.max(Number(exp), 0), now.getTime() / 1000 + maxLifetime));
}

/** Maps the claims to an identity, and checks the attribute condition. */
function mapped({ attributeMapping = {}, attributeCondition }: Inputs, assertion: Claims) {
    const values = Object.entries(attributeMapping as Record<string, string>).map(([key, expression]) => {
        return [key, compile(expression, ["assertion"]).evaluate({ assertion })] as const;
    });
    const under = (prefix: string) =>
        Object.fromEntries(
            values.flatMap(([key, value]) => {
                return key.startsWith(prefix) && value !== undefined ? [[key.slice(prefix.length), value]] : [];
            }),
        );
    const [google, attribute] = [under("google."), under("attribute.")];
    const condition = attributeCondition && compile(attributeCondition, ["assertion", "google", "attribute"]);
    if (condition && condition.evaluate({ assertion, google, attribute }) !== true) {
        throw new ExchangeError("unauthorized_client", "The given credential is rejected by the attribute condition.");
    }
    const { subject, groups } = google;
    if (typeof subject !== "string" || subject === "") {
        throw new ExchangeError(
            "unauthorized_client",
            "Could not obtain a value for google.subject from the given credential.",
        );
    }
    if (Buffer.byteLength(subject) > maxSubjectBytes) {
        throw new ExchangeError(
            "invalid_request",
            `The size of mapped attribute exceeds the ${maxSubjectBytes} bytes limit.`,
        );
    }
    const attributes = Object.entries(attribute).map(([key, value]) => [key, String(value)]);
    return {
        subject,
        groups: groups ? [...(groups as Iterable<string>)] : [],
        attributes: Object.fromEntries(attributes),
    };
}

/** All principals that include an identity: "Principal identifiers". */
export function principalsOf({ pool, subject, groups, attributes }: Identity): string[] {
    const all = `//iam.googleapis.com/${pool}`;
    return [
        `principal:${all}/subject/${subject}`,
        ...groups.map((group) => `principalSet:${all}/group/${group}`),
        ...Object.entries(attributes).map(([key, value]) => `principalSet:${all}/attribute.${key}/${value}`),
        `principalSet:${all}/*`,
    ];
}
