import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { type Cloud, digits, type Entry, type Inputs, missingPermission, ownerEmail } from "../../../../simulator";
import type { RestApi } from "../../../emulator/http";
import type { Tokens } from "../../../emulator/tokens";
import type { OwnAnswer } from "../../run/invoker";
import type { Headers } from "./headers";
import { headerOf, type Requested, withoutPort } from "./matching";

/** https://cloud.google.com/iap/docs/managing-access */
const permission = "iap.webServiceVersions.accessViaIAP";

const issuer = "https://cloud.google.com/iap";

/** Identity-Aware Proxy before a backend service, or an application of App Engine. */
export class IdentityAwareProxy {
    private key?: { id: string; publicKey: KeyObject; privateKey: KeyObject };

    constructor(
        private readonly cloud: Cloud,
        private readonly tokens: Tokens,
    ) {}

    /**
     * The answer for a request that may not pass, or the headers for the backend.
     *
     * @param addresses of the backend on this machine: tokens for them are accepted, and those of the owner pass
     */
    check(backend: Entry, request: Requested, addresses: string[] = []): OwnAnswer | { headers: Headers } {
        const { iap }: Inputs = backend.state;
        const token = tokenOf(request);
        if (token === undefined) {
            return isBrowser(request) ? signIn(iap.oauth2ClientId, request) : refused("empty token");
        }
        const email = this.tokens.verify(
            token,
            (audience) => addresses.includes(audience) || isAudience(audience, iap.oauth2ClientId, request),
        );
        if (email === undefined) {
            return refused("Invalid bearer token. Invalid JWT signature or audience.");
        }
        const member = `${email.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user"}:${email}`;
        const isOwner = email === ownerEmail && addresses.length > 0;
        if (!isOwner && !this.mayOpen(backend, member)) {
            const what = isApp(backend)
                ? `the application '${backend.id}'`
                : `the backend service '${backend.state.name}'`;
            const reason = `${member} lacks roles/iap.httpsResourceAccessor on ${what}`;
            return { status: 403, headers: generated, body: "You don't have access", reason };
        }
        const id = `accounts.google.com:${subjectOf(email)}`;
        return {
            headers: {
                "x-goog-authenticated-user-email": `accounts.google.com:${email}`,
                "x-goog-authenticated-user-id": id,
                "x-goog-iap-jwt-assertion": this.assertion(this.audienceOf(backend), email, id),
            },
        };
    }

    /** The public keys, at the paths of Google's: https://cloud.google.com/iap/docs/signed-headers-howto#verifying_the_jwt_header */
    readonly rest: RestApi = ({ path }) => {
        if (path !== "/iap/verify/public_key-jwk" && path !== "/iap/verify/public_key") {
            return undefined;
        }
        const { id, publicKey } = this.keys();
        const jwk = { ...publicKey.export({ format: "jwk" }), kid: id, alg: "ES256", use: "sig" };
        const pem = { [id]: publicKey.export({ type: "spki", format: "pem" }).toString() };
        return { status: 200, body: path.endsWith("-jwk") ? { keys: [jwk] } : pem };
    };

    private mayOpen({ name, project, id }: Entry, member: string): boolean {
        const target = {
            project,
            policies: [name],
            name: id,
            type: "iap.googleapis.com/WebService",
            service: "iap.googleapis.com",
        };
        return this.cloud.isLenient || missingPermission(this.cloud, { member }, [permission], target) === undefined;
    }

    /** https://cloud.google.com/iap/docs/signed-headers-howto#verifying_the_jwt_payload */
    private audienceOf(backend: Entry): string {
        const { project, state } = backend;
        if (isApp(backend)) {
            return `/projects/${this.cloud.projects.number(project)}/apps/${project}`;
        }
        const place = state.region ? `regions/${state.region}` : "global";
        return `/projects/${this.cloud.projects.number(project)}/${place}/backendServices/${state.generatedId}`;
    }

    private assertion(audience: string, email: string, subject: string): string {
        const { id, privateKey } = this.keys();
        const issued = Math.floor(Date.now() / 1000);
        const claims = { aud: audience, email, exp: issued + 600, iat: issued, iss: issuer, sub: subject };
        const signed = [{ alg: "ES256", kid: id, typ: "JWT" }, claims]
            .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
            .join(".");
        const signature = sign("SHA256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
        return `${signed}.${signature.toString("base64url")}`;
    }

    private keys() {
        this.key ??= { id: randomBytes(4).toString("hex"), ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
        return this.key;
    }
}

const isApp = ({ name }: Entry) => name.startsWith("//appengine.googleapis.com/");

/** The number of an account. */
const subjectOf = (email: string): string => digits(email, 21);

/** Marks answers of the proxy: https://cloud.google.com/iap/docs/query-parameters-and-headers-howto */
const generated = { "x-goog-iap-generated-response": "true" };

const refused = (why: string): OwnAnswer => ({
    status: 401,
    headers: generated,
    body: `Invalid IAP credentials: ${why}`,
    reason: `Identity-Aware Proxy: ${why}`,
});

/**
 * `Proxy-Authorization` leaves the other header to the application.
 * https://cloud.google.com/iap/docs/authentication-howto#authenticating_from_proxy-authorization_header
 */
const tokenOf = ({ headers }: Requested): string | undefined =>
    ["proxy-authorization", "authorization"]
        .map((name) => /^bearer (.+)$/i.exec(headerOf(headers, name) ?? "")?.[1])
        .find((token) => token !== undefined);

/**
 * The audience is the OAuth client, or for tokens of service accounts the URL, also with `/*` instead of the path.
 * https://cloud.google.com/iap/docs/authentication-howto
 */
function isAudience(audience: string, client: string | undefined, { scheme, host, path }: Requested): boolean {
    const origin = `${scheme}://${withoutPort(host)}`;
    return (client && audience === client) || [`${origin}/*`, `${origin}${path}`, origin].includes(audience);
}

/** https://cloud.google.com/iap/docs/faq: other clients get the status 401, as do requests with other methods. */
const isBrowser = ({ method, headers }: Requested): boolean =>
    /^(GET|HEAD)$/.test(method) &&
    /text\/html|\*\/\*/.test(headers.accept ?? "") &&
    headerOf(headers, "x-requested-with")?.toLowerCase() !== "xmlhttprequest";

/** The sign-in with Google, which leads back to the page. */
function signIn(client: string | undefined, { scheme, host, path, query }: Requested): OwnAnswer {
    const page = `${scheme}://${withoutPort(host)}${path}${query ? `?${query}` : ""}`;
    const parameters = new URLSearchParams({
        client_id: client ?? "",
        response_type: "code",
        scope: "openid email",
        redirect_uri: "https://iap.googleapis.com/v1/oauth/clientIds/-:handleRedirect",
        state: page,
    });
    const location = `https://accounts.google.com/o/oauth2/v2/auth?${parameters}`;
    return { status: 302, headers: { ...generated, location }, body: "", reason: "" };
}

/** The proxy removes such headers of clients. */
export const withoutProxyHeaders = (headers: Headers): Headers =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(x-goog-|proxy-authorization$)/.test(name)));
