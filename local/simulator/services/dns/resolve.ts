import type { Cloud } from "../../cloud/cloud";
import { lastPart } from "../../rules/rules";
import { api, fullName } from "./names";

/**
 * The IPv4 address of a name in a VPC network by its private zones, of which the longest suffix decides; undefined if none
 * has the name: https://cloud.google.com/dns/docs/vpc-name-res-order
 *
 * @param network the path of the network
 */
export function resolveName(cloud: Cloud, network: string, name: string): string | undefined {
    const project = network.split("/")[1] ?? "";
    const zones = cloud.store
        .list(`//${api}/projects/${project}`, "managedZones")
        .filter(({ state }) => {
            const networks: { networkUrl: string }[] = Object(state.privateVisibilityConfig).networks ?? [];
            return networks.some(({ networkUrl }) => lastPart(networkUrl) === lastPart(network));
        })
        .filter(({ state }) => `.${name}.`.endsWith(`.${state.dnsName}`))
        .sort((one, other) => String(other.state.dnsName).length - String(one.state.dnsName).length);
    const [zone] = zones;
    if (!zone) {
        return undefined;
    }
    const records = cloud.store.list(fullName(zone.id), "rrsets").map(({ state }) => state);
    const [, ...parents] = name.split(".");
    for (const owner of [`${name}.`, ...parents.map((_, index) => `*.${parents.slice(index).join(".")}.`)]) {
        const found = records.find((record) => record.name === owner && ["A", "CNAME"].includes(String(record.type)));
        const [data] = (found?.rrdatas ?? []) as string[];
        if (data !== undefined) {
            return found?.type === "A" ? data : resolveName(cloud, network, data.replace(/\.$/, ""));
        }
    }
    return undefined;
}
