import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";

/** An issuer of tokens, such as GitHub Actions. */
export class Issuer {
    private readonly pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    private readonly kid = randomUUID();

    constructor(readonly address: string) {}

    /** The public keys for verification. */
    get keys() {
        return { keys: [{ ...this.pair.publicKey.export({ format: "jwk" }), kid: this.kid, alg: "RS256" }] };
    }

    /** Signs a token with these claims; `undefined` removes a claim. */
    token(claims: object, key: KeyObject = this.pair.privateKey): string {
        const now = Math.floor(Date.now() / 1000);
        const all = { iss: this.address, iat: now, nbf: now, exp: now + 300, ...claims };
        const signed = [{ alg: "RS256", typ: "JWT", kid: this.kid }, all].map(encoded).join(".");
        return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
    }
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The response to a call, with any status. */
export interface Answered {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: each test looks at its own properties.
    body: any;
}

/** Exchanges a token like google-github-actions/auth, with the Security Token Service of a local cloud. */
export function exchange(url: string, provider: string, token: string, more: object = {}): Promise<Answered> {
    return post(`${url}/v1/token`, {
        audience: `//iam.googleapis.com/${provider}`,
        grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
        requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
        scope: "https://www.googleapis.com/auth/cloud-platform",
        subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
        subjectToken: token,
        ...more,
    });
}

/** Impersonates a service account with an exchanged token. */
export function impersonate(url: string, email: string, token: string, more: object = {}): Promise<Answered> {
    const scope = ["https://www.googleapis.com/auth/cloud-platform"];
    return post(
        `${url}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
        { scope, ...more },
        { authorization: `Bearer ${token}` },
    );
}

/** The result for a token: `"deploys"`, or Google's error. */
export async function outcome(url: string, provider: string, email: string, token: string): Promise<string> {
    const { status, body } = await exchange(url, provider, token);
    if (status !== 200) {
        return `${body.error}: ${body.error_description}`;
    }
    const { status: code, body: made } = await impersonate(url, email, body.access_token);
    return code === 200 && made.accessToken ? "deploys" : `${code}: ${made.error.message}`;
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Answered> {
    const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
}
