import { types } from "../../simulator/rules/catalogue";

/**
 * Types without a price of their own that have no rules; rules say it of their type (`cost: "free"`). Most are on the list of
 * https://github.com/infracost/infracost/blob/95ba4f49a7abf5567b04f751a115543281a4ab18/internal/providers/terraform/google/registry.go
 * (`FreeResources`).
 */
export const freeWithoutRules = [
    "gcp:bigquery/job:Job",
    "gcp:compute/autoscaler:Autoscaler",
    "gcp:compute/externalVpnGateway:ExternalVpnGateway",
    "gcp:compute/haVpnGateway:HaVpnGateway",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/managedSslCertificate:ManagedSslCertificate",
    "gcp:compute/networkPeering:NetworkPeering",
    "gcp:compute/projectMetadata:ProjectMetadata",
    "gcp:compute/projectMetadataItem:ProjectMetadataItem",
    "gcp:compute/sSLCertificate:SSLCertificate",
    "gcp:compute/vPNGateway:VPNGateway",
    "gcp:sql/sslCert:SslCert",
    "gcp:storage/hmacKey:HmacKey",
];

const free = new Set([
    ...freeWithoutRules,
    ...Object.entries(types).flatMap(([type, { cost }]) => (cost === "free" ? [type] : [])),
]);

/** Resources of other providers that exist outside of Google Cloud, or in a cluster whose nodes or pods are billed. */
const elsewhere =
    /^(kubernetes:|docker:|docker-build:|random:|tls:|command:|pulumi-nodejs:dynamic\/(appengine:Application|function:PublicAccess|model:Model)$)/;

/** Whether a type has no price of its own. */
export const isFree = (type: string): boolean =>
    free.has(type) || /IAM(Member|Binding|Policy)$|Iam(Member|Binding|Policy)$/.test(type) || elsewhere.test(type);
