/** The price lists of Google's products that bill a resource, by the start of its type. */
const prices: Record<string, string> = {
    "gcp:appengine/": "appengine/pricing",
    "gcp:artifactregistry/repository:": "artifact-registry/pricing",
    "gcp:bigquery/table:": "bigquery/pricing",
    "gcp:cloudfunctionsv2/": "run/pricing",
    "gcp:cloudrunv2/": "run/pricing",
    "gcp:cloudscheduler/": "scheduler/pricing",
    "gcp:composer/": "composer/pricing",
    "gcp:compute/globalForwardingRule:": "vpc/network-pricing#lb",
    "gcp:compute/instance:": "compute/all-pricing",
    "gcp:compute/regionInstanceGroupManager:": "compute/all-pricing",
    "gcp:compute/routerNat:": "nat/pricing",
    "gcp:compute/securityPolicy:": "armor/pricing",
    "gcp:container/": "kubernetes-engine/pricing",
    "gcp:kms/cryptoKey:": "kms/pricing",
    "gcp:monitoring/alertPolicy:": "stackdriver/pricing",
    "gcp:pubsub/topic:": "pubsub/pricing",
    "gcp:secretmanager/secretVersion:": "secret-manager/pricing",
    "gcp:sql/databaseInstance:": "sql/pricing",
    "gcp:storage/bucket:": "storage/pricing",
    "gcp:vertex/aiEndpoint:": "vertex-ai/pricing",
    "gcp:workflows/": "workflows/pricing",
    "kubernetes:core/v1:Service": "vpc/network-pricing#lb",
};

/** Starts of types that are free, or billed with what they are part of. */
const free = [
    "docker-build:index:Image",
    "gcp:bigquery/dataset:",
    "gcp:billing/budget:",
    "gcp:compute/backendService:",
    "gcp:compute/firewall:",
    "gcp:compute/globalAddress:",
    "gcp:compute/healthCheck:",
    "gcp:compute/network:",
    "gcp:compute/regionAutoscaler:",
    "gcp:compute/regionInstanceTemplate:",
    "gcp:compute/resourcePolicy:",
    "gcp:compute/router:",
    "gcp:compute/subnetwork:",
    "gcp:compute/targetHttpProxy:",
    "gcp:compute/uRLMap:",
    "gcp:iam/",
    "gcp:iap/",
    "gcp:kms/keyRing:",
    "gcp:monitoring/notificationChannel:",
    "gcp:organizations/",
    "gcp:orgpolicy/",
    "gcp:projects/",

    "gcp:pubsub/schema:",
    "gcp:pubsub/subscription:",
    "gcp:resourcemanager/",
    "gcp:secretmanager/secret:",
    "gcp:serviceaccount/",
    "gcp:servicenetworking/",
    "gcp:sql/database:",
    "gcp:sql/user:",
    "gcp:storage/bucketObject:",
    "kubernetes:apps/",
    "kubernetes:autoscaling/",
    "kubernetes:core/v1:Namespace",
    "kubernetes:networking.k8s.io/",
    "kubernetes:policy/",
    "pulumi-nodejs:dynamic",
    "pulumi:",
    "slipway:",
    "foundation:",
];

const isIam = (type: string) => /iam(Member|Binding|Policy|AuditConfig):/i.test(type);

/** The price lists of resources, and the types of which it is not known who bills them. */
export function billed(types: string[]): { prices: string[]; unknown: string[] } {
    const kinds = [...new Set(types)].filter((type) => !isIam(type));
    const found = kinds.map((type) => Object.entries(prices).find(([start]) => type.startsWith(start))?.[1]);
    const unknown = kinds.filter((type, index) => !found[index] && !free.some((start) => type.startsWith(start)));
    const pages = found.flatMap((page) => (page === undefined ? [] : [`https://cloud.google.com/${page}`]));
    return { prices: [...new Set(pages)].sort(), unknown };
}
