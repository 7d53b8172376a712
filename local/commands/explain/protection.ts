import { type Exported, kindOf, nameOf } from "../../machine/exported";

/** What prevents that a resource is lost, read or used by others. */
export interface Protection {
    resource: string;
    protections: string[];
}

/** A property with what it protects from. The first row that fits holds. */
interface Row {
    /** The kind of the resource, and the path of the property. */
    path: RegExp;
    /** By default any value but false. */
    value?: RegExp;
    text: string | ((value: string) => string);
}

const days = (seconds: string) => `${Math.round(Number.parseInt(seconds, 10) / 86_400)} days`;

/**
 * Properties of the provider's resources: https://www.pulumi.com/registry/packages/gcp/api-docs/. A resource that has others with an effect on
 * who may delete it, read it or reach it needs a row here.
 */
const rows: Row[] = [
    { path: /\.deletion(Protection|ProtectionEnabled)$|\.deletionProtectionEnabled$/, text: "deletion protection" },
    { path: /^Secret\.deletionProtection/, text: "deletion protection" },
    { path: /\.deletionPolicy$/, value: /^(PREVENT|RETAIN)$/, text: (value) => `deletion policy ${value}` },
    { path: /^Bucket\.forceDestroy$/, value: /^false$/, text: "is not deleted while it has objects" },
    {
        path: /^Bucket\.softDeletePolicy\.retentionDurationSeconds$/,
        value: /^[1-9]/,
        text: (value) => `deleted objects can be restored for ${days(value)}`,
    },
    { path: /^Bucket\.versioning\.enabled$/, text: "keeps earlier versions of objects" },
    {
        path: /^Bucket\.retentionPolicy\.retentionPeriod$/,
        text: (value) => `objects cannot be deleted for ${days(value)}`,
    },
    { path: /^Bucket\.publicAccessPrevention$/, value: /^enforced$/, text: "cannot be made public" },
    { path: /^Bucket\.uniformBucketLevelAccess$/, text: "no access lists of single objects" },
    { path: /^DatabaseInstance\.settings\.backupConfiguration\.enabled$/, text: "daily backups" },
    { path: /\.backupConfiguration\.pointInTimeRecoveryEnabled$/, text: "point-in-time recovery" },
    { path: /\.settings\.availabilityType$/, value: /^REGIONAL$/, text: "a standby in another zone" },
    { path: /\.ipConfiguration\.ipv4Enabled$/, value: /^false$/, text: "no public IP address" },
    { path: /\.ipConfiguration\.sslMode$/, text: (value) => `connections: ${value}` },
    { path: /^Dataset\.deleteContentsOnDestroy$/, value: /^false$/, text: "is not deleted while it has tables" },
    { path: /^Dataset\.maxTimeTravelHours$/, text: (value) => `rows can be restored for ${value} hours` },
    { path: /^Topic\.messageRetentionDuration$/, text: (value) => `messages can be replayed for ${days(value)}` },
    { path: /^Topic\.messageStoragePolicy\.allowedPersistenceRegions\.0$/, text: "messages stay in named regions" },
    {
        path: /^Subscription\.deadLetterPolicy\.maxDeliveryAttempts$/,
        text: (value) => `undeliverable messages are kept after ${value} attempts`,
    },
    { path: /^Secret\.versionDestroyTtl$/, text: (value) => `destroyed versions can be restored for ${days(value)}` },
    {
        path: /^Service\.ingress$|\.serviceConfig\.ingressSettings$/,
        value: /INTERNAL/,
        text: (value) => `ingress: ${value}`,
    },
    { path: /^Service\.iapEnabled$|\.iap\.enabled$/, text: "Identity-Aware Proxy" },
    { path: /\.binaryAuthorization\./, text: "Binary Authorization" },
    { path: /^(Region)?BackendService\.securityPolicy$/, text: "Cloud Armor" },
    { path: /\.sslPolicy$/, text: "TLS policy" },
    { path: /\.shieldedInstanceConfig\.enableSecureBoot$/, text: "Secure Boot" },
    { path: /^Cluster\.privateClusterConfig\.enablePrivateNodes$/, text: "nodes without public IP addresses" },
    { path: /\.masterAuthorizedNetworksConfig\./, text: "authorized networks of the control plane" },
    {
        path: /^Cluster\.databaseEncryption\.state$/,
        value: /^ENCRYPTED$/,
        text: "Secrets of Kubernetes are encrypted with a key",
    },
    { path: /^Cluster\.workloadIdentityConfig\.workloadPool$/, text: "Workload Identity" },
    { path: /^CryptoKey\.rotationPeriod$/, text: (value) => `rotates every ${days(value)}` },
    { path: /^CryptoKey\.destroyScheduledDuration$/, text: (value) => `versions are destroyed after ${days(value)}` },
    {
        path: /\.(kmsKeyName|kmsKeySelfLink|defaultKmsKeyName|encryptionKeyName|kmsKey|cryptoKeyName)$/,
        text: (value) => `encrypted with ${value}`,
    },
];

/** What protects these resources. */
export function protectionOf(resources: Exported[]): Protection[] {
    return resources
        .map((each) => ({ resource: `${kindOf(each)} ${nameOf(each.urn)}`, protections: protectionsOf(each) }))
        .filter(({ protections }) => protections.length > 0);
}

function protectionsOf(resource: Exported): string[] {
    const { inputs, outputs, protect, retainOnDelete } = resource;
    const found = [...paths({ ...inputs, ...outputs }, kindOf(resource))].flatMap(([path, value]) => {
        const row = rows.find((each) => each.path.test(path) && (each.value ?? /^(?!false$)./).test(value));
        return row ? [typeof row.text === "string" ? row.text : row.text(value)] : [];
    });
    return [
        ...(protect ? ["Pulumi does not delete it"] : []),
        ...(retainOnDelete && resource.custom ? ["stays when the program no longer has it"] : []),
        ...new Set(found),
    ];
}

/** The texts, numbers and booleans in properties, by their paths. */
function* paths(value: unknown, path: string): Generator<[path: string, value: string]> {
    if (typeof value !== "object" || value === null) {
        if (value !== undefined && value !== null) {
            yield [path, String(value)];
        }
        return;
    }
    for (const [key, part] of Object.entries(value)) {
        yield* paths(part, `${path}.${key}`);
    }
}
