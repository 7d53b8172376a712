import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of VPC networks. */
export const networkLimits = facts<Limit>()({
    subject: "Limits of VPC networks",
    source: "https://cloud.google.com/vpc/docs/quota",
    checked: "2026-11-20",
    rows: {
        /** In a project, by default. */
        networks: { max: 5, unit: "networks" },
        mtu: { min: 1300, max: 8896, unit: "bytes", source: "https://cloud.google.com/vpc/docs/mtu" },
        /** Of an IPv4 range of a subnet. */
        subnetPrefix: { min: 4, max: 29, unit: "bits", source: "https://cloud.google.com/vpc/docs/subnets" },
        /**
         * Of the range of private services access. The maximum is the smallest range that Cloud SQL accepts. The minimum is the
         * largest private range, 10.0.0.0/8; Google documents none.
         */
        privateServicesPrefix: {
            min: 8,
            max: 24,
            unit: "bits",
            source: "https://cloud.google.com/sql/docs/postgres/private-ip",
            checked: "2026-11-22",
        },
        /** Of the IPv4 range of a proxy-only subnet; /23 is recommended. */
        proxyOnlyPrefix: {
            min: 4,
            max: 26,
            unit: "bits",
            source: "https://cloud.google.com/load-balancing/docs/proxy-only-subnets",
        },
        /** Of a subnet. */
        secondaryRanges: { max: 170, unit: "secondary ranges" },
        /** In a region of a network. */
        routers: {
            max: 5,
            unit: "routers",
            source: "https://cloud.google.com/network-connectivity/docs/router/quotas",
        },
    },
});

/** Limits of VPC firewall rules. */
export const firewallLimits = facts<Limit>()({
    subject: "Limits of VPC firewall rules",
    source: "https://cloud.google.com/firewall/docs/quotas",
    checked: "2026-11-20",
    rows: {
        /** In a project, by default. */
        rules: { max: 100, unit: "rules" },
        priority: { min: 0, max: 65_535, unit: "priority", source: "https://cloud.google.com/firewall/docs/firewalls" },
        ranges: { min: 1, max: 5000, unit: "ranges" },
        sourceTags: { min: 1, max: 30, unit: "tags" },
        targetTags: { min: 1, max: 70, unit: "tags" },
        serviceAccounts: { min: 1, max: 10, unit: "service accounts" },
    },
});

/** Limits of Cloud NAT. */
export const natLimits = facts<Limit>()({
    subject: "Limits of Cloud NAT",
    source: "https://cloud.google.com/nat/docs/ports-and-addresses",
    checked: "2026-11-20",
    rows: {
        addresses: { min: 1, max: 300, unit: "addresses", source: "https://cloud.google.com/nat/quota" },
        minPorts: { min: 2, max: 57_344, unit: "ports" },
        /** With dynamic port allocation; a power of two. */
        minDynamicPorts: { min: 32, max: 32_768, unit: "ports" },
        /** With dynamic port allocation; a power of two. */
        maxDynamicPorts: { min: 64, max: 65_536, unit: "ports" },
    },
});

/** Limits of Serverless VPC Access. */
export const connectorLimits = facts<Limit>()({
    subject: "Limits of Serverless VPC Access",
    source: "https://cloud.google.com/vpc/docs/serverless-vpc-access",
    checked: "2026-11-20",
    rows: {
        instances: { min: 2, max: 10, unit: "instances" },
        throughput: { min: 200, max: 1000, unit: "Mbit a second" },
        /** Of its range or its subnet, which nothing else uses. */
        prefix: {
            min: 28,
            max: 28,
            unit: "bits",
            source: "https://cloud.google.com/vpc/docs/configure-serverless-vpc-access",
        },
    },
});

/** How many addresses serverless workloads have in a subnet. */
export const serverlessSubnets = facts<Limit>()({
    subject: "Subnets of serverless workloads",
    source: "https://cloud.google.com/run/docs/configuring/vpc-direct-vpc",
    checked: "2026-11-30",
    rows: {
        /** The subnet of Direct VPC egress. */
        directVpcPrefix: { min: 4, max: 26, unit: "bits" },
        /** Cloud Run reserves them at a time, a /28. */
        reservation: { max: 16, unit: "addresses" },
        /** Of each instance, as an old instance keeps its address when a new one starts. */
        ofInstance: { max: 2, unit: "addresses" },
        /** Of each environment of Cloud Composer 3, two of them during maintenance and upgrades. */
        ofComposerEnvironment: {
            max: 4,
            unit: "addresses",
            source: "https://cloud.google.com/composer/docs/composer-3/connect-vpc-network",
        },
    },
});
