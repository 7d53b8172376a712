import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:sql/databaseInstance:DatabaseInstance": ({ name, region }, project) => ({
        id: name,
        connectionName: `${project}:${region}:${name}`,
        privateIpAddress: "10.64.0.3",
        publicIpAddress: "203.0.113.3",
        dnsName: "1a2b3c.4d5e6f.europe-west1.sql.goog.",
        pscServiceAttachmentLink: `projects/tenant/regions/${region}/serviceAttachments/${name}`,
        serviceAccountEmailAddress: "p123-1a2b3c@gcp-sa-cloud-sql.iam.gserviceaccount.com",
        serverCaCerts: [{ cert: "-----BEGIN CERTIFICATE-----" }],
        project,
    }),
};
