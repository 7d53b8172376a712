import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const tagLength = 16;

/**
 * Encrypts and decrypts configuration values in Pulumi's format:
 * https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/config/crypt.go
 */
export class Crypter {
    /** @param key of 32 bytes */
    constructor(private readonly key: Buffer) {}

    encrypt(text: string): string {
        const nonce = randomBytes(12);
        const cipher = createCipheriv(algorithm, this.key, nonce);
        const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
        return ["v1", nonce.toString("base64"), sealed.toString("base64")].join(":");
    }

    /** Returns undefined if the text was not encrypted with this key. */
    decrypt(text: string): string | undefined {
        const [version, nonce = "", sealed = ""] = text.split(":");
        const bytes = Buffer.from(sealed, "base64");
        if (version !== "v1" || bytes.length < tagLength) {
            return undefined;
        }
        try {
            const decipher = createDecipheriv(algorithm, this.key, Buffer.from(nonce, "base64"));
            decipher.setAuthTag(bytes.subarray(-tagLength));
            return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]).toString();
        } catch {
            return undefined;
        }
    }
}

/**
 * The crypter of a stack with a passphrase; undefined if it has another passphrase:
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/secrets/passphrase/manager.go
 *
 * @param encryptionSalt the setting of the stack file: the salt, and an encrypted word
 */
export function passphraseCrypter(passphrase: string, encryptionSalt: string): Crypter | undefined {
    const [, salt = "", word = ""] = /^v1:([^:]*):(.*)$/.exec(encryptionSalt) ?? [];
    const key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
    const crypter = new Crypter(key);
    return crypter.decrypt(word) === "pulumi" ? crypter : undefined;
}
