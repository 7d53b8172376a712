import { X509Certificate } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Certified } from "../../kubernetes/controlPlane/certificates";
import type { Context, Inputs } from "../../rules/rules";
import { instanceName } from "./names";

/** Loaded when it is needed: nothing of all that providers are made of takes longer, and most programs have no instance. */
const certificates = (): typeof import("../../kubernetes/controlPlane/certificates") =>
    require("../../kubernetes/controlPlane/certificates");

/**
 * The certificate authority of an instance, made when it is first asked for: "About SSL/TLS certificates". Its key is in the
 * content of an entry of its own, so that neither the outputs of the instance nor `slipway local show` tell it.
 */
export async function serverCa(cloud: Cloud, project: string, instance: string): Promise<Certified> {
    const name = `${instanceName(project, instance)}/serverCas/1`;
    if (!cloud.store.read(name)) {
        const made = await certificates().newAuthority("Google Cloud SQL Server CA");
        const content = cloud.store.keep(Buffer.from(JSON.stringify(made)));
        // Where another process was faster, its own counts.
        cloud.store.create({ name, project, id: `${instance}/serverCas/1`, state: {}, content });
    }
    return JSON.parse(cloud.store.content(cloud.store.read(name)?.content as string).toString());
}

/** For an instance whose authority is in its outputs: nothing is made. */
export async function withServerCa({ project, name, serverCaCerts }: Inputs, { cloud }: Context) {
    const { certificate } = await serverCa(cloud, project, name);
    const isTold = serverCaCerts[0]?.cert === certificate;
    return isTold ? undefined : { serverCaCerts: [described(name, certificate)] };
}

/** A server certificate authority, as an instance tells it. */
function described(instance: string, cert: string): Inputs {
    const { validFrom, validTo, fingerprint } = new X509Certificate(cert);
    return {
        cert,
        commonName: `C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier=${digits(instance, 12)}`,
        createTime: new Date(validFrom).toISOString(),
        expirationTime: new Date(validTo).toISOString(),
        sha1Fingerprint: fingerprint.replaceAll(":", "").toLowerCase(),
    };
}
