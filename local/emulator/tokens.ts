import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { Cloud } from "../cloud/cloud";
import { accountName } from "../cloud/iam";
import { type KeySet, readToken } from "./identity/token";

const issuer = "https://accounts.google.com";

/** Creates tokens with which Google's services authenticate: "Get an ID token". */
export class Tokens {
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

    /** An access token, which no API verifies. */
    access(): string {
        return `local-account-${randomBytes(24).toString("base64url")}`;
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
