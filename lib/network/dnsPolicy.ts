import { Policy } from "@pulumi/gcp/dns/policy";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import { type NameServers, nameServers, targetNameServers } from "../internal/network/nameServers";

/** The {@link https://cloud.google.com/dns/docs/server-policies-overview DNS server policy} of a network. A network has at most one. */
export interface DnsPolicy {
    /**
     * The name servers that answer *all* queries of the network instead of Cloud DNS: their IPv4 addresses, at most 50. Private zones and the names
     * of VMs do not resolve any more, except where these name servers know them. Their networks must let queries from
     * 35.199.192.0/19 in, and route the answers back. For some domains only, create a `DnsZone` with `forwardTo`.
     * @default none: Cloud DNS answers
     */
    forwardTo?: NameServers;
    /**
     * Answers queries from networks that Cloud VPN or Cloud Interconnect connect, at an address which Google Cloud reserves in each subnet.
     * @default false
     */
    inbound?: boolean;
    /**
     * Writes each query of the network's VMs to {@link https://cloud.google.com/dns/docs/monitoring Cloud Logging}, which is billed by volume.
     * @default false
     */
    queryLogs?: boolean;
}

/** Checks a {@link DnsPolicy}. */
export const dnsPolicy = check.options<DnsPolicy>({
    forwardTo: nameServers("IPv4"),
    inbound: check.flag(),
    queryLogs: check.flag(),
});

/** Problems of a policy without an effect, and of private zones that never receive a query. */
export function dnsPolicyProblems(
    policy: DnsPolicy | undefined,
    hasGoogleApis: boolean,
): (check.Problem | undefined)[] {
    return [
        check.when(
            policy && !policy.forwardTo && !policy.inbound && !policy.queryLogs,
            "dnsPolicy",
            "network/dns-policy-empty",
            "must have forwardTo, inbound or queryLogs: otherwise it changes nothing. Remove it.",
        ),
        check.when(
            policy?.forwardTo && hasGoogleApis,
            "dnsPolicy.forwardTo",
            "network/dns-forwarding-bypasses-zones",
            "cannot be combined with privateServiceConnect.googleApis: the name servers get all queries, and the private zones of the endpoint none. Forward single domains with a DnsZone.",
        ),
    ];
}

/** Creates the policy of a network. */
export function createDnsPolicy(
    component: string,
    { name, network }: { name: string; network: pulumi.Input<string> },
    { forwardTo, inbound = false, queryLogs = false }: DnsPolicy,
    child: Child,
    environment: Environment,
): Policy {
    return new Policy(
        ...child(
            "dnsPolicy",
            component,
            {
                name,
                networks: [{ networkUrl: network }],
                enableInboundForwarding: inbound,
                enableLogging: queryLogs,
                alternativeNameServerConfig: forwardTo && { targetNameServers: targetNameServers(forwardTo) },
            },
            {
                dependsOn: environment.enable("dns.googleapis.com"),
                // A network has one policy at a time.
                deleteBeforeReplace: true,
                // The provider does not send that there are none any more, so that they would remain.
                replaceOnChanges: forwardTo ? [] : ["alternativeNameServerConfig"],
            },
        ),
    );
}
