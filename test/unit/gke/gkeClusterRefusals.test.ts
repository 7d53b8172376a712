import { GkeCluster } from "slipway/gke";
import { refused } from "../registered";

const refusal = async (args: object) => {
    const message = await refused(() => new GkeCluster("main", args as object));
    return message.replaceAll('GkeCluster "main": ', "");
};
const pool = (args: object) => ({ nodePools: { default: { machineType: "e2-standard-4", ...args } } });
const open = (authorizedNetworks: object) => ({ controlPlane: { ipEndpoint: "public", authorizedNetworks } });
const exclusions = (...all: object[]) => ({
    maintenance: { exclusions: Object.fromEntries(all.map((each, index) => [`time-${index}`, each])) },
});
const key = (location: string) => `projects/acme-dev/locations/${location}/keyRings/data/cryptoKeys/all`;
const sale = { start: "2026-11-20T00:00:00Z", end: "2027-02-18T00:00:00Z" };
const window = (args: object) => ({ maintenance: { window: { start: "02:00", duration: "4 hours", ...args } } });

test.each<[string, object, string]>([
    [
        "a name with capitals",
        { name: "Main" },
        'name: must have up to 33 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen (got "Main").',
    ],
    ["a country", { region: "europe" }, 'region: must be a region such as europe-west1 (got "europe").'],
    [
        "a region as a zone",
        { ...pool({}), zone: "europe-west1" },
        'zone: must be a zone such as europe-west1-b (got "europe-west1").',
    ],
    [
        "a region and a zone",
        { ...pool({}), region: "europe-west1", zone: "europe-west1-b" },
        "zone: [gke/zone-and-region]",
    ],
    ["a zone without node pools", { zone: "europe-west1-b" }, "zone: [gke/option-of-standard]"],
    [
        "an unknown channel",
        { releaseChannel: "LATEST" },
        'releaseChannel: must be one of RAPID, REGULAR, STABLE, EXTENDED (got "LATEST").',
    ],
    ["an unknown option", { nodepools: {} }, 'nodepools: unknown option "nodepools"; did you mean "nodePools"?'],
    [
        "all addresses",
        open({ all: "0.0.0.0/0" }),
        'controlPlane.authorizedNetworks.all: must not be all addresses (got "0.0.0.0/0"). Specify the networks from which the cluster is managed.',
    ],
    [
        "an invalid network",
        open({ office: "203.0.113.7" }),
        'controlPlane.authorizedNetworks.office: must be a range of IPv4 addresses such as 10.0.0.0/20 (got "203.0.113.7").',
    ],
    [
        "too large a range",
        open({ office: "203.0.256.0/24" }),
        'controlPlane.authorizedNetworks.office: must be a range of IPv4 addresses such as 10.0.0.0/20 (got "203.0.256.0/24").',
    ],
    [
        "a range with host bits",
        open({ office: "203.0.113.7/24" }),
        'controlPlane.authorizedNetworks.office: must start at the first address of its block, 203.0.113.0/24 (got "203.0.113.7/24").',
    ],
    [
        "too long a name of a network",
        open({ ["a".repeat(101)]: "203.0.113.0/24" }),
        expect.stringContaining(": the name of a network must have 1 to 100 characters (got "),
    ],
    [
        "a public address without ranges",
        { controlPlane: { ipEndpoint: "public" } },
        "controlPlane.authorizedNetworks: is missing.",
    ],
    [
        "allowed ranges without a public address",
        { controlPlane: { authorizedNetworks: {} } },
        'controlPlane.authorizedNetworks: unknown option "authorizedNetworks". It limits an IP endpoint, and there is none by default. Set ipEndpoint to "private" or "public", or remove it.',
    ],
    [
        "another endpoint",
        { controlPlane: { ipEndpoint: "open" } },
        'controlPlane.ipEndpoint: must be one of none, private, public (got "open").',
    ],
    [
        "an endpoint alone",
        { controlPlane: "public" },
        'controlPlane: must be an object with ipEndpoint (got "public").',
    ],
    ["no object", { controlPlane: null }, "controlPlane: must be an object with ipEndpoint (got null)."],
    [
        "a private control plane with public nodes",
        { controlPlane: { ipEndpoint: "private" }, privateNodes: false },
        "controlPlane.ipEndpoint: [gke/private-endpoint-with-public-nodes]",
    ],
    [
        "a network without a subnetwork",
        { network: { subnet: "apps" } },
        "network.network: [network/network-or-subnet-missing]",
    ],
    [
        "two networks",
        { network: { ranges: {}, network: "apps", subnet: "apps" } },
        'network.network: unknown option "network"; the only option is ranges.\nnetwork.subnet: unknown option "subnet"; the only option is ranges.',
    ],
    [
        "a subnet in another region",
        { network: { network: "apps", subnet: "projects/acme-dev/regions/us-east1/subnetworks/apps" } },
        "network.subnet: [place/other-region]",
    ],
    [
        "a proxy-only subnet with few addresses",
        { network: { ranges: { proxies: "10.129.0.0/27" } } },
        'network.ranges.proxies: must have a prefix from /4 to /26 (got "10.129.0.0/27").',
    ],
    [
        "ranges that overlap",
        { network: { ranges: { pods: "10.0.0.0/16" } } },
        "network.ranges.pods: [gke/ranges-overlap]",
    ],
    [
        "ranges too large and too small for services and nodes",
        { network: { ranges: { services: "172.16.0.0/15", nodes: "10.8.0.0/30" } } },
        [
            'network.ranges.nodes: must have a prefix from /8 to /29 (got "10.8.0.0/30").',
            'network.ranges.services: must have a prefix from /16 to /28 (got "172.16.0.0/15").',
        ].join("\n"),
    ],
    [
        "a range too small for pods",
        { network: { ranges: { pods: "10.8.0.0/25" } } },
        'network.ranges.pods: must have a prefix from /9 to /24 (got "10.8.0.0/25").',
    ],
    [
        "a key in another region",
        { encryptionKey: "projects/acme-dev/locations/europe/keyRings/data/cryptoKeys/all" },
        'encryptionKey: must be in europe-west1, as the cluster is (got "projects/acme-dev/locations/europe/keyRings/data/cryptoKeys/all").',
    ],
    [
        "a key outside of its zone's region",
        { ...pool({}), zone: "us-east1-b", encryptionKey: key("us-east4") },
        `encryptionKey: must be in us-east1, as the cluster is (got "${key("us-east4")}").`,
    ],
    [
        "an invalid key",
        { encryptionKey: "all" },
        'encryptionKey: must be a KmsKey, or a key\'s ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales (got "all").',
    ],
    [
        "another group",
        { securityGroup: "admins@acme.com" },
        'securityGroup: must be a group that is named gke-security-groups@<domain> (got "admins@acme.com").',
    ],
    [
        "too many labels",
        { labels: Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`label-${index}`, ""])) },
        "labels: [gke/too-many-labels]",
    ],
    [
        "an invalid time",
        window({ start: "24:00" }),
        'maintenance.window.start: must be a time of the day in UTC such as 02:00 (got "24:00").',
    ],
    [
        "a short window",
        window({ duration: "3 hours" }),
        'maintenance.window.duration: must be from 4 hours to 24 hours (got "3 hours").',
    ],
    ["a window that never occurs", window({ days: [] }), "maintenance.window.days: [gke/maintenance-without-day]"],
    [
        "an exclusion that ends before it begins",
        { maintenance: { exclusions: { sale: { start: "2026-12-02T00:00:00Z", end: "2026-11-20T00:00:00Z" } } } },
        "maintenance.exclusions.sale.end: [gke/exclusion-end-before-start]",
    ],
    [
        "an exclusion that ends when it begins",
        exclusions({ start: "2026-11-20T00:00:00Z", end: "2026-11-20T00:00:00Z" }),
        "maintenance.exclusions.time-0.end: [gke/exclusion-end-before-start]",
    ],
    [
        "an exclusion of all upgrades that is too long",
        exclusions({ start: "2026-11-20T00:00:00Z", end: "2027-02-18T00:00:01Z" }),
        "maintenance.exclusions.time-0.end: [gke/exclusion-too-long]",
    ],
    [
        "four exclusions of all upgrades",
        exclusions(...Array.from({ length: 4 }, () => sale)),
        "maintenance.exclusions: [gke/too-many-exclusions]",
    ],
    [
        "too long a name of an exclusion",
        { maintenance: { exclusions: { ["a".repeat(64)]: sale } } },
        expect.stringContaining(": an exclusion's name must have 1 to 63 characters (got "),
    ],
    [
        "too many maintenance exclusions",
        exclusions(...Array.from({ length: 21 }, () => ({ ...sale, scope: "NO_MINOR_UPGRADES" }))),
        expect.stringContaining("maintenance.exclusions: there can be 20 exclusions at most (got {"),
    ],
    ["a pool without a machine type", { nodePools: { default: {} } }, "nodePools.default.machineType: is missing."],
    [
        "an invalid machine type",
        pool({ machineType: "large" }),
        'nodePools.default.machineType: must be a machine type such as e2-standard-4 (got "large").',
    ],
    [
        "a minimum of nodes above the maximum",
        pool({ scaling: { min: 5, max: 3 } }),
        "nodePools.default.scaling.min: [range/min-above-max]",
    ],
    [
        "a zone of another region",
        pool({ zones: ["europe-west1-b", "europe-west4-a"] }),
        "nodePools.default.zones.1: [place/other-region]",
    ],
    [
        "a surge upgrade of no nodes",
        pool({ upgrade: { maxSurge: 0, maxUnavailable: 0 } }),
        "nodePools.default.upgrade: [gke/upgrade-node-count]",
    ],
    [
        "a surge upgrade of too many nodes",
        pool({ upgrade: { maxSurge: 20, maxUnavailable: 1 } }),
        "nodePools.default.upgrade: [gke/upgrade-node-count]",
    ],
    [
        "too long a key and a value of a node's label",
        pool({ labels: { ["a".repeat(64)]: "b", team: "b".repeat(64) } }),
        [
            `nodePools.default.labels.${"a".repeat(64)}: a key must have up to 63 letters, digits, _, . and -, optionally with a domain and / before it (got "${"a".repeat(64)}").`,
            `nodePools.default.labels.team: must have up to 63 letters, digits, _, . and -, starting and ending with a letter or digit (got "${"b".repeat(64)}").`,
        ].join("\n"),
    ],
    [
        "an unknown option of a pool",
        pool({ minNodes: 3 }),
        'nodePools.default.minNodes: unknown option "minNodes"; did you mean "scaling.min"?',
    ],
    [
        "a pool's name with capitals",
        { nodePools: { Default: { machineType: "e2-standard-4" } } },
        'nodePools.Default: a pool\'s name must have up to 40 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen (got "Default").',
    ],
    [
        "the performance of a disk that has none",
        pool({ diskType: "pd-ssd", diskIops: 3000, diskThroughput: 140 }),
        [
            "nodePools.default.diskIops: [gke/option-of-disk-type]",
            "nodePools.default.diskThroughput: [gke/option-of-disk-type]",
        ].join("\n"),
    ],
    [
        "too few IOPS",
        pool({ diskType: "hyperdisk-balanced", diskIops: 2999 }),
        "nodePools.default.diskIops: must be a whole number from 3000 to 160000 operations (got 2999).",
    ],
    [
        "too much throughput",
        pool({ diskType: "hyperdisk-balanced", diskThroughput: 2401 }),
        "nodePools.default.diskThroughput: must be a whole number from 140 to 2400 MiB (got 2401).",
    ],
    [
        "too many Local SSDs",
        pool({ localSsds: 33 }),
        "nodePools.default.localSsds: must be a whole number from 1 to 32 disks (got 33).",
    ],
    [
        "four threads per core",
        pool({ threadsPerCore: 4 }),
        "nodePools.default.threadsPerCore: must be a whole number from 1 to 2 (got 4).",
    ],
    [
        "a number of GPUs that a node cannot have",
        pool({ machineType: "n1-standard-4", gpu: { type: "nvidia-tesla-t4", count: 3 } }),
        "nodePools.default.gpu.count: [gke/gpu-count-of-type]",
    ],
    [
        "a queue with nodes",
        pool({ queuedProvisioning: true, scaling: { min: 1 } }),
        "nodePools.default.scaling.min: [gke/queued-scaling-min]",
    ],
    [
        "a queue with a fixed number of nodes",
        pool({ queuedProvisioning: true, scaling: 2 }),
        "nodePools.default.scaling: [gke/queued-scaling-fixed]",
    ],
    [
        "a fixed number of no nodes",
        pool({ scaling: 0 }),
        "nodePools.default.scaling: must be a whole number from 1 to 15000 nodes (got 0).",
    ],
    [
        "a part of a GB of a disk",
        pool({ diskSize: "20.5 GB" }),
        'nodePools.default.diskSize: must be a whole number of GB (got "20.5 GB").',
    ],
    [
        "a queue with reservations",
        pool({ queuedProvisioning: true, reservation: { name: "gpus" } }),
        "nodePools.default.reservation: [gke/queued-reservation]",
    ],
    [
        "an unknown kind of reservation",
        pool({ reservation: "gpus" }),
        'nodePools.default.reservation: must be one of NO_RESERVATION, ANY_RESERVATION (got "gpus").',
    ],
    [
        "the address of what is no service account",
        pool({ account: "nodes@acme.com" }),
        'nodePools.default.account: must be a ServiceAccount (got "nodes@acme.com"). Pass the component, not its email address. For an account that exists already write "etl@acme-dev.iam.gserviceaccount.com".',
    ],
    [
        "a registry with a scheme",
        pool({ registryMirrors: { "https://docker.io": ["mirror.acme.com"] } }),
        'nodePools.default.registryMirrors.https://docker.io: must be the host of a registry, such as docker.io or 10.0.1.2:5000 (got "https://docker.io").',
    ],
    [
        "a registry without mirrors",
        pool({ registryMirrors: { "docker.io": [] } }),
        "nodePools.default.registryMirrors.docker.io: must have a mirror (got []).",
    ],
    [
        "an invalid mirror",
        pool({ registryMirrors: { "docker.io": ["*.acme.com"] } }),
        'nodePools.default.registryMirrors.docker.io.0: must be a host or a URL such as https://mirror.acme.com (got "*.acme.com").',
    ],
    [
        "metrics without those of the system",
        { ...pool({}), monitoring: { components: ["APISERVER"] } },
        'monitoring.components: must have SYSTEM_COMPONENTS, which all others require (got ["APISERVER"]). Set false for none.',
    ],
    [
        "logs without those of the system",
        { ...pool({}), logging: ["WORKLOADS"] },
        'logging: must have SYSTEM_COMPONENTS, which all others require (got ["WORKLOADS"]). Set false for none.',
    ],
    [
        "logs of the control plane alone",
        { ...pool({}), logging: false, controlPlaneLogs: ["APISERVER"] },
        "controlPlaneLogs: [gke/control-plane-logs-without-system]",
    ],
    [
        "an Autopilot cluster without logs and metrics",
        { logging: false, monitoring: false },
        ["logging: [gke/logging-of-autopilot]", "monitoring: [gke/monitoring-of-autopilot]"].join("\n"),
    ],
    [
        "an Autopilot cluster without managed Prometheus",
        { monitoring: { prometheus: false } },
        "monitoring.prometheus: [gke/prometheus-of-autopilot]",
    ],
    [
        "an Autopilot cluster with only the logs of the system",
        { logging: ["SYSTEM_COMPONENTS"] },
        "logging: [gke/logging-of-autopilot]",
    ],
    ["notifications to nowhere", { notifications: {} }, "notifications.topic: is missing."],
    [
        "a domain for all clusters of a network",
        { ...pool({}), dns: { scope: "VPC_SCOPE" } },
        "dns.domain: [gke/dns-domain-missing]",
    ],
    [
        "an invalid domain",
        { ...pool({}), dns: { domain: "gke_local" } },
        'dns.domain: must be a domain in lower case such as gke.local (got "gke_local").',
    ],
    [
        "node auto-provisioning without a limit of memory",
        { ...pool({}), autoProvisioning: { cpu: 48 } },
        "autoProvisioning.memory: is missing.",
    ],
    [
        "node auto-provisioning of no vCPUs",
        { ...pool({}), autoProvisioning: { cpu: 0, memory: "182 GB" } },
        "autoProvisioning.cpu: must be a whole number from 1 (got 0).",
    ],
    [
        "node auto-provisioning with a part of a vCPU",
        { ...pool({}), autoProvisioning: { cpu: 1.5, memory: "182 GB" } },
        "autoProvisioning.cpu: must be a whole number from 1 (got 1.5).",
    ],
    [
        "node auto-provisioning without memory",
        { ...pool({}), autoProvisioning: { cpu: 48, memory: "0 GB" } },
        'autoProvisioning.memory: must be a whole number of GB (got "0 GB").',
    ],
    [
        "node auto-provisioning with a part of a GB",
        { ...pool({}), autoProvisioning: { cpu: 48, memory: "512 MiB" } },
        'autoProvisioning.memory: must be a whole number of GB (got "512 MiB").',
    ],
    [
        "node auto-provisioning with more than a GB and less than two",
        { ...pool({}), autoProvisioning: { cpu: 48, memory: "1536 MiB" } },
        'autoProvisioning.memory: must be a whole number of GB (got "1536 MiB").',
    ],
    [
        "an unknown GPU",
        { ...pool({}), autoProvisioning: { cpu: 48, memory: "182 GB", gpu: { L4: 2 } } },
        'autoProvisioning.gpu.L4: must be a GPU such as nvidia-l4 (got "L4").',
    ],
    [
        "an internal endpoint for Google Cloud",
        { controlPlane: { ipEndpoint: "private", googleCloudAccess: true } },
        'controlPlane.googleCloudAccess: unknown option "googleCloudAccess"; the options are dnsEndpoint, authorizedNetworks, ipEndpoint.',
    ],
    [
        "options of a Standard cluster",
        { maxPodsPerNode: 64, autoscalingProfile: "BALANCED" },
        ["autoscalingProfile: [gke/option-of-standard]", "maxPodsPerNode: [gke/option-of-standard]"].join("\n"),
    ],
])("a cluster is refused with %s", async (_, args, words) => {
    expect(await refusal(args)).toEqual(words);
});
