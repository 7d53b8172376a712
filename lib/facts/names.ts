import { facts } from "./facts";
import { bigQueryLimits } from "./limits/bigQuery";
import { iamLimits, workloadIdentityLimits } from "./limits/iam";

/** The format of the names of a resource type. */
export interface NameFormat {
    max: number;
    pattern: RegExp;
    /** The format in words, for errors. */
    rule: string;
}

/** Lower-case letters, digits and hyphens, like a label of a domain that starts with a letter. */
export const hyphenated = (max: number, min = 1): NameFormat => ({
    max,
    pattern:
        min === 1
            ? new RegExp(`^[a-z]([a-z0-9-]{0,${max - 2}}[a-z0-9])?$`)
            : new RegExp(`^[a-z][a-z0-9-]{${min - 2},${max - 2}}[a-z0-9]$`),
    rule: `must have ${min === 1 ? "up" : min} to ${max} lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
});

/** Any sequence of characters of a class. */
const charactersOf = (characters: string, max: number, words: string): NameFormat => ({
    max,
    pattern: new RegExp(`^[${characters}]{1,${max}}$`, "u"),
    rule: `must have 1 to ${max} ${words}`,
});

/** The ID of a pool or a provider of Workload Identity Federation. */
export const poolId = (max: number, min = 1): NameFormat => ({
    max,
    pattern: new RegExp(`^(?!gcp-)[a-z0-9-]{${min},${max}}$`),
    rule: `must have ${min} to ${max} lower-case letters, digits and hyphens, and not start with gcp-`,
});

const maxLabel = 63;

/** A label of a domain name: RFC 1035, with a digit at the start as in RFC 1123. */
const domainLabel = `[a-z0-9]([a-z0-9-]{0,${maxLabel - 2}}[a-z0-9])?`;

/** Formats of names in Google Cloud, by resource type. */
export const nameFormats = facts<NameFormat>()({
    subject: "Formats of names",
    source: "https://cloud.google.com/compute/docs/naming-resources",
    checked: "2026-11-22",
    rows: {
        /** Networks, subnets and their ranges, addresses, firewall rules, network tags and most others of Compute Engine. */
        computeResource: hyphenated(63),
        /** Of a cluster or a node pool. */
        gkeCluster: {
            ...hyphenated(40),
            source: "https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters",
        },
        /** Of Backup for GKE. */
        backupPlan: {
            ...hyphenated(63),
            source: "https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans/create",
        },
        vpcConnector: {
            ...hyphenated(25, 2),
            source: "https://cloud.google.com/vpc/docs/reference/vpcaccess/rest/v1/projects.locations.connectors/create",
        },
        projectId: {
            ...hyphenated(30, 6),
            source: "https://cloud.google.com/resource-manager/docs/creating-managing-projects",
        },
        projectDisplayName: {
            max: 30,
            pattern: /^[A-Za-z0-9\-'" !]{4,30}$/,
            rule: "must be 4 to 30 letters, digits, hyphens, quotes, spaces and exclamation marks",
            source: "https://cloud.google.com/resource-manager/docs/creating-managing-projects",
        },
        serviceAccountId: {
            ...hyphenated(iamLimits.rows.accountId.max, iamLimits.rows.accountId.min),
            source: "https://cloud.google.com/iam/docs/service-accounts-create",
        },
        appEngineService: {
            max: maxLabel,
            pattern: new RegExp(`^(?!ah-|.*-dot-)${domainLabel}$`),
            rule: `must have up to ${maxLabel} lower-case letters, digits and hyphens, start and end with a letter or digit, not start with ah-, and not contain -dot-`,
            source: "https://cloud.google.com/appengine/docs/standard/how-requests-are-routed",
            checked: "never",
        },
        appEngineVersion: {
            max: maxLabel,
            pattern: new RegExp(`^(?!ah-|(?:default|latest)$)${domainLabel}$`),
            rule: `must have up to ${maxLabel} lower-case letters, digits and hyphens, start and end with a letter or digit, not start with ah-, and not be default or latest`,
            source: "https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.services.versions",
        },
        /** Of a volume of the flexible environment. */
        appEngineVolume: {
            ...hyphenated(63),
            source: "https://cloud.google.com/appengine/docs/flexible/reference/app-yaml",
        },
        artifactRegistryRepository: {
            ...hyphenated(63),
            source: "https://cloud.google.com/artifact-registry/docs/repositories/create-repos",
        },
        bigQueryDataset: {
            ...charactersOf("A-Za-z0-9_", bigQueryLimits.rows.datasetId.max, "letters, digits and _"),
            source: "https://cloud.google.com/bigquery/docs/datasets",
        },
        bigQueryRoutine: {
            ...charactersOf("A-Za-z0-9_", 256, "letters, digits and _"),
            source: "https://cloud.google.com/bigquery/docs/reference/rest/v2/routines",
            checked: "2026-11-27",
        },
        /** Categories of Unicode: letters, marks, numbers, connectors, dashes and spaces. The limit is in bytes. */
        bigQueryTable: {
            ...charactersOf(
                "\\p{L}\\p{M}\\p{N}\\p{Pc}\\p{Pd}\\p{Zs}",
                1024,
                "letters, digits, underscores, hyphens and spaces",
            ),
            source: "https://cloud.google.com/bigquery/docs/tables",
        },
        /** The characters of flexible column names. */
        bigQueryColumn: {
            max: 300,
            pattern: /^[\p{L}_][\p{L}\p{N}\p{Pc}\p{Pd}\p{M} &%=+:'<>#|]{0,299}$/u,
            rule: "must have up to 300 letters, digits and characters that column names can have, and start with a letter or _",
            source: "https://cloud.google.com/bigquery/docs/schemas",
            checked: "never",
        },
        /** Each part between dots has at most 63 characters. */
        bucket: {
            max: 222,
            pattern:
                /^(?=.{3,222}$)(?!goog)(?!.*(?:google|g00gle))(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9_-]{0,62}(?:(?:\.[a-z0-9_-]{1,63})*\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59}))?(?<=[a-z0-9])$/,
            rule: "must have 3 to 63 lower-case letters, digits, -, _ and . (with dots up to 222, up to 63 between dots, and a top-level domain at the end), start and end with a letter or digit, not start with goog, not contain google, and not be an IP address",
            source: "https://cloud.google.com/storage/docs/buckets",
        },
        /** Of a certificate, a map, its entries and an authorization. */
        certificateManager: {
            max: 64,
            pattern: /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
            rule: "must have up to 64 letters, digits, _ and -, and start with a letter",
            source: "https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/products/certificatemanager/Certificate.yaml",
        },
        cloudRunService: {
            ...hyphenated(49),
            source: "https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create",
        },
        /** With its project's ID and a colon. */
        cloudSqlInstance: {
            ...hyphenated(98),
            source: "https://cloud.google.com/sql/docs/postgres/instance-settings",
            checked: "2026-11-20",
        },
        /** Google allows 64 characters, but the name is also the value of a label. */
        composerEnvironment: {
            ...hyphenated(63),
            source: "https://cloud.google.com/composer/docs/reference/rest/v1/projects.locations.environments",
        },
        customRole: {
            max: 64,
            pattern: /^[A-Za-z0-9_.]{3,64}$/,
            rule: "must have 3 to 64 letters, digits, underscores and periods",
            source: "https://docs.cloud.google.com/iam/docs/creating-custom-roles",
            checked: "2026-11-22",
        },
        dnsZone: {
            ...hyphenated(63),
            source: "https://cloud.google.com/dns/docs/reference/rest/v1/managedZones",
        },
        /** Of App Engine, load balancers and certificates, in lower case. */
        domain: {
            max: 253,
            pattern: new RegExp(`^(?=.{1,253}$)(?:${domainLabel}\\.)+[a-z]([a-z0-9-]{0,${maxLabel - 2}}[a-z0-9])?$`),
            rule: "must be a domain such as shop.acme.dev, in lower case",
            source: "https://www.rfc-editor.org/rfc/rfc1035",
        },
        domainLabel: {
            max: maxLabel,
            pattern: new RegExp(`^${domainLabel}$`),
            rule: `must have up to ${maxLabel} lower-case letters, digits and hyphens, and start and end with a letter or digit`,
            source: "https://www.rfc-editor.org/rfc/rfc1035",
        },
        /** An endpoint of Private Service Connect for Google's APIs. */
        endpointOfApis: {
            max: 20,
            pattern: /^[a-z][a-z0-9]{0,19}$/,
            rule: "must have up to 20 lower-case letters and digits, and start with a letter",
            source: "https://cloud.google.com/vpc/docs/configure-private-service-connect-apis",
        },
        function: {
            max: 63,
            pattern: /^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/,
            rule: "must have up to 63 lower-case letters, digits, _ and -, start with a letter, and end with a letter or digit",
            source: "https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/create",
            checked: "never",
        },
        /** A key ring or a key of Cloud KMS. */
        kmsKey: {
            ...charactersOf("A-Za-z0-9_\\-", 63, "letters, digits, - and _"),
            source: "https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/create",
        },
        /** Of all objects, including Services. */
        kubernetesObject: {
            ...hyphenated(63),
            source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
        },
        /** Of a log bucket or a log view. */
        logBucket: {
            max: 100,
            pattern: /^[A-Za-z0-9][\w.-]{0,99}$/,
            rule: "must have up to 100 letters, digits and _-., and start with a letter or a digit",
            source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets/create",
            checked: "2026-11-27",
        },
        /** Of a linked dataset of a log bucket. */
        logLink: {
            ...charactersOf("A-Za-z0-9_", 100, "letters, digits and _"),
            source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/locations.buckets.links/create",
            checked: "2026-11-27",
        },
        /** Of a sink or an exclusion of Cloud Logging. */
        logSink: {
            max: 100,
            pattern: /^[A-Za-z0-9][\w.-]{0,99}$/,
            rule: "must have up to 100 letters, digits and _-., and start with a letter or a digit",
            source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks",
            checked: "2026-11-23",
        },
        logMetric: {
            max: 100,
            pattern: /^[\w.,+!*'()%-][\w.,+!*'()%/-]{0,99}$/,
            rule: "must have up to 100 letters, digits and _-.,+!*'()%/, and not start with /",
            source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics",
            checked: "2026-11-23",
        },
        pubSub: {
            max: 255,
            pattern: /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
            rule: "must have 3 to 255 letters, digits and -_.~+%, start with a letter, and not start with goog",
            source: "https://cloud.google.com/pubsub/docs/pubsub-basics",
        },
        queue: {
            ...charactersOf("A-Za-z0-9\\-", 100, "letters, digits and -"),
            source: "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues",
        },
        schedulerJob: {
            ...charactersOf("A-Za-z0-9_\\-", 500, "letters, digits, - and _"),
            source: "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs",
        },
        secret: {
            ...charactersOf("A-Za-z0-9_\\-", 255, "letters, digits, - and _"),
            source: "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create",
        },
        workflow: {
            max: 64,
            pattern: /^[A-Za-z]([A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/,
            rule: "must have up to 64 letters, digits, _ and -, start with a letter, and end with a letter or digit",
            source: "https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows/create",
        },
        workloadIdentityPool: {
            ...poolId(workloadIdentityLimits.rows.id.max, workloadIdentityLimits.rows.id.min),
            source: "https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create",
        },
    },
});
