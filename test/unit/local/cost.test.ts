import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import type { Facts } from "slipway/facts";
import type { Charge, PriceRow } from "../../../local/commands/cost/charges";
import { estimate, pricedTypes } from "../../../local/commands/cost/estimate";
import { freeWithoutRules } from "../../../local/commands/cost/free";
import { snapshot } from "../../../local/commands/cost/snapshot";
import { formatCosts } from "../../../local/commands/cost/table";
import * as priceTables from "../../../local/commands/cost/tables";
import type { Exported } from "../../../local/machine/exported";
import { types } from "../../../local/simulator/rules/catalogue";

type Inputs = Record<string, unknown>;

/** A resource of a stack, named after its type; `uses` are the names of what properties refer to. */
function resource(
    type: string,
    inputs: Inputs,
    options: { name?: string; parent?: string; uses?: Record<string, string> } = {},
): Exported {
    const { name = (type.split(":").at(-1) as string).toLowerCase(), parent, uses = {} } = options;
    return {
        urn: urnOf(name),
        type: type.startsWith("gcp:") || type.startsWith("kubernetes:") ? type : `gcp:${type}`,
        custom: true,
        id: name,
        parent,
        inputs,
        outputs: inputs,
        propertyDependencies: Object.fromEntries(
            Object.entries(uses).map(([property, used]) => [property, [urnOf(used)]]),
        ),
    };
}

const urnOf = (name: string) => `urn:pulumi:dev::shop::any::${name}`;

/** What is charged, as text: an amount per month, a price of a unit, or "unknown". */
function said(charge: Charge): string {
    if (charge.kind === "unknown") {
        return `${charge.item}: unknown, ${charge.reason}`;
    }
    if (charge.kind === "usage") {
        return `${charge.item}: ${charge.price.amount} per ${charge.price.unit}`;
    }
    const { min, max } = charge;
    const most = max === undefined ? " or more" : max.toFixed(2) === min.toFixed(2) ? "" : ` to ${max.toFixed(2)}`;
    return `${charge.item}: ${min.toFixed(2)}${most}`;
}

const charges = (...resources: Exported[]) => estimate(resources).resources.flatMap((each) => each.charges.map(said));

const belgium = { zone: "europe-west1-b" };
const iowa = { zone: "us-central1-a" };

describe("machines", () => {
    // 0.03685773 an hour, 0.10 for a GiB of pd-balanced, 0.005 an hour for an address in use.
    test("a machine with its disk and its address", () => {
        const bootDisk = { initializeParams: { image: "debian-cloud/debian-12", type: "pd-balanced" } };
        const networkInterfaces = [{ network: "default", accessConfigs: [{}] }];
        expect(
            charges(
                resource("compute/instance:Instance", {
                    ...belgium,
                    machineType: "e2-medium",
                    bootDisk,
                    networkInterfaces,
                }),
            ),
        ).toEqual(["e2-medium: 26.91", "10 GiB of pd-balanced: 1.00", "external address: 3.65"]);
    });

    test("a Spot machine with local SSDs of 375 GiB", () => {
        // 0.26804 an hour, and 0.0428 for a GiB.
        const scheduling = { provisioningModel: "SPOT" };
        const scratchDisks = [{ interface: "NVME" }, { interface: "NVME" }];
        expect(
            charges(
                resource("compute/instance:Instance", {
                    ...iowa,
                    machineType: "n1-standard-16",
                    scheduling,
                    scratchDisks,
                }),
            ),
        ).toEqual(["n1-standard-16 (Spot): 195.67", "750 GiB of local SSD: 32.10"]);
    });

    test("a stopped machine costs its disk", () => {
        const bootDisk = { initializeParams: { size: 50, type: "pd-ssd" } };
        expect(
            charges(
                resource("compute/instance:Instance", {
                    ...iowa,
                    machineType: "e2-medium",
                    desiredStatus: "TERMINATED",
                    bootDisk,
                }),
            ),
        ).toEqual(["50 GiB of pd-ssd: 8.50"]);
    });

    test.each([
        [
            "a machine type that no source has",
            { machineType: "n9-standard-1" },
            ["n9-standard-1: unknown, no source has its price in europe-west1"],
        ],
        [
            "GPUs, which are not in the price of the machine",
            { machineType: "n1-standard-16", guestAccelerators: [{ type: "nvidia-tesla-t4", count: 2 }] },
            ["n1-standard-16: 610.30", "2 × nvidia-tesla-t4: unknown, no source has its price"],
        ],
        [
            "GPUs of the machine type",
            { machineType: "g2-standard-4", guestAccelerators: [{ type: "nvidia-l4", count: 1 }] },
            ["g2-standard-4: 568.15"],
        ],
        [
            "a disk of the size of a private image",
            { machineType: "f1-micro", bootDisk: { initializeParams: { image: "my-image" } } },
            ["f1-micro: 6.28", "pd-standard disk: unknown, its size is the one of its image or snapshot"],
        ],
    ])("%s", (_, inputs, expected) => {
        expect(charges(resource("compute/instance:Instance", { ...belgium, ...inputs }))).toEqual(expected);
    });

    test("a group costs as many machines as its autoscaler allows", () => {
        const region = "europe-west1";
        const disks = [{ diskType: "pd-balanced", diskSizeGb: 20, boot: true, sourceImage: "debian-cloud/debian-12" }];
        expect(
            charges(
                resource(
                    "compute/regionInstanceTemplate:RegionInstanceTemplate",
                    { region, machineType: "e2-medium", disks },
                    { name: "template" },
                ),
                resource(
                    "compute/regionInstanceGroupManager:RegionInstanceGroupManager",
                    { region, versions: [{ instanceTemplate: "template" }], targetSize: 2 },
                    { name: "group", uses: { versions: "template" } },
                ),
                resource(
                    "compute/regionAutoscaler:RegionAutoscaler",
                    { region, target: "group", autoscalingPolicy: { minReplicas: 1, maxReplicas: 3 } },
                    { uses: { target: "group" } },
                ),
            ),
        ).toEqual(["1 to 3 × e2-medium: 26.91 to 80.72", "1 to 3 × 20 GiB of pd-balanced: 2.00 to 6.00"]);
    });

    test("a group without an autoscaler costs its size, and one without its template is unknown", () => {
        const group = { region: "us-central1", versions: [{ instanceTemplate: "elsewhere" }], targetSize: 2 };
        expect(charges(resource("compute/regionInstanceGroupManager:RegionInstanceGroupManager", group))).toEqual([
            "instances: unknown, its template is in another stack",
        ]);
    });

    test("a VPC connector costs its machines", () => {
        // 0.0083764275 an hour.
        expect(charges(resource("vpcaccess/connector:Connector", { region: "us-central1", maxInstances: 3 }))).toEqual([
            "2 to 3 × e2-micro: 12.23 to 18.34",
        ]);
    });
});

describe("clusters", () => {
    const cluster = { location: "us-central1", removeDefaultNodePool: true, initialNodeCount: 1 };
    const regional = resource("container/cluster:Cluster", cluster, { name: "apps" });
    const pool = (inputs: Inputs) =>
        charges(
            regional,
            resource(
                "container/nodePool:NodePool",
                { cluster: "apps", location: "us-central1", ...inputs },
                { uses: { cluster: "apps" } },
            ),
        ).slice(1);

    test("the management of a cluster costs the same in each region", () => {
        expect(charges(regional)).toEqual(["cluster management: 73.00"]);
    });

    test("pods of Autopilot are billed by their requests, where a source has the price", () => {
        const autopilot = (location: string) =>
            charges(resource("container/cluster:Cluster", { location, enableAutopilot: true }));
        expect(autopilot("us-central1").slice(1)).toEqual([
            "CPUs that pods request: 0.0445 per vCPU-hour",
            "memory that pods request: 0.0049225 per GiB-hour",
        ]);
        expect(autopilot("europe-west1").slice(1)).toEqual([
            "CPUs that pods request: unknown, no source has its price in europe-west1",
            "memory that pods request: unknown, no source has its price in europe-west1",
        ]);
    });

    // 0.13402284 an hour.
    test.each([
        [
            "as a whole",
            { totalMinNodeCount: 1, totalMaxNodeCount: 5 },
            ["1 to 5 × e2-standard-4: 97.84 to 489.18", "1 to 5 × 100 GiB of pd-balanced: 10.00 to 50.00"],
        ],
        [
            "in each of three zones",
            { minNodeCount: 0, maxNodeCount: 1 },
            ["0 to 3 × e2-standard-4: 0.00 to 293.51", "0 to 3 × 100 GiB of pd-balanced: 0.00 to 30.00"],
        ],
    ])("the nodes of a pool that scales %s", (_, autoscaling, expected) => {
        expect(pool({ autoscaling, nodeConfig: { machineType: "e2-standard-4" } })).toEqual(expected);
    });

    test("a pool without arguments has one e2-medium in each zone", () => {
        expect(pool({})).toEqual(["3 × e2-medium: 73.38", "3 × 100 GiB of pd-balanced: 30.00"]);
        expect(pool({ nodeLocations: ["us-central1-a"], nodeCount: 2 })).toEqual([
            "2 × e2-medium: 48.92",
            "2 × 100 GiB of pd-balanced: 20.00",
        ]);
    });

    test("nodes have the disk of their machines by default, or their own", () => {
        const disk = (nodeConfig: Inputs) => pool({ nodeLocations: ["us-central1-a"], nodeCount: 1, nodeConfig })[1];
        expect(disk({ machineType: "n4-standard-2" })).toContain("100 GiB of hyperdisk-balanced: unknown");
        expect(disk({ bootDisk: { diskType: "pd-ssd", sizeGb: 50 } })).toBe("50 GiB of pd-ssd: 8.50");
    });

    test("what a cluster creates itself is unknown", () => {
        expect(
            charges(
                resource("kubernetes:core/v1:Service", { spec: { type: "LoadBalancer" } }, { name: "web" }),
                resource("kubernetes:core/v1:Service", { spec: { type: "ClusterIP" } }, { name: "api" }),
            ),
        ).toEqual(["load balancer: unknown, the cluster creates it, with what it needs at Google Cloud"]);
    });
});

describe("disks", () => {
    test.each([
        ["compute/disk:Disk", { ...belgium, type: "pd-ssd", size: 100 }, ["100 GiB of pd-ssd: 17.00"]],
        ["compute/disk:Disk", { ...belgium, image: "debian-cloud/debian-12" }, ["10 GiB of pd-standard: 0.40"]],
        [
            "compute/regionDisk:RegionDisk",
            { region: "europe-west1", type: "pd-balanced", size: 100 },
            ["100 GiB of regional pd-balanced: 20.00"],
        ],
        [
            "compute/disk:Disk",
            { ...belgium, type: "hyperdisk-balanced", size: 100 },
            [
                "100 GiB of hyperdisk-balanced: unknown, no source has its price in europe-west1",
                "performance of hyperdisk-balanced: unknown, no source has its price",
            ],
        ],
        [
            "compute/resourcePolicy:ResourcePolicy",
            { region: "europe-west1", snapshotSchedulePolicy: { schedule: {} } },
            ["snapshots: 0.05 per GiB and month"],
        ],
        ["compute/resourcePolicy:ResourcePolicy", { region: "europe-west1", instanceSchedulePolicy: {} }, []],
    ])("%s %j", (type, inputs, expected) => {
        expect(charges(resource(type, inputs))).toEqual(expected);
    });
});

describe("networks", () => {
    const rule = (name: string) =>
        resource("compute/globalForwardingRule:GlobalForwardingRule", { target: "proxy", project: "acme" }, { name });

    test("one price covers the first five forwarding rules of a project", () => {
        const found = charges(...["a", "b", "c", "d", "e", "f"].map(rule)).filter((each) => !each.startsWith("data"));
        const covered = "forwarding rule, in the price of the first 5: 0.00";
        expect(found).toEqual([
            "first 5 forwarding rules: 18.25",
            covered,
            covered,
            covered,
            covered,
            "additional forwarding rule: 7.30",
        ]);
    });

    test("rules of regions without a source are unknown", () => {
        expect(
            charges(
                resource("compute/forwardingRule:ForwardingRule", { region: "europe-west1", backendService: "web" }),
            ),
        ).toEqual([
            "forwarding rule: unknown, no source has its price in europe-west1",
            "data processed: unknown, no source has its price in europe-west1",
        ]);
    });

    test("an address costs only if nothing uses it, and is external", () => {
        const address = (name: string, inputs: Inputs) =>
            resource("compute/address:Address", { region: "europe-west1", ...inputs }, { name });
        const user = resource("compute/router:Router", {}, { uses: { natIps: "used" } });
        expect(
            charges(address("used", {}), user, address("unused", {}), address("internal", { addressType: "INTERNAL" })),
        ).toEqual(["unused address: 7.30"]);
    });

    test("Cloud NAT costs by the number of machines", () => {
        // 0.0448 an hour for 32 machines and more.
        expect(
            charges(
                resource("compute/routerNat:RouterNat", { region: "europe-west1", natIpAllocateOption: "AUTO_ONLY" }),
            ),
        ).toEqual([
            "gateway, by the number of machines: 0.00 to 32.70",
            "its addresses: 0.005 per hour and address",
            "data processed: 0.045 per GiB",
        ]);
    });

    test("a zone costs 0.20 per month", () => {
        expect(charges(resource("dns/managedZone:ManagedZone", {}))).toEqual([
            "zone: 0.20",
            "queries: 0.4 per million queries",
        ]);
    });
});

describe("Cloud Run", () => {
    const config = (inputs: Inputs) => ({
        location: "europe-west1",
        serviceConfig: { availableCpu: "1", availableMemory: "512Mi", ...inputs },
    });

    test("a function costs idle instances at the least, and all of them at work at the most", () => {
        // A month has 2,628,000 seconds: (0.0000025 + 0.5 × 0.0000025) × 2,628,000, and 3 × (0.000024 + 0.5 × 0.0000025) × 2,628,000.
        expect(
            charges(
                resource("cloudfunctionsv2/function:Function", config({ minInstanceCount: 1, maxInstanceCount: 3 })),
            ),
        ).toEqual([
            "1 to 3 instances of 1 vCPU and 0.5 GiB: 9.86 to 199.07",
            "CPU: 0.000024 per vCPU-second",
            "memory: 0.0000025 per GiB-second",
            "requests: 0.4 per million requests",
        ]);
    });

    test.each([
        ["256M", 0.167],
        ["1Gi", 0.583],
        ["4Gi", 2],
    ])("a function with %s of memory has %d vCPU", (availableMemory, cpu) => {
        const [first] = charges(
            resource("cloudfunctionsv2/function:Function", {
                location: "europe-west1",
                serviceConfig: { availableMemory },
            }),
        );
        expect(first).toContain(`0 to any number of instances of ${cpu} vCPU`);
    });

    const service = (location: string, inputs: Inputs) =>
        charges(
            resource("cloudrunv2/service:Service", {
                location,
                template: { scaling: { minInstanceCount: 1, maxInstanceCount: 1 }, containers: [inputs] },
            }),
        );

    test("a service whose CPU is always allocated costs its instances, without requests", () => {
        // 2 × 0.000018 × 2,628,000 and 1 × 0.000002 × 2,628,000.
        expect(service("us-central1", { resources: { limits: { cpu: "2", memory: "1Gi" }, cpuIdle: false } })).toEqual([
            "1 instance of 2 vCPU and 1 GiB: 99.86",
        ]);
    });

    test("a service with a fixed number of instances has that number", () => {
        const scaling = { scalingMode: "MANUAL", manualInstanceCount: 2 };
        expect(charges(resource("cloudrunv2/service:Service", { location: "us-central1", scaling }))[0]).toContain(
            "2 instances of",
        );
    });

    test("other regions have higher prices, or none", () => {
        // (0.0000035 + 0.5 × 0.0000035) × 2,628,000, and (0.0000336 + 0.5 × 0.0000035) × 2,628,000.
        expect(service("europe-west3", {})[0]).toBe("1 instance of 1 vCPU and 0.5 GiB: 13.80 to 92.90");
        expect(service("mars-north1", {})).toEqual([
            "instance of 1 vCPU and 0.5 GiB: unknown, no source has its price in mars-north1",
        ]);
    });

    test("a job is billed while its tasks run", () => {
        expect(
            charges(
                resource("cloudrunv2/job:Job", {
                    location: "us-central1",
                    template: { template: { containers: [{}] } },
                }),
            ),
        ).toEqual(["1 vCPU of each task: 0.000018 per vCPU-second", "0.5 GiB of each task: 0.000002 per GiB-second"]);
    });
});

describe("Cloud SQL", () => {
    const instance = (settings: Inputs, region = "us-central1", databaseVersion = "POSTGRES_17") =>
        charges(
            resource("sql/databaseInstance:DatabaseInstance", {
                region,
                databaseVersion,
                settings: { diskAutoresize: false, ...settings },
            }),
        );

    test("a standby doubles vCPUs, memory and disk", () => {
        // 2 × 0.0413 × 730, 8 × 0.007 × 730 and 10 × 0.17, each twice.
        expect(instance({ tier: "db-custom-2-8192", availabilityType: "REGIONAL" })).toEqual([
            "2 vCPU, with its standby: 120.60",
            "8 GiB of memory, with its standby: 81.76",
            "10 GiB of PD_SSD, with its standby: 3.40",
        ]);
    });

    test("a shared core has one price, and a disk that grows has no maximum", () => {
        expect(instance({ tier: "db-f1-micro", diskSize: 20, diskAutoresize: true })).toEqual([
            "db-f1-micro: 7.67",
            "20 GiB of PD_SSD, which grows with the data: 3.40 or more",
        ]);
    });

    test("a stopped instance costs its disk", () => {
        expect(instance({ tier: "db-f1-micro", activationPolicy: "NEVER" })).toEqual(["10 GiB of PD_SSD: 1.70"]);
    });

    test.each([
        ["SQL Server", instance({ tier: "db-custom-2-8192" }, "us-central1", "SQLSERVER_2022_STANDARD")],
        ["Enterprise Plus", instance({ tier: "db-custom-2-8192", edition: "ENTERPRISE_PLUS" })],
        ["another region", instance({ tier: "db-custom-2-8192" }, "europe-north2")],
    ])("%s is unknown", (_, found) => {
        expect(found).toHaveLength(3);
        expect(found.filter((each) => !each.includes(": unknown, "))).toEqual([]);
    });
});

test.each<[string, Inputs, string[]]>([
    ["storage/bucket:Bucket", { location: "EUROPE-WEST1" }, ["objects in standard storage: 0.02 per GiB and month"]],
    [
        "storage/bucket:Bucket",
        { location: "EU", storageClass: "NEARLINE" },
        ["objects in nearline storage: 0.015 per GiB and month", "retrieval from nearline storage: 0.01 per GiB"],
    ],
    [
        "storage/bucket:Bucket",
        { location: "MARS" },
        ["objects in standard storage: unknown, no source has its price in MARS"],
    ],
    ["artifactregistry/repository:Repository", {}, ["packages and images: 0.1 per GB and month"]],
    ["artifactregistry/repository:Repository", { mode: "VIRTUAL_REPOSITORY" }, []],
    [
        "pubsub/topic:Topic",
        { messageRetentionDuration: "86400s" },
        ["messages that are published: 40 per TiB", "retained messages: 0.27 per GiB and month"],
    ],
    [
        "pubsub/subscription:Subscription",
        { bigqueryConfig: {} },
        ["messages that are delivered: 50 per TiB", "messages that wait for more than a day: 0.27 per GiB and month"],
    ],
    ["cloudscheduler/job:Job", {}, ["job: 0.10"]],
    [
        "bigquery/dataset:Dataset",
        { location: "europe-west1" },
        ["rows: 0.02 per GiB and month", "data that queries read: 7.5 per TiB"],
    ],
    ["kms/cryptoKey:CryptoKey", {}, ["version: 0.06", "operations: 0.03 per 10,000 operations"]],
    [
        "kms/cryptoKey:CryptoKey",
        { rotationPeriod: "7776000s", versionTemplate: { algorithm: "EC_SIGN_P256_SHA256", protectionLevel: "HSM" } },
        ["versions, one more with each rotation: 2.50 or more", "operations: 0.15 per 10,000 operations"],
    ],
    [
        "logging/projectBucketConfig:ProjectBucketConfig",
        { retentionDays: 90 },
        ["log entries: 0.5 per GiB", "entries after 30 days: 0.01 per GiB and month"],
    ],
    ["monitoring/uptimeCheckConfig:UptimeCheckConfig", {}, ["checks: 0.3 per 1,000 executions"]],
    ["monitoring/alertPolicy:AlertPolicy", {}, ["conditions: unknown, sources differ about the price since May 2026"]],
    [
        "appengine/standardAppVersion:StandardAppVersion",
        { region: "us-central1", manualScaling: { instances: 2 } },
        ["instances of F1: 73.00"],
    ],
    ["projects/iAMMember:IAMMember", {}, []],
    ["spanner/instance:Instance", {}, ["Instance: unknown, no source has its price"]],
])("%s %j", (type, inputs, expected) => {
    expect(charges(resource(type, inputs))).toEqual(expected);
});

test("a secret version is billed in each location of its secret", () => {
    const replication = { userManaged: { replicas: [{ location: "europe-west1" }, { location: "europe-west3" }] } };
    expect(
        charges(
            resource("secretmanager/secret:Secret", { replication }, { name: "key" }),
            resource("secretmanager/secretVersion:SecretVersion", { secret: "key" }, { uses: { secret: "key" } }),
        ),
    ).toEqual(["accesses: 0.03 per 10,000 accesses", "version in 2 locations: 0.12"]);
});

describe("a table", () => {
    const stack: Exported = { urn: "stack", type: "pulumi:pulumi:Stack" };
    const component = { urn: urnOf("web"), type: "slipway:index:CloudRunService", custom: false, parent: "stack" };
    const service = (max: number) =>
        resource(
            "cloudrunv2/service:Service",
            {
                location: "us-central1",
                template: { scaling: { minInstanceCount: max === 1 ? 0 : 1, maxInstanceCount: max } },
            },
            { name: "web-service", parent: component.urn },
        );
    const policy = resource("compute/securityPolicy:SecurityPolicy", {}, { name: "armor", parent: "stack" });
    const dev = { stack: "dev", ...estimate([stack, component, service(1)]) };
    const prod = { stack: "prod", ...estimate([stack, component, service(2), policy]) };

    test("has development beside production, what is billed by use, and what is unknown", () => {
        expect(formatCosts([dev, prod]).split("\n")).toEqual([
            "USD per month                                                                       dev                       prod",
            "─────────────────────────────────────────────────────────────  ────────────────────────  ─────────────────────────",
            "CloudRunService web                                            $0.00 to $66.36 + by use  $9.86 to $132.71 + by use",
            "  Service web-service: 0 to 1 instances of 1 vCPU and 0.5 GiB           $0.00 to $66.36                          –",
            "  Service web-service: 1 to 2 instances of 1 vCPU and 0.5 GiB                         –           $9.86 to $132.71",
            "SecurityPolicy armor                                                                  –                    unknown",
            "",
            "Billed by use",
            "  CloudRunService web",
            "    CPU: $0.000024 per vCPU-second after 180,000 vCPU-seconds a month",
            "    memory: $0.0000025 per GiB-second after 360,000 GiB-seconds a month",
            "    requests: $0.40 per million requests after 2 million a month",
            "",
            "Unknown price",
            "  SecurityPolicy armor: Cloud Armor policy and its rules: no source has its price (prod)",
            "",
            "dev: at least $0.00 per month ($66.36 with all instances that scaling allows, always busy), and what is billed by use.",
            "prod: at least $9.86 per month ($132.71 with all instances that scaling allows, always busy), what is billed by use, and 1 resource of unknown price.",
            "",
            "List prices for 730 hours, before free amounts, discounts for sustained and committed use, and taxes. Traffic and operations of Cloud",
            "Storage are not included.",
            "Dates of these prices: 2026-08-21. --json has the source and date of each price.",
            "",
        ]);
    });
});

const tables: Facts<PriceRow>[] = Object.values(priceTables);

test("each price has a source, a date and an amount", () => {
    const rows = tables.flatMap(({ source, checked, rows }) =>
        Object.entries(rows).map(([name, row]) => ({ name, source, checked, ...row })),
    );
    expect(rows.length).toBeGreaterThan(60);
    const isRight = ({ source, checked, amount, unit }: (typeof rows)[number]) =>
        /^https:\/\/\S+$/.test(source) && /^20\d\d-\d\d-\d\d$/.test(checked) && amount > 0 && unit !== "";
    expect(rows.filter((row) => !isRight(row))).toEqual([]);
});

test("the snapshot names its source, its commit, its day and its license", () => {
    const { regions, machines, ...others } = snapshot();
    expect(others).toMatchObject({
        source: "https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator",
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
        date: "2026-07-30",
        copyright: expect.stringContaining("Nils Knieling"),
        license: "Apache-2.0",
    });
    expect(regions.length).toBeGreaterThan(40);
    const lengths = Object.values(machines).flatMap(({ onDemand, spot }) => [onDemand.length, spot.length]);
    expect(new Set(lengths)).toEqual(new Set([regions.length]));
});

const upgrades = join(__dirname, "..", "..", "extended", "upgrades", "0.1.0");

/** The resources of the stacks that a release deployed, by stack. */
function recorded(file: string): Record<string, Exported[]> {
    const stacks: Record<string, { state: { checkpoint: { latest: { resources: Exported[] } } } }> = JSON.parse(
        brotliDecompressSync(readFileSync(join(upgrades, file))).toString(),
    );
    return Object.fromEntries(
        Object.entries(stacks).map(([stack, { state }]) => [stack, state.checkpoint.latest.resources]),
    );
}

test("docs/cost.md has the output for the starter that it names", () => {
    const stacks = Object.entries(recorded("web-with-database.json.br"));
    const [, block] =
        /```text\n([\s\S]*?)```/.exec(readFileSync(join(__dirname, "..", "..", "..", "docs", "cost.md"), "utf8")) ?? [];
    expect(block).toBe(formatCosts(stacks.map(([stack, resources]) => ({ stack, ...estimate(resources) }))));
});

test("each type either has prices, or its rules say why it has none", () => {
    const hasBothOrNeither = ([type, { cost }]: (typeof rules)[number]) =>
        pricedTypes.has(type) === (cost !== undefined);
    const rules = Object.entries(types);
    expect(rules.filter(hasBothOrNeither).map(([type]) => type)).toEqual([]);
    expect(freeWithoutRules.filter((type) => type in types || pricedTypes.has(type))).toEqual([]);
});

test("each type that components create has a price, is free, or has a reason", () => {
    const resources = readdirSync(upgrades)
        .flatMap((file) => Object.values(recorded(file)))
        .flatMap((each) => estimate(each).resources);
    const hasNoRow = ({ type, charges: [first] }: (typeof resources)[number]) =>
        first?.kind === "unknown" &&
        first.item === type.split(":").at(-1) &&
        first.reason === "no source has its price";
    expect(resources.length).toBeGreaterThan(500);
    expect([...new Set(resources.filter(hasNoRow).map(({ type }) => type))]).toEqual([]);
});
