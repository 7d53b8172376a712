import { createHash, X509Certificate } from "node:crypto";
import type { KeyPair } from "../../../machine/certificates";
import type { Cloud } from "../../cloud/cloud";
import type { Context, Inputs } from "../../rules/rules";
import { instanceName } from "./names";

/** Loaded on demand, because it takes longer to load than everything else, and most programs have no instance. */
const certificates = (): typeof import("../../../machine/certificates") => require("../../../machine/certificates");

/**
 * The certificate authority of an instance, created on demand: "About SSL/TLS certificates". Its key is the content of
 * a separate entry, so that neither outputs nor `slipway local show` contain it.
 */
export async function serverCa(cloud: Cloud, project: string, instance: string): Promise<KeyPair> {
    const name = `${instanceName(project, instance)}/serverCas/1`;
    if (!cloud.store.read(name)) {
        const created = await certificates().newAuthority("Google Cloud SQL Server CA");
        const content = cloud.store.keep(Buffer.from(JSON.stringify(created)));
        // If another process was faster, its authority is used.
        cloud.store.create({ name, project, id: `${instance}/serverCas/1`, state: {}, content });
    }
    return JSON.parse(cloud.store.content(cloud.store.read(name)?.content as string).toString());
}

/** For instances whose outputs contain the authority. */
export async function withServerCa({ project, name, serverCaCerts }: Inputs, { cloud }: Context) {
    const { certificate } = await serverCa(cloud, project, name);
    const isTold = serverCaCerts[0]?.cert === certificate;
    return isTold ? undefined : { serverCaCerts: [described(name, certificate)] };
}

/** A server CA certificate in the API's format. */
function described(instance: string, cert: string): Inputs {
    const { validFrom, validTo, fingerprint } = new X509Certificate(cert);
    // The qualifier is a UUID: https://github.com/pulumi/pulumi-gcp/tree/ed6078aa/provider/testdata/recorded/TestProviderUpgrade/sql-user
    const hash = createHash("sha256").update(instance).digest("hex");
    const qualifier = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    return {
        cert,
        commonName: `C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier=${qualifier}`,
        createTime: new Date(validFrom).toISOString(),
        expirationTime: new Date(validTo).toISOString(),
        sha1Fingerprint: fingerprint.replaceAll(":", "").toLowerCase(),
    };
}
