import type { Properties } from "../cloud/store";
import { unknown } from "../marks";

/**
 * The types of which the provider sends only what has changed, and nothing if nothing has ("if updateMask is empty we are not updating
 * anything so skip the post", "Only client-side changes detected. Cancelling update operation":
 * {@link https://github.com/hashicorp/terraform-provider-google-beta/tree/main/google-beta/services the provider's resources}).
 *
 * When an update fails, the provider's framework records the new arguments
 * ({@link https://github.com/hashicorp/terraform-plugin-sdk/issues/476}), and the next one, in which nothing has changed, sends nothing.
 * Other types send all arguments again, or record the old ones.
 */
const sendingChanges = new Set([
    "gcp:appengine/domainMapping:DomainMapping",
    "gcp:appengine/engineSplitTraffic:EngineSplitTraffic",
    "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings",
    "gcp:artifactregistry/repository:Repository",
    "gcp:certificatemanager/certificate:Certificate",
    "gcp:certificatemanager/certificateMap:CertificateMap",
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
    "gcp:cloudfunctionsv2/function:Function",
    "gcp:cloudrunv2/job:Job",
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudrunv2/workerPool:WorkerPool",
    "gcp:cloudtasks/queue:Queue",
    "gcp:eventarc/trigger:Trigger",
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:kms/cryptoKeyVersion:CryptoKeyVersion",
    "gcp:monitoring/alertPolicy:AlertPolicy",
    "gcp:monitoring/customService:CustomService",
    "gcp:monitoring/slo:Slo",
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
    "gcp:pubsub/subscription:Subscription",
    "gcp:pubsub/topic:Topic",
    "gcp:secretmanager/regionalSecret:RegionalSecret",
    "gcp:secretmanager/secret:Secret",
    "gcp:vpcaccess/connector:Connector",
    "gcp:workflows/workflow:Workflow",
]);

export const sendsOnlyChanges = (token: string): boolean => sendingChanges.has(token);

/** The planned state without the values that only the server knows. */
export const asRecorded = (planned: Properties): Properties =>
    JSON.parse(JSON.stringify(planned, (_, value: unknown) => (value === unknown ? undefined : value))) as Properties;
