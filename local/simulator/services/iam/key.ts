import { createHash, generateKeyPairSync } from "node:crypto";
import { GoogleError } from "../../cloud/errors";
import type { Calls, Context, Inputs, TypeRules } from "../../rules/rules";
import { api } from "./pool";

const accountOf = ({ serviceAccountId }: Inputs, { cloud, project }: Context) =>
    cloud.store.read(cloud.iam.accountOfKey(serviceAccountId, project));

/** The file of a new key: https://cloud.google.com/iam/docs/keys-create-delete */
function credentials(email: string, project: string, id: string, privateKey: string): string {
    return JSON.stringify({
        type: "service_account",
        project_id: project,
        private_key_id: id,
        private_key: privateKey,
        client_email: email,
        auth_uri: "https://accounts.google.com/o/oauth2/auth",
        token_uri: "https://oauth2.googleapis.com/token",
        universe_domain: "googleapis.com",
    });
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** What is set when a key is created. */
const created = ["name", "publicKey", "privateKey", "validAfter", "validBefore"];

/** Keys are subject to the policy of their account. */
const onKey =
    (...verbs: string[]) =>
    ({ serviceAccountId }: Inputs, { cloud, project }: Context): Calls =>
        verbs.map((verb) => ({
            method: `iam.projects.serviceAccounts.keys.${verb}`,
            on: cloud.iam.accountOfKey(String(serviceAccountId), project),
        }));

/** A key of a service account, created with its private key, or uploaded. */
export const key: TypeRules = {
    noun: "service account key",
    cost: "free",
    errorPrefix: () => "Error creating service account key",
    api,
    project: (inputs, context) => accountOf(inputs, context)?.project ?? context.project ?? "",
    id: ({ name }) => name,
    name: ({ name }) => `//iam.googleapis.com/keys/${name}`,
    verify: (inputs, context) => {
        if (!accountOf(inputs, context)) {
            throw new GoogleError(404, `Service account ${inputs.serviceAccountId} does not exist.`, {
                reason: "notFound",
            });
        }
    },
    state: (inputs, context, old) => {
        if (old) {
            // Only the deletion policy can be changed.
            return Object.fromEntries(created.map((property) => [property, old[property]]));
        }
        const { project = "", state = {} } = accountOf(inputs, context) ?? {};
        const { publicKey, privateKey } = generateKeyPairSync("rsa", {
            modulusLength: inputs.keyAlgorithm === "KEY_ALG_RSA_1024" ? 1024 : 2048,
            publicKeyEncoding: { type: "spki", format: "pem" },
            privateKeyEncoding: { type: "pkcs8", format: "pem" },
        });
        const id = createHash("sha1").update(publicKey).digest("hex");
        const email = String(state.email);
        const now = context.cloud.now();
        return {
            name: `projects/${project}/serviceAccounts/${email}/keys/${id}`,
            publicKey: inputs.publicKeyType === "TYPE_NONE" ? "" : (inputs.publicKeyData ?? base64(publicKey)),
            ...(!inputs.publicKeyData && { privateKey: base64(credentials(email, project, id, privateKey)) }),
            validAfter: now.toISOString(),
            validBefore: "9999-12-31T23:59:59Z",
        };
    },
    calls: {
        create: onKey("create", "get"),
        read: onKey("get"),
        update: [],
        delete: onKey("delete"),
    },
};
