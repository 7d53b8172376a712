import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { accountName, type Cloud, GoogleError } from "../../simulator";
import { type KeySet, readToken } from "../services/iam/token";

const accessPrefix = "local-account-";
const issuer = "https://accounts.google.com";

/** Creates tokens with which Google's services authenticate: "Get an ID token". */
export class Tokens {
    private readonly issued = new Map<string, { email: string; expires: number }>();

    constructor(private readonly cloud: Cloud) {}

    /** A signed token of a service account, with Google's claims. */
    identity(email: string, audience: string): string {
        const { id, privateKey } = key();
        const issued = Math.floor(Date.now() / 1000);
        const subject = String(this.cloud.store.read(accountName(email))?.state.uniqueId ?? email);
        const claims = {
            aud: audience,
            azp: subject,
            email,
            email_verified: true,
            exp: issued + 3600,
            iat: issued,
            iss: issuer,
            sub: subject,
        };
        const signed = `${part({ alg: "RS256", kid: id, typ: "JWT" })}.${part(claims)}`;
        return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
    }

    /** An access token of a service account. */
    access(email: string, expires = Date.now() + 3_600_000): string {
        const token = `${accessPrefix}${randomBytes(24).toString("base64url")}`;
        this.issued.set(token, { email, expires });
        return token;
    }

    /**
     * The service account of a valid access token; undefined for tokens of Google, such as a developer's, which cannot be verified here.
     *
     * @throws Error if the token has expired, or is that of another command
     */
    accountOf(token: string): string | undefined {
        const email = this.find(token);
        if (email === undefined && token.startsWith(accessPrefix)) {
            throw new Error("the access token is unknown or has expired");
        }
        return email;
    }

    /** The service account of a valid access token; undefined for others. */
    find(token: string): string | undefined {
        const { email, expires = 0 } = this.issued.get(token) ?? {};
        return expires > Date.now() ? email : undefined;
    }

    /** The email of a valid identity token for an accepted audience; undefined for other tokens. */
    verify(token: string, accepts: (audience: string) => boolean): string | undefined {
        const read = readToken(token);
        if (!read?.isSignedBy(this.keys)) {
            return undefined;
        }
        const { aud, exp, iss, email } = read.claims;
        const isValid = iss === issuer && Number(exp) > Date.now() / 1000 && accepts(String(aud));
        return isValid ? String(email) : undefined;
    }

    /** The public key as a JSON Web Key Set. */
    get keys(): KeySet {
        const { id, publicKey } = key();
        return { keys: [{ ...publicKey.export({ format: "jwk" }), kid: id, alg: "RS256", use: "sig" }] };
    }
}

const unauthenticated = () =>
    new GoogleError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    );

/**
 * The service account that calls an API; undefined for a developer's own token, which only Google can verify.
 *
 * @throws GoogleError without a token, or with one that is not valid
 */
export function callerOf(tokens: Tokens, { authorization = "" }: IncomingHttpHeaders): string | undefined {
    const [, token] = /^bearer (.+)$/i.exec(authorization) ?? [];
    if (token === undefined) {
        throw unauthenticated();
    }
    try {
        return tokens.accountOf(token);
    } catch {
        throw unauthenticated();
    }
}

interface Key {
    id: string;
    publicKey: KeyObject;
    privateKey: KeyObject;
}

let created: Key | undefined;

/** The key of this process, generated on demand because that takes a moment. */
function key(): Key {
    created ??= { id: randomBytes(20).toString("hex"), ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
    return created;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
