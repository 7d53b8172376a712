import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const tagLength = 16;

const nonceLength = 12;

/** Encrypts bytes with a key of 32 bytes. */
export function seal(key: Buffer, bytes: Buffer): Buffer {
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv(algorithm, key, nonce);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts what {@link seal} returned; undefined if it did not return it for this key. */
export function unseal(key: Buffer, sealed: Buffer): Buffer | undefined {
    if (sealed.length < nonceLength + tagLength) {
        return undefined;
    }
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceLength));
    decipher.setAuthTag(sealed.subarray(-tagLength));
    try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]);
    } catch {
        return undefined;
    }
}

/**
 * Encrypts and decrypts configuration values in Pulumi's format:
 * https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/config/crypt.go
 */
export class Crypter {
    /** @param key of 32 bytes */
    constructor(private readonly key: Buffer) {}

    encrypt(text: string): string {
        const sealed = seal(this.key, Buffer.from(text));
        const parts = [sealed.subarray(0, nonceLength), sealed.subarray(nonceLength)];
        return ["v1", ...parts.map((part) => part.toString("base64"))].join(":");
    }

    /** Returns undefined if the text was not encrypted with this key. */
    decrypt(text: string): string | undefined {
        const [version, nonce = "", sealed = ""] = text.split(":");
        const bytes = Buffer.concat([nonce, sealed].map((part) => Buffer.from(part, "base64")));
        return version === "v1" ? unseal(this.key, bytes)?.toString() : undefined;
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
