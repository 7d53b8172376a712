import type { BackendServiceArgs } from "@pulumi/gcp/compute/backendService";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type { NetworkArgs } from "@pulumi/gcp/compute/network";
import type { NetworkFirewallPolicyRuleArgs } from "@pulumi/gcp/compute/networkFirewallPolicyRule";
import type { SSLPolicyArgs } from "@pulumi/gcp/compute/sslpolicy";
import type { SubnetworkArgs } from "@pulumi/gcp/compute/subnetwork";
import type { TargetHttpsProxyArgs } from "@pulumi/gcp/compute/targetHttpsProxy";
import type { ManagedZoneArgs } from "@pulumi/gcp/dns/managedZone";
import type { PolicyArgs } from "@pulumi/gcp/dns/policy";
import type { ProjectArgs } from "@pulumi/gcp/organizations/project";
import type { Unwrap } from "@pulumi/pulumi";
import { type Check, each, type Rule, rule, stackRule } from "../rule";

const network = "gcp:compute/network:Network";
const firewall = "gcp:compute/firewall:Firewall";
const policyRules = /^gcp:compute\/(?:firewallPolicyRule|networkFirewallPolicyRule|regionNetworkFirewallPolicyRule):/;

/** Whether a range is the whole internet. */
const isEverybody = (range: string) => /^(0\.0\.0\.0\/0|::\/0|::0\/0)$/.test(range);

/** The last segments of references to the same resource are the same: a name, an ID or a self link. */
const nameOf = (reference: string | undefined) => reference?.split("/").at(-1);

/** Whether ports, such as `20-25`, contain a port; no ports are all. */
function includes(ports: string[] | undefined, port: number | undefined): boolean {
    if (ports === undefined || ports.length === 0 || port === undefined) {
        return ports === undefined || ports.length === 0;
    }
    return ports.some((each) => {
        const [from, to = from] = each.split("-").map(Number);
        return from !== undefined && to !== undefined && from <= port && port <= to;
    });
}

/** Whether a firewall rule lets everybody in. */
function isOpen({ direction, disabled, sourceRanges = [], allows = [] }: Unwrap<FirewallArgs>): boolean {
    return direction !== "EGRESS" && disabled !== true && allows.length > 0 && sourceRanges.some(isEverybody);
}

/** Refuses firewall rules that let everybody connect to a port; without a port, to all ports. */
function closed(port: number | undefined): Check[] {
    const text = port === undefined ? "all ports" : `port ${port}`;
    const problem = `Everybody can connect to ${text}: set narrower source ranges, or use Identity-Aware Proxy.`;
    const matches = (protocol: string, ports: string[] | undefined) =>
        (port === undefined ? protocol === "all" : /^(tcp|6|all)$/.test(protocol)) && includes(ports, port);
    return [
        each<FirewallArgs>(firewall, (args) => {
            const isMatch = isOpen(args) && args.allows?.some(({ protocol, ports }) => matches(protocol, ports));
            return isMatch && problem;
        }),
        each<NetworkFirewallPolicyRuleArgs>(policyRules, ({ action, direction, disabled, match }) => {
            const isMatch =
                action === "allow" &&
                direction === "INGRESS" &&
                disabled !== true &&
                (match.srcIpRanges ?? []).some(isEverybody) &&
                match.layer4Configs.some(({ ipProtocol, ports }) => matches(ipProtocol, ports));
            return isMatch && problem;
        }),
    ];
}

const firewallPage = "https://cloud.google.com/firewall/docs/firewalls";

/** Subnets without machines that applications run on. */
const purposes = [
    "REGIONAL_MANAGED_PROXY",
    "GLOBAL_MANAGED_PROXY",
    "INTERNAL_HTTPS_LOAD_BALANCER",
    "PRIVATE_SERVICE_CONNECT",
    "PRIVATE_NAT",
];

const isSpecial = ({ purpose }: { purpose?: string }) => purpose !== undefined && purposes.includes(purpose);

const weakCiphers = [
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
];

/** Keys of a zone that its DNSSEC configuration lists. */
const keySpecs = (type: "keySigning" | "zoneSigning") =>
    each<ManagedZoneArgs>("gcp:dns/managedZone:ManagedZone", ({ dnssecConfig }) => {
        const specs = dnssecConfig?.defaultKeySpecs ?? [];
        return (
            specs.some(({ keyType, algorithm }) => keyType === type && algorithm === "rsasha1") &&
            `Set 'algorithm' of the key '${type}' to another one than rsasha1, such as ecdsap256sha256.`
        );
    });

/** Rules of VPC networks, load balancers and Cloud DNS. */
export const networks: Rule[] = [
    rule(
        {
            name: "network-no-default",
            description: "Projects have no default network.",
            cis: { "4.0": ["3.1"], "5.0": ["3.1"] },
            checkov: ["CKV_GCP_27"],
            url: "https://cloud.google.com/vpc/docs/vpc",
        },
        each<ProjectArgs>(
            "gcp:organizations/project:Project",
            ({ autoCreateNetwork }) => autoCreateNetwork !== false && "Set 'autoCreateNetwork' to false.",
        ),
    ),
    rule(
        {
            name: "network-own-subnets",
            description: "Networks have no subnets that Google creates in each region.",
            url: "https://cloud.google.com/vpc/docs/vpc",
        },
        each<NetworkArgs>(
            network,
            ({ autoCreateSubnetworks }) => autoCreateSubnetworks !== false && "Set 'autoCreateSubnetworks' to false.",
        ),
    ),
    rule(
        {
            name: "dns-sec",
            description: "Public DNS zones are signed (DNSSEC).",
            cis: { "4.0": ["3.3"], "5.0": ["3.3"] },
            checkov: ["CKV_GCP_16"],
            url: "https://cloud.google.com/dns/docs/dnssec",
        },
        each<ManagedZoneArgs>(
            "gcp:dns/managedZone:ManagedZone",
            ({ visibility, dnssecConfig }) =>
                visibility !== "private" && dnssecConfig?.state !== "on" && "Set 'dnssecConfig.state' to \"on\".",
        ),
    ),
    rule(
        {
            name: "dns-key-signing-algorithm",
            description: "Key-signing keys of DNS zones do not use RSASHA1.",
            cis: { "4.0": ["3.4"], "5.0": ["3.4"] },
            checkov: ["CKV_GCP_17"],
            url: "https://cloud.google.com/dns/docs/dnssec-advanced",
        },
        keySpecs("keySigning"),
    ),
    rule(
        {
            name: "dns-zone-signing-algorithm",
            description: "Zone-signing keys of DNS zones do not use RSASHA1.",
            cis: { "4.0": ["3.5"], "5.0": ["3.5"] },
            checkov: ["CKV_GCP_17"],
            url: "https://cloud.google.com/dns/docs/dnssec-advanced",
        },
        keySpecs("zoneSigning"),
    ),
    rule(
        {
            name: "network-no-public-ssh",
            description: "Not everybody can connect by SSH.",
            cis: { "4.0": ["3.6"], "5.0": ["3.6"] },
            checkov: ["CKV_GCP_2"],
            url: "https://cloud.google.com/iap/docs/using-tcp-forwarding",
        },
        ...closed(22),
    ),
    rule(
        {
            name: "network-no-public-rdp",
            description: "Not everybody can connect by RDP.",
            cis: { "4.0": ["3.7"], "5.0": ["3.7"] },
            checkov: ["CKV_GCP_3"],
            url: "https://cloud.google.com/iap/docs/using-tcp-forwarding",
        },
        ...closed(3389),
    ),
    rule(
        {
            name: "network-no-public-ftp",
            description: "Not everybody can connect by FTP.",
            checkov: ["CKV_GCP_75"],
            url: firewallPage,
        },
        ...closed(21),
    ),
    rule(
        {
            name: "network-no-public-ftp-data",
            description: "Not everybody can connect to the port of FTP's data.",
            checkov: ["CKV_GCP_77"],
            url: firewallPage,
        },
        ...closed(20),
    ),
    rule(
        {
            name: "network-no-public-mysql",
            description: "Not everybody can connect to MySQL.",
            checkov: ["CKV_GCP_88"],
            url: firewallPage,
        },
        ...closed(3306),
    ),
    rule(
        {
            name: "network-no-public-http",
            description: "Not everybody can connect by HTTP without a load balancer.",
            checkov: ["CKV_GCP_106"],
            url: firewallPage,
        },
        ...closed(80),
    ),
    rule(
        {
            name: "network-no-public-ports",
            description: "Not everybody can connect to all ports.",
            checkov: ["CKV2_GCP_12"],
            url: firewallPage,
        },
        ...closed(undefined),
    ),
    rule(
        {
            name: "network-flow-logs",
            description: "Subnets have VPC Flow Logs.",
            cis: { "4.0": ["3.8"], "5.0": ["3.10"] },
            checkov: ["CKV_GCP_26"],
            url: "https://cloud.google.com/vpc/docs/using-flow-logs",
        },
        each<SubnetworkArgs>(
            "gcp:compute/subnetwork:Subnetwork",
            (args) => !isSpecial(args) && !args.logConfig && "Set 'logConfig'.",
        ),
    ),
    rule(
        {
            name: "network-private-google-access",
            description: "Machines without an external address reach Google's APIs.",
            checkov: ["CKV_GCP_74"],
            url: "https://cloud.google.com/vpc/docs/private-google-access",
        },
        each<SubnetworkArgs>(
            "gcp:compute/subnetwork:Subnetwork",
            (args) => !isSpecial(args) && args.privateIpGoogleAccess !== true && "Set 'privateIpGoogleAccess' to true.",
        ),
    ),
    rule(
        {
            name: "network-private-google-access-by-ipv6",
            description: "Machines with only IPv6 addresses reach Google's APIs.",
            checkov: ["CKV_GCP_76"],
            url: "https://cloud.google.com/vpc/docs/private-google-access",
        },
        each<SubnetworkArgs>("gcp:compute/subnetwork:Subnetwork", (args) => {
            const { stackType, privateIpv6GoogleAccess = "" } = args;
            return (
                !isSpecial(args) &&
                stackType === "IPV4_IPV6" &&
                !/^ENABLE_(OUTBOUND_VM|BIDIRECTIONAL)_ACCESS_TO_GOOGLE$/.test(privateIpv6GoogleAccess) &&
                "Set 'privateIpv6GoogleAccess' to \"ENABLE_OUTBOUND_VM_ACCESS_TO_GOOGLE\"."
            );
        }),
    ),
    rule(
        {
            name: "load-balancer-ssl-policy",
            description: "Load balancers refuse TLS before 1.2 and weak ciphers.",
            cis: { "4.0": ["3.9"], "5.0": ["3.11"] },
            checkov: ["CKV_GCP_4"],
            url: "https://cloud.google.com/load-balancing/docs/ssl-policies-concepts",
        },
        each<TargetHttpsProxyArgs>(
            /^gcp:compute\/(?:targetHttpsProxy|regionTargetHttpsProxy|targetSSLProxy):/,
            ({ sslPolicy }) => !sslPolicy && "Set 'sslPolicy': without one, TLS 1.0 and weak ciphers are accepted.",
        ),
        each<SSLPolicyArgs>(
            /^gcp:compute\/(?:sSLPolicy|regionSslPolicy):/,
            ({ profile, minTlsVersion, customFeatures = [] }) => {
                const isStrong =
                    /^(RESTRICTED|FIPS_202205)$/.test(profile ?? "") ||
                    (profile === "MODERN" && /^TLS_1_[23]$/.test(minTlsVersion ?? "")) ||
                    (profile === "CUSTOM" && !customFeatures.some((feature) => weakCiphers.includes(feature)));
                return !isStrong && 'Set \'profile\' to "MODERN" with \'minTlsVersion\' "TLS_1_2", or to "RESTRICTED".';
            },
        ),
    ),
    rule(
        {
            name: "load-balancer-logs",
            description: "Load balancers log requests.",
            cis: { "4.0": ["2.16"], "5.0": ["2.17"] },
            url: "https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring",
            optional: "Logs of each request are billed.",
        },
        each<BackendServiceArgs>(
            /^gcp:compute\/(?:backendService|regionBackendService):/,
            ({ loadBalancingScheme, protocol = "HTTP", logConfig }) =>
                loadBalancingScheme !== "INTERNAL" &&
                /^(HTTP|HTTPS|HTTP2|H2C|GRPC)$/.test(protocol) &&
                (logConfig?.enable !== true || logConfig.sampleRate === 0) &&
                "Set 'logConfig' to { enable: true, sampleRate: 1 }.",
        ),
    ),
    rule(
        {
            name: "dns-policy-logs",
            description: "Server policies of DNS log queries.",
            cis: { "4.0": ["2.12"], "5.0": ["2.13"] },
            url: "https://cloud.google.com/dns/docs/monitoring",
            optional: "Logs of each query are billed.",
        },
        each<PolicyArgs>(
            "gcp:dns/policy:Policy",
            ({ enableLogging }) => enableLogging !== true && "Set 'enableLogging' to true.",
        ),
    ),
    stackRule(
        {
            name: "dns-logs-of-networks",
            description: "Each network has a server policy of DNS that logs queries.",
            cis: { "4.0": ["2.12"], "5.0": ["2.13"] },
            url: "https://cloud.google.com/dns/docs/monitoring",
            optional: "Logs of each query are billed.",
        },
        each<NetworkArgs & { selfLink: string }>(network, ({ name }, { name: own }, stack) => {
            const isLogged = stack
                .of<PolicyArgs>("gcp:dns/policy:Policy")
                .some(
                    ({ props: { enableLogging, networks = [] } }) =>
                        enableLogging === true &&
                        networks.some(({ networkUrl }) => nameOf(networkUrl) === (name ?? own)),
                );
            return !isLogged && "Create a 'gcp.dns.Policy' with 'enableLogging' for the network.";
        }),
    ),
    stackRule(
        {
            name: "public-by-address-and-firewall",
            description: "A machine with an external address is not open to everybody by a firewall rule.",
            url: "https://cloud.google.com/firewall/docs/firewalls",
        },
        each<InstanceArgs>("gcp:compute/instance:Instance", ({ networkInterfaces, tags = [] }, _, stack) => {
            const reached = networkInterfaces
                .filter(({ accessConfigs = [] }) => accessConfigs.length > 0)
                .map((each) => nameOf(each.network ?? "default"));
            return stack
                .of<FirewallArgs>(firewall)
                .filter(({ props }) => isOpen(props) && reached.includes(nameOf(props.network)))
                .filter(({ props: { targetTags, targetServiceAccounts } }) =>
                    targetTags ? targetTags.some((tag) => tags.includes(tag)) : !targetServiceAccounts,
                )
                .map(
                    ({ name }) =>
                        `The machine has an external address, and the firewall rule '${name}' lets everybody in: use a load balancer, or remove one of them.`,
                );
        }),
    ),
];
