import type { Address } from "@pulumi/gcp/compute/address";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import * as pulumi from "@pulumi/pulumi";
import { Network, type NetworkArgs, ServerlessFunction, VpcConnector } from "slipway";
import { GkeCluster } from "slipway/gke";
import type { FirewallRule, FlowLogs } from "slipway/network";

const serviceAttachment = pulumi.output("projects/acme-services/regions/europe-west1/serviceAttachments/sales");
const bare = new Network("bare");
const full = new Network("full", {
    name: "apps",
    subnets: {
        near: {
            range: "10.0.0.0/20",
            region: "europe-west1",
            secondaryRanges: { pods: "10.4.0.0/14" },
            flowLogs: { interval: "5 seconds", sampling: 100, metadata: "EXCLUDE_ALL_METADATA" },
        },
        silent: { range: "10.1.0.0/20", flowLogs: false },
    },
    proxyOnlySubnets: { "europe-west1": "10.129.0.0/23" },
    nat: { addresses: 2, minPortsPerVm: 64, maxPortsPerVm: 1024, logging: false },
    privateServices: { range: "10.64.0.0/16", exportCustomRoutes: true },
    privateServiceConnect: {
        googleApis: { address: "10.255.0.1", bundle: "vpc-sc", domains: ["googleapis.com"] },
        endpoints: { sales: { serviceAttachment, subnet: "near", address: pulumi.output("10.0.0.5") } },
    },
    firewall: {
        web: { allow: ["tcp:443", "udp:8000-9000", "icmp"], sources: { ranges: ["0.0.0.0/0"] }, public: true },
        sales: {
            deny: ["all"],
            destinations: ["0.0.0.0/0"],
            targets: { serviceAccounts: [pulumi.output("sales@acme-dev.iam.gserviceaccount.com")] },
            priority: 10,
            logging: false,
            description: "…",
        },
    },
    iapSsh: { tags: ["admin"] },
    labels: { team: pulumi.output("forecast") },
    transform: { network: { mtu: 1500 }, firewall: (args) => Object.assign(args, { disabled: true }) },
});
new Network("closed", {
    nat: false,
    privateServices: false,
    proxyOnlySubnets: true,
    privateServiceConnect: { googleApis: true },
    iapSsh: true,
});
new GkeCluster("main", { network: bare });
const source = "./predict";
new ServerlessFunction("predict", { source, trigger: { http: {} }, network: Network.shared() });
new ServerlessFunction("tagged", {
    source,
    trigger: { http: {} },
    network: { network: full, tags: ["predict"], egress: "all-traffic" },
});
const found: Subnetwork | undefined = full.subnetworkIn("europe-west1");
const address: Address = full.endpoint("orders", serviceAttachment, "europe-west1").address;
const ranges: readonly string[] = full.secondaryRangesIn("europe-west1");
const proxySubnet: Subnetwork | undefined = full.proxies["europe-west1"]?.subnetwork;
pulumi.log.info([found, address, ranges, proxySubnet].toString());

// @ts-expect-error: a subnet requires a range.
const place: NetworkArgs = { subnets: { near: { region: "europe-west1" } } };

// @ts-expect-error: an unsupported interval.
const logs: FlowLogs = { interval: "2 minutes" };

// @ts-expect-error: Google chooses the range, or it is configured.
const services: NetworkArgs = { privateServices: { range: "10.64.0.0/16", prefixLength: 16 } };

pulumi.log.info(JSON.stringify([{ nat: true, privateServices: true } satisfies NetworkArgs]));

// @ts-expect-error: no option.
const nat: NetworkArgs = { nat: "always" };

// @ts-expect-error: an endpoint requires a service.
const endpoint: NetworkArgs = { privateServiceConnect: { endpoints: { sales: { subnet: "near" } } } };

// @ts-expect-error: a rule either allows or denies.
const both: FirewallRule = { allow: ["icmp"], deny: ["icmp"], sources: { tags: ["web"] } };

const ways: FirewallRule = { allow: ["icmp"], sources: { tags: ["web"] }, destinations: ["10.0.0.0/8"] };

// @ts-expect-error: a rule requires sources or destinations.
const nowhere: FirewallRule = { allow: ["icmp"] };

// @ts-expect-error: a rule requires allow or deny.
const none: FirewallRule = { sources: { tags: ["web"] } };

// @ts-expect-error: only some protocols have ports.
const ports: FirewallRule = { allow: ["icmp:1"], sources: { tags: ["web"] } };

// @ts-expect-error: a service is a port.
const named: FirewallRule = { allow: ["https"], sources: { tags: ["web"] } };

// @ts-expect-error: targets are tags or accounts, not both.
const targets: FirewallRule = { allow: ["icmp"], sources: {}, targets: { tags: ["web"], serviceAccounts: ["a@b"] } };

// @ts-expect-error: proxy-only subnets are ranges by region.
const proxies: NetworkArgs = { proxyOnlySubnets: ["10.129.0.0/23"] };

// @ts-expect-error: a function with a network component has no connector.
new ServerlessFunction("both", { source, trigger: { http: {} }, network: { network: full, connector: "apps" } });

new GkeCluster("half", { network: { network: full, pods: "pods" } });

const connector = new VpcConnector("connector", { range: "10.8.0.0/28", scaling: { min: 2 } });
new ServerlessFunction("connected", { source, trigger: { http: {} }, network: { connector, egress: "all-traffic" } });

// @ts-expect-error: connectors have three machine types.
new VpcConnector("large", { range: "10.8.0.0/28", machineType: "e2-medium" });

// @ts-expect-error: a number of instances is not fixed.
new VpcConnector("fixed", { range: "10.8.0.0/28", scaling: 2 });

export { both, endpoint, logs, named, nat, none, nowhere, place, ports, proxies, services, targets, ways };
