import "reflect-metadata"; // `@peculiar/x509` requires this when it is loaded.
import { createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** A certificate and its key, as PEM. */
export interface KeyPair {
    certificate: string;
    key: string;
}

const lifetime = 10 * 365 * 24 * 3600 * 1000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Creates a certificate authority. */
export async function newAuthority(name: string): Promise<KeyPair> {
    const keys = await newKeys();
    const issuer = distinguished(name);
    return signed({ issuer, key: keys.privateKey }, issuer, keys, [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ]);
}

/** Creates a server certificate for these names and addresses. */
export function serverCertificate(authority: KeyPair, name: string, at: string[]): Promise<KeyPair> {
    const names = at.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value }));
    return issued(authority, name, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(names),
    ]);
}

/** Creates a client certificate. */
export function clientCertificate(authority: KeyPair, name: string): Promise<KeyPair> {
    return issued(authority, name, [forClients()]);
}

/**
 * Creates a client certificate for an existing key, as PEM.
 *
 * @param publicKey RSA public key, as PEM
 * @param life in milliseconds
 */
export async function clientCertificateFor(
    authority: KeyPair,
    name: string,
    publicKey: string,
    life: number,
): Promise<string> {
    const der = x509.PemConverter.decodeFirst(publicKey);
    const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await webcrypto.subtle.importKey("spki", der, rsa, true, ["verify"]);
    return certificate(await issuerOf(authority), distinguished(name), key, [forClients()], life);
}

const forClients = () => new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]);

async function issued(authority: KeyPair, name: string, extensions: x509.Extension[]): Promise<KeyPair> {
    return signed(await issuerOf(authority), distinguished(name), await newKeys(), extensions);
}

async function issuerOf(authority: KeyPair): Promise<Issuer> {
    const der = x509.PemConverter.decodeFirst(authority.key);
    const key = await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    return { issuer: new x509.X509Certificate(authority.certificate).subjectName.toJSON(), key };
}

/** The issuer of a certificate. */
interface Issuer {
    issuer: x509.JsonName;
    key: webcrypto.CryptoKey;
}

async function signed(
    issuer: Issuer,
    subject: x509.JsonName,
    keys: webcrypto.CryptoKeyPair,
    extensions: x509.Extension[],
): Promise<KeyPair> {
    const exported = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificate: await certificate(issuer, subject, keys.publicKey, extensions, lifetime),
        key: x509.PemConverter.encode(exported, "PRIVATE KEY"),
    };
}

async function certificate(
    { issuer, key }: Issuer,
    subject: x509.JsonName,
    publicKey: webcrypto.CryptoKey,
    extensions: x509.Extension[],
    life: number,
): Promise<string> {
    const created = await x509.X509CertificateGenerator.create({
        issuer,
        subject,
        // Allows for clock differences between a machine and its containers.
        notBefore: new Date(Date.now() - 3_600_000),
        notAfter: new Date(Date.now() + life),
        publicKey,
        signingKey: key,
        signingAlgorithm: algorithm,
        extensions,
    });
    return created.toString("pem");
}

const distinguished = (name: string): x509.JsonName => [{ CN: [name] }];
const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

/** The keys to sign and verify service account tokens, as PEM. */
export function tokenKeys(): { signing: string; checking: string } {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = (key: KeyObject, type: "pkcs8" | "spki") => key.export({ type, format: "pem" }) as string;
    return { signing: pem(privateKey, "pkcs8"), checking: pem(createPublicKey(privateKey), "spki") };
}
