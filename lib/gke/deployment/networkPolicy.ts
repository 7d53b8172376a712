import * as pulumi from "@pulumi/pulumi";
import { privateRanges } from "../../formats/cidr";
import type { Used } from "../../internal/access/capability";
import { type ClusterService, calledServices, type Mountable } from "./attachments";
import type { ResolvedArgs } from "./deploymentArgs";
import { selector } from "./objects";
import type { CallerPeers, EgressPeers } from "./peers";

/**
 * The source ranges of Google's load balancers and their
 * {@link https://cloud.google.com/load-balancing/docs/health-check-concepts health checks}.
 */
const loadBalancerRanges = ["130.211.0.0/22", "35.191.0.0/16"];

/** Ranges that are not on the internet: private, shared, and link-local. */
const internalRanges = [...privateRanges, "100.64.0.0/10", "169.254.0.0/16"];

/** A peer of a network policy rule. */
interface Peer {
    ipBlock?: { cidr: pulumi.Input<string>; except?: string[] };
    namespaceSelector?: { matchLabels: Record<string, pulumi.Input<string>> };
    podSelector?: { matchLabels: Record<string, pulumi.Input<string>> };
}

const ipBlocks = (ranges: pulumi.Input<string>[], except?: string[]): Peer[] =>
    ranges.map((cidr) => ({ ipBlock: { cidr, except } }));

const inNamespace = (name: pulumi.Input<string>, matchLabels?: Record<string, pulumi.Input<string>>): Peer => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    podSelector: matchLabels && { matchLabels },
});

/** The network policy: ingress from the exposure and from callers, egress to what the deployment uses; nothing else. */
export function networkPolicy(args: ResolvedArgs, used: Used<Mountable>, databases: pulumi.Input<string>[][]) {
    return {
        podSelector: { matchLabels: selector(args.name) },
        policyTypes: ["Ingress", "Egress"],
        ingress: ingress(args),
        egress: [
            dns,
            ...(needsGoogleApis(args, used, databases) ? googleApis(args.cluster.googleApis) : []),
            ...databases.map(instance),
            ...calledServices(used.attachments).map(service),
            ...(args.egress ?? []).flatMap(egressRule),
        ],
    };
}

function ingress({ port, expose, allowFrom = [] }: ResolvedArgs) {
    const from = [...ipBlocks(exposedRanges(expose)), ...allowFrom.flatMap(peers)];
    return from.length === 0 || port === undefined ? [] : [{ from, ports: [{ port, protocol: "TCP" }] }];
}

function exposedRanges({ loadBalancer, gateway, ingress }: Partial<ResolvedArgs["expose"]>): string[] {
    if (loadBalancer) {
        return loadBalancer.allowFrom ?? (loadBalancer.public ? ["0.0.0.0/0"] : privateRanges);
    }
    const http = gateway ?? ingress;
    // The proxies of an internal load balancer are in the region's proxy-only subnet.
    return http ? [...loadBalancerRanges, ...(http.public ? [] : privateRanges)] : [];
}

function peers({ ranges, namespace, pods }: CallerPeers | EgressPeers): Peer[] {
    return ranges ? ipBlocks(ranges) : namespace === undefined ? [] : [inNamespace(namespace, pods)];
}

/**
 * DNS: pods of the cluster, {@link https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache NodeLocal
 * DNSCache}, or {@link https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns Cloud DNS}.
 */
const dns = {
    to: [
        inNamespace("kube-system", { "k8s-app": "kube-dns" }),
        inNamespace("kube-system", { "k8s-app": "node-local-dns" }),
        ...ipBlocks(["169.254.20.10/32", "169.254.169.254/32"]),
    ],
    ports: [
        { port: 53, protocol: "UDP" },
        { port: 53, protocol: "TCP" },
    ],
};

/**
 * The metadata server with {@link https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy Dataplane V2}, and
 * Google APIs. Their addresses are many and change, so that port 443 of all internet addresses is allowed, and port 443 of the
 * network's {@link https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints endpoint}, which is private.
 */
const googleApis = (endpoint: pulumi.Output<string> | undefined) => [
    {
        to: ipBlocks(["169.254.169.254/32"]),
        ports: [
            { port: 80, protocol: "TCP" },
            { port: 8080, protocol: "TCP" },
        ],
    },
    {
        to: [
            ...ipBlocks(["0.0.0.0/0"], internalRanges),
            ...ipBlocks(endpoint === undefined ? [] : [pulumi.interpolate`${endpoint}/32`]),
        ],
        ports: [{ port: 443, protocol: "TCP" }],
    },
];

function needsGoogleApis({ egress = [] }: ResolvedArgs, { grants }: Used<Mountable>, databases: unknown[]): boolean {
    return grants.length > 0 || databases.length > 0 || egress.some(({ googleApis }) => googleApis);
}

/**
 * A Cloud SQL instance, at the port for connections of the {@link https://cloud.google.com/sql/docs/postgres/sql-proxy Auth
 * Proxy}.
 */
function instance(ranges: pulumi.Input<string>[]) {
    return { to: ipBlocks(ranges), ports: [{ port: 3307, protocol: "TCP" }] };
}

function service({ namespace, name, port }: ClusterService) {
    return { to: [inNamespace(namespace, selector(name))], ports: [{ port, protocol: "TCP" }] };
}

function egressRule(peer: EgressPeers) {
    const { ports, protocol = "TCP" } = peer as { ports?: number[]; protocol?: string };
    const to = peers(peer);
    return to.length === 0 ? [] : [{ to, ports: ports?.map((port) => ({ port, protocol })) }];
}

/** The network policy that admits a caller's pods to another deployment, in addition to that deployment's own policy. */
export function admissionPolicy(caller: ResolvedArgs, from: pulumi.Input<string>, { name, port }: ClusterService) {
    return {
        podSelector: { matchLabels: selector(name) },
        policyTypes: ["Ingress"],
        ingress: [{ from: [inNamespace(from, selector(caller.name))], ports: [{ port, protocol: "TCP" }] }],
    };
}
