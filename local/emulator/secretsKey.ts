import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

/**
 * Where the secrets in a local stack's state have their key. Pulumi derives the key of a passphrase with a million hashes, twice
 * a command, which takes longer than all else that it does. A local state protects nothing: an empty passphrase is no secret.
 * https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
 */
export const secretsProvider = "hashivault://slipway";

const path = /^\/v1\/transit\/(encrypt|decrypt)\/slipway$/;
const prefix = "vault:v1:";

/** The environment variables by which the engine finds it. https://gocloud.dev/howto/secrets/#vault */
export const secretsKeyVariables = (origin: string, token: string): NodeJS.ProcessEnv => ({
    VAULT_SERVER_URL: origin,
    VAULT_SERVER_TOKEN: token,
});

/** Whether a request is for Vault's transit engine. https://developer.hashicorp.com/vault/api-docs/secret/transit */
export const isForSecretsKey = ({ url = "" }: IncomingMessage): boolean => path.test(url);

/** Answers as Vault does, with data that is only encoded. */
export async function answerForSecretsKey(request: IncomingMessage, response: ServerResponse, token: string) {
    if (request.headers["x-vault-token"] !== token) {
        response.writeHead(403).end(JSON.stringify({ errors: ["permission denied"] }));
        return;
    }
    const { plaintext, ciphertext } = (await json(request)) as Record<string, string>;
    const [, action] = path.exec(request.url ?? "") ?? [];
    const data =
        action === "encrypt"
            ? { ciphertext: `${prefix}${plaintext}` }
            : { plaintext: String(ciphertext).slice(prefix.length) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
}
