import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Entry, Inputs } from "../../../simulator";
import { HttpError } from "../../emulator/http";

/** What is kept of a customer-supplied encryption key. */
export interface CustomerEncryption {
    encryptionAlgorithm: string;
    keySha256: string;
}

/** "HTTP status and error codes for JSON": https://cloud.google.com/storage/docs/json_api/v1/status-codes#400_Bad_Request */
const refused = (reason: string, message: string) => new HttpError(400, reason, message);

const sha256 = (key: Buffer) => createHash("sha256").update(key).digest("base64");

/**
 * The customer-supplied encryption key of a request:
 * https://cloud.google.com/storage/docs/encryption/customer-supplied-keys#request-headers
 *
 * @param of `copy-source-` for that of the source of a copy
 */
export function suppliedKey(
    headers: IncomingHttpHeaders,
    of: "" | "copy-source-" = "",
): CustomerEncryption | undefined {
    const header = (name: string) => [headers[`x-goog-${of}encryption-${name}`]].flat()[0];
    const [encryptionAlgorithm, key, hash] = [header("algorithm"), header("key"), header("key-sha256")];
    if (key === undefined) {
        return undefined;
    }
    if (encryptionAlgorithm !== "AES256") {
        throw refused("customerEncryptionAlgorithmIsInvalid", "The encryption algorithm must be AES256.");
    }
    const bytes = Buffer.from(key, "base64");
    if (bytes.length !== 32) {
        throw refused("customerEncryptionKeyFormatIsInvalid", "The encryption key must be a 256-bit key in base64.");
    }
    if (hash !== sha256(bytes)) {
        throw refused("customerEncryptionKeySha256IsInvalid", "The provided hash is not that of the encryption key.");
    }
    return { encryptionAlgorithm, keySha256: hash };
}

/** The key that an object was written with; that of a deployment is in its state. */
export function encryptionOf({ state }: Entry): CustomerEncryption | undefined {
    const { encryptionAlgorithm = "AES256", encryptionKey, keySha256 }: Inputs = state.customerEncryption ?? {};
    const hash = keySha256 ?? (encryptionKey && sha256(Buffer.from(encryptionKey, "base64")));
    return hash && { encryptionAlgorithm, keySha256: hash };
}

/** Throws unless an object can be read with a key, or without one. */
export function requireKey(object: Entry, key: CustomerEncryption | undefined): void {
    const encryption = encryptionOf(object);
    if (encryption && !key) {
        throw refused(
            "resourceIsEncryptedWithCustomerEncryptionKey",
            "The target object is encrypted by a customer-supplied encryption key.",
        );
    }
    if (key && !encryption) {
        throw refused(
            "resourceNotEncryptedWithCustomerEncryptionKey",
            "The target object is not encrypted by a customer-supplied encryption key.",
        );
    }
    if (encryption?.keySha256 !== key?.keySha256) {
        throw refused("customerEncryptionKeyIsIncorrect", "The provided encryption key is incorrect.");
    }
}
