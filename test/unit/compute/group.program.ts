import { join } from "node:path";
import {
    AutoscaledInstanceGroup,
    IpAddress,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    PubSubSubscription,
    PubSubTopic,
    ServiceAttachment,
    StorageBucket,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, type Given } from "../everythingElse";
import { folderOf } from "../folders";
import type { LongestNames } from "../lengthened";

/** All options of groups of instances. */
export function program(): void {
    const folder = folderOf({ "start.sh": "#!/bin/bash\n" });
    const backlog = new PubSubSubscription("group-jobs", { topic: new PubSubTopic("group-jobs"), pull: {} });
    const group = new AutoscaledInstanceGroup("whole-group", {
        name: "whole",
        machineType: "n2-standard-2",
        image: { family: "ubuntu-2404-lts-amd64", project: "ubuntu-os-cloud" },
        bootDisk: { type: "pd-ssd", size: "20 GB" },
        disks: { data: { size: "100 GB" } },
        spot: true,
        startupScript: `${folder}/start.sh`,
        agent: true,
        uses: { FILES: new StorageBucket("group-files").reader },
        env: { LEVEL: "info" },
        network: new Network("group", { subnets: { apps: { range: "10.7.0.0/20" } } }),
        publicAddress: true,
        tags: ["web"],
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/groups",
        labels: { team: "web" },
        zones: ["europe-west1-b", "europe-west1-c"],
        shape: "BALANCED",
        update: { type: "opportunistic", surge: 2, unavailable: 2 },
        canary: { template: { machineType: "n2-standard-4" }, split: { latest: 80, canary: 20 } },
        ports: { http: 8080 },
        health: { port: "http", protocol: "https", path: "/healthz", initialDelay: "1 minute" },
        standby: { stopped: 1, after: "1 minute" },
        scaling: {
            min: 2,
            max: 9,
            cpu: 70,
            predictive: true,
            loadBalancing: 80,
            backlog: { subscription: backlog, perInstance: 10 },
            metrics: [{ metric: "custom.googleapis.com/queue", perInstance: 5, resource: "global" }],
            schedules: {
                christmas: { from: "2026-12-20", to: "2027-01-02", timeZone: "Europe/Berlin", min: 5 },
                mornings: { cron: "30 8 * * MON-FRI", duration: "2 hours", min: 3 },
            },
            scaleIn: { atMost: "10 %", every: "10 minutes" },
            initialization: "2 minutes",
            stabilization: "20 minutes",
            mode: "ONLY_SCALE_OUT",
        },
    });
    new LoadBalancer("group-front", { insecure: true, routes: { "/*": { group, timeout: "1 minute" } } });
    new AutoscaledInstanceGroup("fixed-group", {
        scaling: 3,
        disks: { data: { size: "100 GB" } },
        statefulDisks: { data: "keep" },
        health: { port: 443, protocol: "tcp" },
    });
    new AutoscaledInstanceGroup("flexible-group", {
        machineTypes: ["n2-standard-4", ["n2d-standard-4", "e2-standard-4"]],
        interfaces: [{ network: "data", subnet: "data", publicAddress: true }],
        bootDisk: { snapshot: "golden" },
        health: { port: 8080 },
        update: { minReady: "30 seconds" },
    });
    new AutoscaledInstanceGroup("gpu-group", { machineType: "g2-standard-4", scaling: 1 });
    balancedGroups();
    networkBalancers();
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts, image, network }: Given): void {
    const common = {
        account,
        network,
        alerts,
        insecure: true,
        crossProject,
        metadata: { "serial-port-enable": "true" },
    };
    const hyperdisk = { type: "hyperdisk-balanced", size: "60 GB", iops: 3600, throughput: 160 } as const;
    new VirtualMachine("other-machine", {
        ...common,
        machineType: "c3-standard-4",
        agent: true,
        disks: { cache: { ...hyperdisk, size: "70 GB", iops: 4200, throughput: 210 } },
    });
    new AutoscaledInstanceGroup("other-group", {
        ...common,
        machineType: "n1-standard-8",
        gpu: { type: "nvidia-tesla-t4", count: 2, installDriver: false },
        image: { family: "common-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" },
        imageUpdates: "on-deploy",
        secureBoot: true,
        ports: { http: 8081 },
        health: {
            port: 8081,
            interval: "20 seconds",
            timeout: "7 seconds",
            healthyThreshold: 4,
            unhealthyThreshold: 6,
        },
        canary: {
            template: {
                image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
                startupScript: join(folderOf({ "canary.sh": "#!/bin/bash\n" }), "canary.sh"),
                metadata: { purpose: "canary" },
                bootDisk: { type: "pd-ssd", size: "33 GB" },
            },
        },
    });
    new AutoscaledInstanceGroup("other-fast-group", {
        ...common,
        region: "europe-west4",
        standby: { suspended: 2 },
        machineType: "c3-standard-999",
        agent: true,
        bootDisk: hyperdisk,
        disks: { data: { ...hyperdisk, size: "80 GB", iops: 4400, throughput: 220 } },
        container: { image, command: ["other"], args: ["--other"] },
        canary: {
            template: {
                container: { image, args: ["--canary"] },
                bootDisk: { ...hyperdisk, iops: 3700, throughput: 170 },
            },
        },
        allowUnlisted: true,
    });
    new AutoscaledInstanceGroup("other-confidential-group", {
        machineType: "n2d-standard-4",
        confidential: "SEV",
        scaling: 2,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    new AutoscaledInstanceGroup("routing-group", {
        machineType: "n2-standard-4",
        advancedMachineFeatures: { nestedVirtualization: true },
        canIpForward: true,
        scaling: 2,
    });
}

/** All options of groups of machines and endpoints, and of routes to them. */
function balancedGroups(): void {
    const network = new Network("group-network", { proxyOnlySubnets: true });
    const machine = new VirtualMachine("group-machine", { network });
    const transform = { group: {}, firewall: {} };
    const machines = new UnmanagedInstanceGroup("group-machines", {
        name: "machines",
        description: "The machines of the shop",
        machines: [machine],
        ports: { http: 8080 },
        transform: { ...transform, membership: {} },
    });
    const shared = { name: "endpoints", description: "Endpoints" };
    const ofPort = new NetworkEndpointGroup("group-port", {
        ...shared,
        machines: [machine],
        port: 8081,
        transform: { ...transform, endpoint: {} },
    });
    const factory = new NetworkEndpointGroup("group-factory", {
        ...shared,
        network,
        zone: "europe-west1-b",
        endpoints: ["10.200.0.5:443"],
    });
    const region = "europe-west1";
    const partner = new NetworkEndpointGroup("group-partner", {
        ...shared,
        internet: "api.partner.com:8443",
        network,
        region,
    });
    const published = new NetworkEndpointGroup("group-published", {
        ...shared,
        serviceAttachment: "projects/acme-sales/regions/europe-west1/serviceAttachments/sales",
        network,
        region,
    });
    const api = new NetworkEndpointGroup("group-api", {
        ...shared,
        googleApi: "europe-west1-cloudkms.googleapis.com",
        region,
    });
    new LoadBalancer("group-inner", {
        type: "regional-internal",
        network,
        insecure: true,
        routes: {
            "/*": {
                group: [machines],
                port: "http",
                protocol: "https",
                host: "shop.acme.com",
                capacity: { requestsPerSecond: 10 },
                health: {
                    protocol: "http2",
                    path: "/healthz",
                    host: "shop.acme.com",
                    port: 8082,
                    interval: "1 minute",
                    timeout: "30 seconds",
                    healthyThreshold: 1,
                    unhealthyThreshold: 10,
                },
            },
            "/ports/*": { group: [ofPort, factory] },
            "/partner/*": partner,
            "/published/*": published,
            "/api/*": api,
        },
        transform: { healthCheck: {} },
    });
}

/** All options of network load balancers. */
function networkBalancers(): void {
    const publishing = { range: "10.3.0.0/24", purpose: "PRIVATE_SERVICE_CONNECT" } as const;
    const network = new Network("packets", {
        subnets: { default: { range: "10.0.0.0/20" }, publishing },
        proxyOnlySubnets: true,
    });
    const zones = { main: "europe-west1-b", standby: "europe-west1-c" };
    const [main, standby] = Object.entries(zones).map(
        ([name, zone]) =>
            new UnmanagedInstanceGroup(`packets-${name}`, {
                machines: [new VirtualMachine(`packets-${name}`, { network, zone })],
                ports: { http: 5432 },
            }),
    ) as [UnmanagedInstanceGroup, UnmanagedInstanceGroup];
    const shared = {
        network,
        region: "europe-west1",
        health: { port: 5432, interval: "1 minute", timeout: "30 seconds" },
        drainTimeout: "10 minutes",
        logging: { sampling: 10 },
        labels: { team: "sales" },
    } as const;
    const transform = { address: {}, healthCheck: {}, backendService: {}, forwardingRule: {} };
    const target = new NetworkLoadBalancer("packets-inner", {
        ...shared,
        type: "internal-passthrough",
        address: new IpAddress("packets-inner", { type: "regional-internal", network }),
        name: "inner",
        group: [main],
        failover: { group: standby, ratio: 50, dropIfUnhealthy: true, drain: false },
        protocol: "tcp",
        ports: [5432],
        clients: ["10.0.0.0/8"],
        globalAccess: true,
        serviceLabel: "inner",
        rules: {
            second: {
                ports: "all",
                address: new IpAddress("packets-second", { type: "regional-internal", network }),
                globalAccess: false,
                serviceLabel: "second",
            },
        },
        sessionAffinity: "client-ip-no-destination",
        transform: { ...transform, firewall: {} },
    });
    new ServiceAttachment("packets-published", {
        target,
        rule: "tcp",
        region: "europe-west1",
        accept: { "acme-shop": 10 },
        reject: ["acme-test"],
        reconcile: true,
        proxyProtocol: true,
        domain: "packets.p.acme.com",
        name: "published",
        description: "Packets",
        transform: { attachment: { description: "The packets" } },
    });
    new ServiceAttachment("other-published", {
        target: "projects/acme-dev/regions/europe-west1/forwardingRules/other",
        subnets: ["projects/acme-dev/regions/europe-west1/subnetworks/others"],
        accept: "all",
    });
    new NetworkLoadBalancer("packets-zonal", {
        ...shared,
        group: main,
        ports: [5432],
        zonalAffinity: { spillover: "spill-cross-zone", ratio: 50 },
    });
    const dual = new Network("packets-dual", { subnets: { dual: { range: "10.30.0.0/24", ipv6: "internal" } } });
    new NetworkLoadBalancer("packets-dual", {
        ...shared,
        network: dual,
        group: new UnmanagedInstanceGroup("packets-dual", {
            machines: [
                new VirtualMachine("packets-dual", {
                    zone: "europe-west1-b",
                    network: { network: dual, ipv6: "internal" },
                }),
            ],
        }),
        ports: [5432],
        ipv6: new IpAddress("packets-dual-range", { type: "regional-internal", network: dual, ipv6: true }),
    });
    new NetworkLoadBalancer("packets-everybody", {
        ...shared,
        type: "external-passthrough",
        group: main,
        ports: "all",
        public: true,
        insecure: true,
    });
    new NetworkLoadBalancer("packets-outer", {
        ...shared,
        type: "external-passthrough",
        group: main,
        protocol: "udp",
        ports: "all",
        clients: ["203.0.113.0/24"],
    });
    new NetworkLoadBalancer("packets-public", {
        ...shared,
        type: "external-passthrough",
        group: main,
        ports: [5432],
        public: true,
    });
    new NetworkLoadBalancer("packets-proxy", {
        ...shared,
        type: "regional-internal-proxy",
        group: [main, standby],
        port: "http",
        ports: [5432],
        capacity: { utilization: 60 },
        idleTimeout: "1 hour",
        proxyProtocol: true,
        globalAccess: true,
        sessionAffinity: "client-ip",
        transform: { ...transform, proxy: {} },
    });
    new NetworkLoadBalancer("packets-proxy-out", {
        ...shared,
        type: "regional-external-proxy",
        group: main,
        ports: [443],
        capacity: { connections: 10 },
    });
}

export const longestNames: LongestNames = {
    // https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers
    " baseInstanceName": 58,
    // https://cloud.google.com/compute/docs/reference/rest/v1/securityPolicies
    "SecurityPolicy rules.description": 64,
    " attachedDisks.deviceName": nameFormats.rows.computeResource.max,
    " autoscalingPolicy.scalingSchedules.name": nameFormats.rows.computeResource.max,
    "gcp:compute/backendBucket:BackendBucket customResponseHeaders": "unlimited",
    "gcp:compute/backendService:BackendService healthChecks": "unlimited",
    "gcp:compute/regionAutoscaler:RegionAutoscaler target": "unlimited",
    "gcp:compute/regionBackendService:RegionBackendService backends.group": "unlimited",
    "gcp:compute/regionBackendService:RegionBackendService healthChecks": "unlimited",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager autoHealingPolicies.healthCheck": "unlimited",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager versions.instanceTemplate": "unlimited",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate metadata.startup-script": "unlimited",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy sslPolicy": "unlimited",
};
