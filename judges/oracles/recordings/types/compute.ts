import type { Inputs } from "../../../../local/simulator/rules/rules";
import { answers, compute, computed, logged, mapped, none, type RecordedType } from "./recordedType";

const address: Pick<RecordedType, "renames" | "flat"> = {
    renames: { ...computed, status: "", networkTier: "networkTier" },
    flat: ({ id, ...rest }) => ({ ...rest, addressId: id }),
};

const forwardingRule: Pick<RecordedType, "renames" | "flat"> = {
    renames: {
        ...computed,
        IPAddress: "ipAddress",
        IPProtocol: "ipProtocol",
        ...none("creationTimestamp fingerprint"),
    },
    flat: ({ id, ...rest }) => ({ ...rest, forwardingRuleId: id }),
};

export const computeTypes: RecordedType[] = [
    {
        token: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/{location}/dnsAuthorizations/{name}",
        renames: answers,
        enums: { type: ["", "FIXED_RECORD", "PER_PROJECT_RECORD"] },
    },
    {
        token: "gcp:certificatemanager/certificate:Certificate",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/{location}/certificates/{name}",
        renames: { ...answers, expireTime: "", pemCertificate: "" },
        flat: (rest) => ({ scope: "DEFAULT", ...rest }),
        enums: {
            scope: ["DEFAULT", "EDGE_CACHE", "ALL_REGIONS"],
            "managed.authorizationAttemptInfo.state": "STATE_UNSPECIFIED AUTHORIZING X X X X AUTHORIZED FAILED".split(
                " ",
            ),
            "managed.state": ["STATE_UNSPECIFIED", "PROVISIONING", "FAILED", "ACTIVE"],
        },
    },
    {
        token: "gcp:certificatemanager/certificateMap:CertificateMap",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/global/certificateMaps/{name}",
        renames: { createTime: "createTime", updateTime: "updateTime" },
    },
    {
        token: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/global/certificateMaps/{map}/certificateMapEntries/{name}",
        enums: { matcher: ["", "PRIMARY"], state: ["", "ACTIVE", "PENDING"] },
    },
    {
        token: "gcp:compute/globalAddress:GlobalAddress",
        path: compute("global/addresses/{name}"),
        renames: { ...address.renames, networkTier: "" },
        flat: undefined,
    },
    { token: "gcp:compute/address:Address", path: compute("regions/{region}/addresses/{name}"), ...address },
    {
        token: "gcp:compute/firewall:Firewall",
        path: compute("global/firewalls/{name}"),
        renames: computed,
        flat: ({ allowed, denied, logConfig, ...rest }) => ({
            ...rest,
            ...logged(logConfig),
            allows: mapped(allowed, ({ IPProtocol, ...more }) => ({ protocol: IPProtocol, ...more })),
            denies: mapped(denied, ({ IPProtocol, ...more }) => ({ protocol: IPProtocol, ...more })),
        }),
        inputs: ({ sourceRanges, sourceTags }) =>
            sourceRanges?.length || sourceTags?.length ? {} : { sourceRanges: ["0.0.0.0/0"] },
        own: ["enableLogging"],
    },
    {
        token: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        path: compute("global/forwardingRules/{name}"),
        ...forwardingRule,
    },
    {
        token: "gcp:compute/forwardingRule:ForwardingRule",
        path: compute("regions/{region}/forwardingRules/{name}"),
        ...forwardingRule,
    },
    {
        token: "gcp:compute/network:Network",
        path: compute("global/networks/{name}"),
        renames: { ...computed, subnetworks: "", peerings: "", creationTimestamp: "" },
        flat: ({ routingConfig = {}, id, ...rest }) => ({ ...rest, ...routingConfig, numericId: id, networkId: id }),
    },
    {
        token: "gcp:compute/subnetwork:Subnetwork",
        path: compute("regions/{region}/subnetworks/{name}"),
        renames: { ...computed, enableFlowLogs: "" },
        flat: ({ id, logConfig, ...rest }) => ({ ...rest, ...logged(logConfig), subnetworkId: id }),
    },
    {
        token: "gcp:compute/router:Router",
        path: compute("regions/{region}/routers/{name}"),
        renames: { ...computed, nats: "", interfaces: "", bgpPeers: "" },
    },
    { token: "gcp:compute/sSLPolicy:SSLPolicy", path: compute("global/sslPolicies/{name}"), renames: computed },
    ...["v1", "v1beta2"].map((version) => ({
        token: "gcp:dns/managedZone:ManagedZone",
        path: `dns.googleapis.com/dns/${version}/projects/{project}/managedZones/{name}`,
        renames: { ...answers, "cloudLoggingConfig.kind": "", "privateVisibilityConfig.kind": "" },
        flat: ({ id, ...rest }: Inputs) => ({ ...rest, managedZoneId: id }),
    })),
    {
        token: "gcp:vpcaccess/connector:Connector",
        path: "vpcaccess.googleapis.com/v1beta1/projects/{project}/locations/{region}/connectors/{name}",
        own: ["selfLink"],
    },
];
