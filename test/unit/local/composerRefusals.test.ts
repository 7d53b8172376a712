import { unknown } from "../../../local/machine/marks";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { prepare, serviceAccount } from "./examples/composer";
import { refusalOf, tokenOf, World } from "./world";

const gen3 = "composer-3-airflow-2.11.1-build.14";
const gen2 = "composer-2.17.9-airflow-2.11.1";
const settings = { project: "acme-dev", region: "europe-west1" };

let shared: World | undefined;
/** A world that remains unchanged, because all changes are refused. */
function untouched(): World {
    if (!shared) {
        shared = new World(settings);
        prepare(shared);
        shared.make("Bucket", { name: "acme-us", location: "us-central1" });
        shared.make("Bucket", { name: "acme-cold", location: "europe-west1", storageClass: "COLDLINE" });
        const retentionPolicy = { retentionPeriod: "100" };
        shared.make("Bucket", { name: "acme-kept", location: "europe-west1", retentionPolicy });
        shared.make("Bucket", { name: "acme-used", location: "europe-west1" });
        shared.make("Environment", { ...inputs(), name: "user", storageConfig: { bucket: "acme-used" } });
        const privateEnvironmentConfig = {
            cloudSqlIpv4CidrBlock: "192.168.0.0/24",
            masterIpv4CidrBlock: "172.16.9.0/28",
        };
        shared.make("Environment", {
            ...inputs({ imageVersion: gen2, nodes, privateEnvironmentConfig }),
            name: "beside",
        });
        shared.beside({ project: "acme-other" }).make("Bucket", { name: "acme-elsewhere", location: "europe-west1" });
    }
    return shared;
}

const nodes = { network: "private", subnetwork: "nodes" };

function inputs({ imageVersion = gen3, software = {}, nodes = {}, storageConfig, ...config }: Inputs = {}): Inputs {
    return {
        name: "scoring",
        storageConfig,
        config: {
            ...config,
            nodeConfig: { serviceAccount, ...nodes },
            softwareConfig: { imageVersion, ...software },
        },
    };
}

const refusal = (given: Inputs) => refusalOf(() => untouched().make("Environment", inputs(given)));
const previewed = (given: Inputs) =>
    untouched().provider.create(tokenOf("Environment"), untouched().checked(tokenOf("Environment"), given), true);
const problem = (text: string) => `googleapi: Error 400: Found 1 problem:\n\t1) ${text}, badRequest`;

const ofOld = "is not supported for Cloud Composer environments in versions 2.0.0 and newer";
const worker = (part: Inputs) => ({ workloadsConfig: { worker: part } });
const window = (recurrence: string, endTime = "2026-01-01T04:00:00Z", startTime = "2026-01-01T00:00:00Z") => ({
    maintenanceWindow: { startTime, endTime, recurrence },
});
const snapshots = (more: Inputs) => ({
    recoveryConfig: {
        scheduledSnapshotsConfig: {
            enabled: true,
            snapshotLocation: "gs://acme-dags/snapshots",
            snapshotCreationSchedule: "0 5 * * *",
            timeZone: "UTC+02",
            ...more,
        },
    },
});
const allowed = (value: string, description?: string) => ({
    webServerNetworkAccessControl: { allowedIpRanges: [{ value, description }] },
});
const override = (key: string, value: string) => ({ software: { airflowConfigOverrides: { [key]: value } } });
const inPrivate = (ranges: Inputs, more: Inputs = {}) => ({
    imageVersion: gen2,
    nodes: { ...nodes, ...more },
    privateEnvironmentConfig: { cloudSqlIpv4CidrBlock: "192.168.1.0/24", ...ranges },
});

test.each<[string, Inputs, string]>([
    [
        "too many CPUs for a worker",
        worker({ cpu: 64, memoryGb: 64 }),
        "You have to specify Worker CPUs not larger than 32.00",
    ],
    [
        "CPUs that are not a multiple of the step",
        worker({ cpu: 3, memoryGb: 12 }),
        "You have to specify Worker CPUs that are 0.5, 1 or a multiple of 2",
    ],
    [
        "too little memory",
        worker({ cpu: 4, memoryGb: 2 }),
        "Worker memory must be between 4.00GB and 32.00GB for given vCpu.",
    ],
    [
        "too much memory in Cloud Composer 2",
        { imageVersion: gen2, ...worker({ cpu: 2, memoryGb: 16 }) },
        "Worker memory must be between 2.00GB and 13.00GB for given vCpu.",
    ],
    [
        "too large a triggerer",
        { workloadsConfig: { triggerer: { count: 1, cpu: 2, memoryGb: 4 } } },
        "You have to specify Triggerer CPUs not larger than 1.00",
    ],
    [
        "less memory than Airflow 3 needs",
        { imageVersion: "composer-3-airflow-3", workloadsConfig: { triggerer: { count: 1, cpu: 0.5, memoryGb: 1 } } },
        "Triggerer memory must be between 2.00GB and 4.00GB for given vCpu.",
    ],
    ["too much storage", worker({ storageGb: 101 }), "Worker storage must be between 0.00GB and 100.00GB."],
    [
        "too many schedulers",
        { workloadsConfig: { scheduler: { count: 4 } } },
        "Scheduler count must be between 1 and 3.",
    ],
    ["no worker", worker({ minCount: 0 }), "Worker count must be between 1 and 100."],
    [
        "a maximum of workers below the minimum",
        worker({ minCount: 5, maxCount: 4 }),
        "Worker minimum count must not be larger than the maximum count.",
    ],
    [
        "an extra large Cloud Composer 2",
        { imageVersion: gen2, environmentSize: "ENVIRONMENT_SIZE_EXTRA_LARGE" },
        "Extra large environments are not supported in Cloud Composer 2.",
    ],
    [
        "a machine type",
        { nodes: { machineType: "n1-standard-1" } },
        `Configuring node machine type ${ofOld}. Please use the workloads config instead.`,
    ],
    ["a number of nodes", { nodeCount: 3 }, `Configuring node count ${ofOld}.`],
    ["a zone", { nodes: { zone: "europe-west1-b" } }, `Configuring node location ${ofOld}.`],
    [
        "maintenance of less than twelve hours",
        window("FREQ=WEEKLY;BYDAY=SA,SU"),
        "Maintenance window must encompass at least 12 hours per week.",
    ],
    [
        "maintenance of three hours at a time",
        window("FREQ=DAILY", "2026-01-01T03:00:00Z"),
        "Maintenance window must be at least 4 hours long.",
    ],
    [
        "maintenance once a month",
        window("FREQ=MONTHLY;BYMONTHDAY=1", "2026-01-01T12:00:00Z"),
        "Maintenance window recurrence 'FREQ=MONTHLY;BYMONTHDAY=1' is invalid. The only allowed values are FREQ=DAILY and FREQ=WEEKLY;BYDAY=...",
    ],
    [
        "maintenance that ends before it starts",
        window("FREQ=DAILY", "2025-12-31T23:00:00Z"),
        "Maintenance window end time must be after its start time.",
    ],
    [
        "maintenance at an invalid time",
        window("FREQ=DAILY", "noon"),
        "Maintenance window time 'noon' is not a valid timestamp.",
    ],
    [
        "snapshots in a time zone by its name",
        snapshots({ timeZone: "Europe/Berlin" }),
        "Invalid time zone: Europe/Berlin. Accepted timezones are: UTC, UTC-[hh], UTC+[hh]. Examples: UTC+02, UTC-06",
    ],
    [
        "snapshots without a time zone",
        snapshots({ timeZone: undefined }),
        "Invalid time zone: . Accepted timezones are: UTC, UTC-[hh], UTC+[hh]. Examples: UTC+02, UTC-06",
    ],
    [
        "snapshots without a schedule",
        snapshots({ snapshotCreationSchedule: "daily" }),
        "Invalid snapshot creation schedule: 'daily' is not a cron expression.",
    ],
    [
        "snapshots without a folder",
        snapshots({ snapshotLocation: "europe-west1" }),
        "Invalid snapshot location: 'europe-west1'. It must be a folder in Cloud Storage: gs://bucket/folder",
    ],
    [
        "snapshots in a bucket that there is not",
        snapshots({ snapshotLocation: "gs://acme-none" }),
        "Snapshot location 'gs://acme-none' is in a bucket that does not exist.",
    ],
    [
        "a range with host bits",
        allowed("203.0.113.7/24"),
        "'203.0.113.7/24' is not a valid IP address or a properly truncated IP range in CIDR notation.",
    ],
    [
        "an IPv6 range with host bits",
        allowed("2001:db8::1/32"),
        "'2001:db8::1/32' is not a valid IP address or a properly truncated IP range in CIDR notation.",
    ],
    [
        "too long a description",
        allowed("203.0.113.7", "x".repeat(301)),
        "Description of IP range '203.0.113.7' must be at most 300 characters long.",
    ],
    [
        "a variable of Cloud Composer's",
        { software: { envVariables: { SQL_HOST: "x" } } },
        "Environment variable name 'SQL_HOST' is reserved.",
    ],
    [
        "a variable with a hyphen",
        { software: { envVariables: { "LOG-LEVEL": "x" } } },
        "Environment variable name 'LOG-LEVEL' must match the pattern [a-zA-Z_][a-zA-Z0-9_]*.",
    ],
    [
        "an override of what Cloud Composer sets",
        override("core-dags_folder", "/tmp"),
        "Error validating key core-dags_folder: Airflow property is blocked and cannot be overridden.",
    ],
    [
        "an override without a section",
        override("parallelism", "4"),
        "Error validating key parallelism: Airflow property keys must have the form 'section-property'.",
    ],
    [
        "an override beyond its limit",
        override("celery-worker_concurrency", "32"),
        "Error validating key celery-worker_concurrency: value 32 must be between 1 and 24.",
    ],
    [
        "a package by its address",
        { software: { pypiPackages: { "tools @ https://acme.dev/tools.whl": "" } } },
        "Error validating key tools @ https://acme.dev/tools.whl: PyPI dependency name is not formatted properly. It must follow the format of 'identifier' specified in PEP-508.",
    ],
    [
        "an invalid version",
        { software: { pypiPackages: { pandas: "2.1" } } },
        "Error validating value 2.1 of key pandas: PyPI dependency extras and version must consist of extras (optional) followed by versionspec (optional), as specified in PEP-508.",
    ],
    [
        "an unknown bucket",
        { storageConfig: { bucket: "acme-none" } },
        "Composer doesn't have permission to read the requested Cloud Storage bucket: gs://acme-none",
    ],
    [
        "a bucket of another region",
        { storageConfig: { bucket: "acme-us" } },
        "Cloud Storage bucket gs://acme-us must be in the same region as the environment: 'europe-west1', not 'us-central1'.",
    ],
    [
        "a bucket of another project",
        { storageConfig: { bucket: "acme-elsewhere" } },
        "Cloud Storage bucket gs://acme-elsewhere must be in the same project as the environment.",
    ],
    [
        "a bucket of another class",
        { storageConfig: { bucket: "acme-cold" } },
        "Cloud Storage bucket gs://acme-cold must have the STANDARD storage class.",
    ],
    [
        "a bucket that keeps objects",
        { storageConfig: { bucket: "acme-kept" } },
        "Cloud Storage bucket gs://acme-kept must not have a retention policy.",
    ],
    [
        "a bucket of another environment",
        { storageConfig: { bucket: "gs://acme-used" } },
        "Cloud Storage bucket gs://acme-used is already used by environment 'user'.",
    ],
    [
        "an unknown network",
        { nodes: { network: "none", subnetwork: "nodes" } },
        "Network 'projects/acme-dev/global/networks/none' does not exist.",
    ],
    [
        "an unknown subnetwork",
        { nodes: { network: "private", subnetwork: "none" } },
        "Subnetwork 'projects/acme-dev/regions/europe-west1/subnetworks/none' does not exist in region 'europe-west1'.",
    ],
    [
        "a subnetwork of another network",
        { nodes: { network: "default", subnetwork: "nodes" } },
        "Subnetwork 'projects/acme-dev/regions/europe-west1/subnetworks/nodes' does not belong to network 'projects/acme-dev/global/networks/default'.",
    ],
    [
        "a subnetwork alone",
        { nodes: { subnetwork: "nodes" } },
        "Network must be specified when subnetwork is specified.",
    ],
    [
        "a network alone",
        { nodes: { network: "private" } },
        "Subnetwork must be specified when a network with custom subnets is specified.",
    ],
    [
        "an attachment of another project",
        { nodes: { composerNetworkAttachment: "projects/acme-prod/regions/europe-west1/networkAttachments/airflow" } },
        "Network Attachment ('projects/acme-prod/regions/europe-west1/networkAttachments/airflow') does not belong to Composer project ('acme-dev').",
    ],
    [
        "ranges of a cluster in Cloud Composer 3",
        { nodes: { ipAllocationPolicy: { clusterSecondaryRangeName: "pods" } } },
        "Configuring IP allocation policy is not supported for Cloud Composer 3 environments.",
    ],
    [
        "an unknown secondary range",
        { imageVersion: gen2, nodes: { ...nodes, ipAllocationPolicy: { clusterSecondaryRangeName: "none" } } },
        "Secondary range 'none' does not exist in the subnetwork.",
    ],
    [
        "a range that overlaps the subnetwork",
        inPrivate({ masterIpv4CidrBlock: "10.0.0.0/28" }),
        "GKE master CIDR block '10.0.0.0/28' overlaps with range '10.0.0.0/24' of the subnetwork.",
    ],
    [
        "two ranges that overlap",
        inPrivate({ masterIpv4CidrBlock: "192.168.1.0/28" }),
        "Cloud SQL CIDR block '192.168.1.0/24' overlaps with GKE master CIDR block '192.168.1.0/28'.",
    ],
    [
        "a range of another environment",
        inPrivate({ masterIpv4CidrBlock: "172.16.9.0/28" }),
        "GKE master CIDR block '172.16.9.0/28' overlaps with '172.16.9.0/28' of another environment in the network.",
    ],
    [
        "a range of Docker's",
        inPrivate({ masterIpv4CidrBlock: "172.17.0.0/28" }),
        "The IP range 172.17.0.0/28 is reserved for the Docker bridge network. GKE master CIDR block must not overlap with it",
    ],
    [
        "too small a range",
        inPrivate({ cloudComposerNetworkIpv4CidrBlock: "172.31.0.0/30" }),
        "Cloud Composer network CIDR block '172.31.0.0/30' must have a netmask size between 24 and 29.",
    ],
    [
        "an invalid range",
        inPrivate({ cloudSqlIpv4CidrBlock: "192.168.1.1/24" }),
        "Cloud SQL CIDR block '192.168.1.1/24' is not a valid IP range.",
    ],
    [
        "a key of another region",
        {
            encryptionConfig: {
                kmsKeyName: "projects/acme-dev/locations/us-central1/keyRings/keys/cryptoKeys/pipelines",
            },
        },
        "KMS key 'projects/acme-dev/locations/us-central1/keyRings/keys/cryptoKeys/pipelines' must be in the same region as the environment: 'europe-west1'.",
    ],
])("%s is refused", (_, given, text) => {
    expect(refusal(given)).toBe(problem(text));
});

test("a key that Cloud Composer 2's additional service agents cannot use is refused, one by one", () => {
    const kmsKeyName = "projects/acme-dev/locations/europe-west1/keyRings/keys/cryptoKeys/pipelines";
    const lacking = ["gcp-sa-artifactregistry", "container-engine-robot", "gcp-sa-pubsub", "compute-system"].map(
        (name, index) =>
            `\n\t${index + 1}) Service account service-${untouched().number}@${name}.iam.gserviceaccount.com does not have the permission to encrypt and decrypt with KMS key '${kmsKeyName}'.`,
    );
    expect(refusal({ imageVersion: gen2, encryptionConfig: { kmsKeyName } })).toBe(
        `googleapi: Error 400: Found 4 problems:${lacking.join("")}, badRequest`,
    );
});

test("all problems are reported together", () => {
    expect(refusal({ nodeCount: 3, ...window("FREQ=WEEKLY;BYDAY=SU"), ...worker({ minCount: 0 }) })).toMatch(
        /^googleapi: Error 400: Found 3 problems:\n\t1\) .*\n\t2\) .*\n\t3\) .*, badRequest$/,
    );
});

test.each<[Inputs, string]>([
    [{ name: "Scoring" }, 'name: "name" ("Scoring") doesn\'t match regexp "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"'],
    [
        inputs({ imageVersion: "2.11" }),
        'config.softwareConfig.imageVersion: "config.0.software_config.0.image_version" ("2.11") doesn\'t match regexp ',
    ],
    [
        inputs({ environmentSize: "SMALL" }),
        'config.environmentSize: expected config.0.environment_size to be one of ["ENVIRONMENT_SIZE_SMALL" "ENVIRONMENT_SIZE_MEDIUM" "ENVIRONMENT_SIZE_LARGE" "ENVIRONMENT_SIZE_EXTRA_LARGE"], got SMALL',
    ],
    [
        inputs({ dataRetentionConfig: { airflowMetadataRetentionConfigs: [{ retentionDays: 7 }] } }),
        "retention_days to be in the range (30 - 730), got 7",
    ],
    [
        inputs(worker({ minCount: -1 })),
        "expected config.0.workloads_config.0.worker.0.min_count to be at least (0), got -1",
    ],
    [
        inputs({ nodes: { composerInternalIpv4CidrBlock: "100.64.0.0/24" } }),
        "Composer Internal IPv4 CIDR range must have size /20",
    ],
    [
        inputs({ software: { pypiPackages: { Pandas: "" } } }),
        'PYPI package "Pandas" can only contain lowercase characters',
    ],
    [
        inputs({ software: { envVariables: { GCS_BUCKET: "x" } } }),
        'env_variable "GCS_BUCKET" is a reserved name and cannot be used',
    ],
    [
        inputs({ software: { envVariables: { AIRFLOW__CORE__PARALLELISM: "4" } } }),
        'env_variable "AIRFLOW__CORE__PARALLELISM" cannot match reserved Airflow variable names with regexp "AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+"',
    ],
    [
        inputs({ privateEnvironmentConfig: { connectionType: "VPC_PEERING" } }),
        "error in configuration, config.0.private_environment_config should not be used in Composer 3",
    ],
    [
        inputs({ imageVersion: gen2, enablePrivateEnvironment: true }),
        "error in configuration, config.0.enable_private_environment should only be used in Composer 3",
    ],
    [
        { name: "scoring", config: { workloadsConfig: { dagProcessor: { count: 1 } } } },
        "error in configuration, config.0.workloads_config.0.dag_processor should only be used in Composer 3",
    ],
    [
        inputs({ nodes: { network: "private", composerNetworkAttachment: "x" } }),
        'config.nodeConfig.network: Conflicting configuration arguments. "config.0.node_config.0.network": conflicts with config.0.node_config.0.composer_network_attachment',
    ],
])("the provider itself refuses %j at preview", (given, text) => {
    expect(refusalOf(() => previewed(given))).toContain(text);
});

test("unknown values are not refused", () => {
    const open = inputs({ imageVersion: gen2, enablePrivateEnvironment: unknown, software: { envVariables: unknown } });
    expect(previewed(open).state.name).toBe("scoring");
    const image = inputs({ imageVersion: unknown, privateEnvironmentConfig: { connectionType: unknown } });
    expect(previewed(image).state.name).toBe("scoring");
});

test.each([
    [
        "europe-west99",
        "googleapi: Error 403: Permission denied on 'locations/europe-west99' (or it may not exist)., forbidden",
    ],
])("the region %s is not supported", (region, text) => {
    expect(refusalOf(() => untouched().make("Environment", { ...inputs(), region }))).toBe(text);
});
