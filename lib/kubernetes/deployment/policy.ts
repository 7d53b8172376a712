import type * as pulumi from "@pulumi/pulumi";
import { privateRanges } from "../../formats/cidr";
import type { Used } from "../../identity/capability";
import { type ClusterService, called, type Mountable } from "./attachments";
import type { Decided } from "./decided";
import { selector } from "./names";
import type { CallerPeers, EgressPeers } from "./network";

/** From where Google's load balancers send requests and ask for health ("Health checks overview"). */
const frontEnds = ["130.211.0.0/22", "35.191.0.0/16"];

/** No address of the internet: private, shared, and those that only one node knows. */
const notInternet = [...privateRanges, "100.64.0.0/10", "169.254.0.0/16"];

/** One side of a connection, in Kubernetes' terms. */
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

/** What pods may do over the network: to be called for whom they are exposed, and to call what they use; nothing else. */
export function networkPolicy(args: Decided, used: Used<Mountable>, databases: pulumi.Input<string>[][]) {
    return {
        podSelector: { matchLabels: selector(args.name) },
        policyTypes: ["Ingress", "Egress"],
        ingress: ingress(args),
        egress: [
            dns,
            ...(usesGoogle(args, used, databases) ? google : []),
            ...databases.map(instance),
            ...called(used.attachments).map(service),
            ...(args.egress ?? []).flatMap(more),
        ],
    };
}

function ingress({ port, expose, allowFrom = [] }: Decided) {
    const from = [...ipBlocks(exposedTo(expose)), ...allowFrom.flatMap(peers)];
    return from.length === 0 || port === undefined ? [] : [{ from, ports: [{ port, protocol: "TCP" }] }];
}

function exposedTo({ loadBalancer, gateway, ingress }: Partial<Decided["expose"]>): string[] {
    if (loadBalancer) {
        return loadBalancer.allowFrom ?? (loadBalancer.public ? ["0.0.0.0/0"] : privateRanges);
    }
    const http = gateway ?? ingress;
    // The proxies of an internal one have addresses of the region's proxy-only subnet.
    return http ? [...frontEnds, ...(http.public ? [] : privateRanges)] : [];
}

function peers({ ranges, namespace, pods }: CallerPeers | EgressPeers): Peer[] {
    return ranges ? ipBlocks(ranges) : namespace === undefined ? [] : [inNamespace(namespace, pods)];
}

/**
 * Where names are resolved: by pods of the cluster, by the cache on the node, or by Cloud DNS ("Using NodeLocal DNSCache",
 * "Using Cloud DNS for GKE").
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
 * The metadata server with Dataplane V2 ("Use network policy with Workload Identity Federation for GKE"), and Google's APIs,
 * whose addresses are too many and change: every address of the internet, but for TLS alone.
 */
const google = [
    {
        to: ipBlocks(["169.254.169.254/32"]),
        ports: [
            { port: 80, protocol: "TCP" },
            { port: 8080, protocol: "TCP" },
        ],
    },
    { to: ipBlocks(["0.0.0.0/0"], notInternet), ports: [{ port: 443, protocol: "TCP" }] },
];

function usesGoogle({ egress = [] }: Decided, { grants }: Used<Mountable>, databases: unknown[]): boolean {
    return grants.length > 0 || databases.length > 0 || egress.some(({ googleApis }) => googleApis);
}

/** An instance of Cloud SQL, at the port at which it takes connections of the Auth Proxy ("About the Cloud SQL Auth Proxy"). */
function instance(ranges: pulumi.Input<string>[]) {
    return { to: ipBlocks(ranges), ports: [{ port: 3307, protocol: "TCP" }] };
}

function service({ namespace, name, port }: ClusterService) {
    return { to: [inNamespace(namespace, selector(name))], ports: [{ port, protocol: "TCP" }] };
}

function more(peer: EgressPeers) {
    const { ports, protocol = "TCP" } = peer as { ports?: number[]; protocol?: string };
    const to = peers(peer);
    return to.length === 0 ? [] : [{ to, ports: ports?.map((port) => ({ port, protocol })) }];
}

/** Lets the pods of a caller in where another deployment is, beside what lets others in there. */
export function admission(caller: Decided, from: pulumi.Input<string>, { name, port }: ClusterService) {
    return {
        podSelector: { matchLabels: selector(name) },
        policyTypes: ["Ingress"],
        ingress: [{ from: [inNamespace(from, selector(caller.name))], ports: [{ port, protocol: "TCP" }] }],
    };
}
