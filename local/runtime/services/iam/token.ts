import { createPublicKey, type JsonWebKey, verify } from "node:crypto";

/** The JSON Web Key Set of an issuer. */
export interface KeySet {
    keys: JsonWebKey[];
}

/** The claims of a token. */
export type Claims = Record<string, unknown>;

/** A parsed token that is not verified yet. */
export interface Token {
    claims: Claims;
    /** Whether one of the keys signed the token; undefined if there is no matching key. */
    isSignedBy(keys: KeySet): boolean | undefined;
}

/** Supported signature algorithms: "Workload Identity Federation: OIDC". */
const algorithms: Record<string, { hash: string; dsaEncoding?: "ieee-p1363" }> = {
    RS256: { hash: "RSA-SHA256" },
    ES256: { hash: "SHA256", dsaEncoding: "ieee-p1363" },
};

/** Parses a JSON Web Token; undefined if it is malformed. */
export function readToken(token: string): Token | undefined {
    const [head = "", body = "", signature = "", ...more] = token.split(".");
    const [header, claims] = [parsed(head), parsed(body)];
    const algorithm = algorithms[String(header?.alg)];
    if (!header || !claims || !algorithm || more.length > 0) {
        return undefined;
    }
    return {
        claims,
        isSignedBy: ({ keys }) => {
            const key = keys.find(({ kid, kty }) => {
                return (
                    (header.kid === undefined || kid === header.kid) &&
                    String(header.alg).startsWith(kty === "EC" ? "E" : "R")
                );
            });
            const { hash, dsaEncoding } = algorithm;
            const signed = Buffer.from(`${head}.${body}`);
            return (
                key &&
                verify(
                    hash,
                    signed,
                    { key: createPublicKey({ key, format: "jwk" }), dsaEncoding },
                    Buffer.from(signature, "base64url"),
                )
            );
        },
    };
}

function parsed(part: string): Claims | undefined {
    try {
        const value = JSON.parse(Buffer.from(part, "base64url").toString());
        return typeof value === "object" && value !== null ? value : undefined;
    } catch {
        return undefined;
    }
}
