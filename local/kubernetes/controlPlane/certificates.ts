import { createPublicKey, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der";

/** A certificate and its key, as PEM. */
export interface Certified {
    certificate: string;
    key: string;
}

const lifetime = 10 * 365 * 24 * 3600 * 1000;
const oids = {
    commonName: "2.5.4.3",
    ecdsaWithSha256: "1.2.840.10045.4.3.2",
    basicConstraints: "2.5.29.19",
    keyUsage: "2.5.29.15",
    extendedKeyUsage: "2.5.29.37",
    alternativeName: "2.5.29.17",
    serverAuth: "1.3.6.1.5.5.7.3.1",
    clientAuth: "1.3.6.1.5.5.7.3.2",
};

/** A certificate authority of a cluster's own. */
export class Authority implements Certified {
    readonly certificate: string;
    readonly key: string;

    /** @param kept one that was made before */
    constructor(
        private readonly name: string,
        kept?: Certified,
    ) {
        const { certificate, key } = kept ?? selfSigned(name);
        this.certificate = certificate;
        this.key = key;
    }

    /** A certificate for a server at these names and addresses. */
    server(name: string, at: string[]): Certified {
        const names = at.map((each) =>
            isIP(each)
                ? der.tagged(0x87, Buffer.from(each.split(".").map(Number)))
                : der.tagged(0x82, Buffer.from(each)),
        );
        return this.issued(name, [
            extension(oids.extendedKeyUsage, der.sequence(der.oid(oids.serverAuth))),
            extension(oids.alternativeName, der.sequence(...names)),
        ]);
    }

    /** A certificate by which a client says who it is. */
    client(name: string): Certified {
        return this.issued(name, [extension(oids.extendedKeyUsage, der.sequence(der.oid(oids.clientAuth)))]);
    }

    private issued(name: string, extensions: Buffer[]): Certified {
        const { publicKey, privateKey } = keys();
        const certificate = signed(this.name, name, publicKey, this.key, extensions);
        return { certificate, key: pem(privateKey) };
    }
}

function selfSigned(name: string): Certified {
    const { publicKey, privateKey } = keys();
    const key = pem(privateKey);
    const extensions = [
        extension(oids.basicConstraints, der.sequence(der.boolean(true)), true),
        // Signs certificates and lists of revoked ones.
        extension(oids.keyUsage, der.bits(Buffer.from([0x06]), 1), true),
    ];
    return { certificate: signed(name, name, publicKey, key, extensions), key };
}

/** An X.509 certificate of version 3, as PEM. */
function signed(issuer: string, subject: string, publicKey: KeyObject, key: string, extensions: Buffer[]): string {
    const algorithm = der.sequence(der.oid(oids.ecdsaWithSha256));
    const serial = randomBytes(16);
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
    const body = der.sequence(
        der.tagged(0xa0, der.integer(Buffer.from([2]))),
        der.integer(serial),
        algorithm,
        distinguished(issuer),
        // The clocks of a machine that sleeps and of its containers differ.
        der.sequence(der.time(new Date(Date.now() - 3_600_000)), der.time(new Date(Date.now() + lifetime))),
        distinguished(subject),
        publicKey.export({ type: "spki", format: "der" }),
        der.tagged(0xa3, der.sequence(...extensions)),
    );
    const whole = der.sequence(body, algorithm, der.bits(createSign("SHA256").update(body).sign(key)));
    const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const distinguished = (name: string) =>
    der.sequence(der.tagged(0x31, der.sequence(der.oid(oids.commonName), der.tagged(0x0c, Buffer.from(name)))));

const extension = (oid: string, value: Buffer, critical = false) =>
    der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.tagged(0x04, value));

const keys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }) as string;

/** The keys by which a cluster's tokens of service accounts are signed and checked, as PEM. */
export function tokenKeys(): { signing: string; checking: string } {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const checking = createPublicKey(privateKey).export({ type: "spki", format: "pem" }) as string;
    return { signing: pem(privateKey), checking };
}
