import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { Crypter } from "../../machine/crypter";

/**
 * The secrets provider of local stacks. Deriving a key from a passphrase uses a million hashes, twice per command,
 * which takes longer than everything else in Pulumi. https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
 */
export const secretsProvider = "hashivault://slipway";

const path = /^\/v1\/transit\/(encrypt|decrypt)\/slipway$/;
const prefix = "vault:v1:";

/** The key of all local stacks. They need no protection: the folder of their cloud contains the secrets as well, with their key. */
const key = Buffer.alloc(32, "slipway");

/** The settings of the provider in a stack file. */
export const secretsSettings = {
    secretsprovider: secretsProvider,
    encryptedkey: Buffer.from(`${prefix}${key.toString("base64")}`).toString("base64"),
};

/** Encrypts values for local stacks. */
export const localCrypter = new Crypter(key);

/** Environment variables for the engine. https://gocloud.dev/howto/secrets/#vault */
export const secretsKeyVariables = (origin: string, token: string): NodeJS.ProcessEnv => ({
    VAULT_SERVER_URL: origin,
    VAULT_SERVER_TOKEN: token,
});

/**
 * Whether a request is for Vault's transit secrets engine.
 * https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export const isForSecretsKey = ({ url = "" }: IncomingMessage): boolean => path.test(url);

/** Responds like Vault, with data that is only encoded. */
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
