import { nameFormats } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { projectName } from "../../cloud/projects";
import type { Calls, Context, Inputs, TypeRules } from "../../rules/rules";
import { networkPath } from "../compute/names";
import { findNetwork } from "../compute/network";
import { api, fullName, invalid, zonePath } from "./names";
import { records } from "./recordSet";

const id = (inputs: Inputs) => zonePath(inputs, inputs.name);

/** The zone's name, its domain, and its networks. */
function verify(inputs: Inputs, { cloud }: Context): void {
    const { name, dnsName, visibility, privateVisibilityConfig = {}, project } = inputs;
    if (!nameFormats.rows.dnsZone.pattern.test(name)) {
        throw invalid("managedZone.name", name);
    }
    if (dnsName !== "." && !/^([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+$/i.test(dnsName)) {
        throw invalid("managedZone.dnsName", dnsName);
    }
    if (visibility !== "private" && !/\..+\.$/.test(dnsName)) {
        throw new GoogleError(400, `The managed zone's DNS name '${dnsName}' is not available to be created.`, {
            reason: "managedZoneDnsNameNotAvailable",
        });
    }
    verifyKind(inputs);
    const { networks = [] } = privateVisibilityConfig;
    if (networks.length > 0 && visibility !== "private") {
        throw invalid("managedZone.visibility", visibility);
    }
    for (const [index, { networkUrl }] of networks.entries()) {
        if (!findNetwork(cloud, networkUrl, project)) {
            throw invalid(`managedZone.privateVisibilityConfig.networks[${index}].networkUrl`, networkUrl);
        }
    }
    const { networkUrl: peer } = inputs.peeringConfig?.targetNetwork ?? {};
    if (peer !== undefined && !findNetwork(cloud, peer, project)) {
        throw invalid("managedZone.peeringConfig.targetNetwork.networkUrl", peer);
    }
}

/** https://github.com/GoogleCloudPlatform/inspec-gcp-cis-benchmark/issues/67, https://cloud.google.com/dns/docs/zones/zones-overview */
function verifyKind(inputs: Inputs): void {
    const { visibility, dnssecConfig, forwardingConfig, peeringConfig, reverseLookup, dnsName } = inputs;
    if (visibility === "private" && ["on", "transfer"].includes(dnssecConfig?.state)) {
        throw new GoogleError(412, "Precondition not met for 'DNSSEC can only be enabled on public zones.'", {
            reason: "conditionNotMet",
        });
    }
    const [kind, other] = Object.entries({ forwardingConfig, peeringConfig, reverseLookup }).filter(
        ([, value]) => value,
    );
    if (kind && (visibility !== "private" || other)) {
        throw invalid(`managedZone.${(other ?? kind)[0]}`, "");
    }
    if (reverseLookup && !/(^|\.)(in-addr|ip6)\.arpa\.$/.test(dnsName)) {
        throw invalid("managedZone.dnsName", dnsName);
    }
}

const readZone = ["dns.managedZones.get"];
const bindZone = ({ privateVisibilityConfig, peeringConfig, project }: Inputs): Calls => [
    ...(privateVisibilityConfig?.networks?.length ? ["dns.managedZones.bindNetworks"] : []),
    ...peerNetwork(peeringConfig?.targetNetwork?.networkUrl, project),
];

/** The permission to peer a zone with a network, on the project of the network. */
function peerNetwork(network: string | undefined, project: string): Calls {
    const [, owner] = network ? networkPath(network, project).split("/") : [];
    return owner ? [{ method: "dns.networks.targetWithPeeringZone", on: projectName(owner) }] : [];
}

export const managedZone: TypeRules = {
    noun: "ManagedZone",
    generatedNoun: "DNSManagedZone",
    api,
    id,
    alreadyExists: ({ name }) =>
        new GoogleError(409, `The resource 'entity.managedZone' named '${name}' already exists`, {
            reason: "alreadyExists",
        }),
    verify,
    state: (inputs, { cloud }, old) => {
        const letter = "abcde"[Number(digits(id(inputs), 1)) % 5];
        return {
            cloudLoggingConfig: { enableLogging: false },
            ...inputs,
            creationTime: old?.creationTime ?? cloud.now().toISOString(),
            managedZoneId: Number(digits(`zone ${id(inputs)}`, 17)),
            nameServers: [1, 2, 3, 4].map((number) => `ns-cloud-${letter}${number}.googledomains.com.`),
        };
    },
    remove: (inputs, { cloud }) => {
        const records = `${fullName(id(inputs))}/rrsets`;
        if (cloud.store.count(records) > 0 && !inputs.forceDestroy) {
            throw new GoogleError(
                400,
                `The resource named '${inputs.name}' cannot be deleted because it is not empty`,
                { reason: "containerNotEmpty" },
            );
        }
        cloud.store.removeBelow(fullName(id(inputs)));
    },
    calls: {
        create: (inputs) => ["dns.managedZones.create", ...bindZone(inputs), ...readZone],
        read: readZone,
        update: (inputs) => ["dns.managedZones.update", ...bindZone(inputs), ...readZone],
        delete: ({ forceDestroy }) => [...(forceDestroy ? records("delete") : []), "dns.managedZones.delete"],
    },
};
