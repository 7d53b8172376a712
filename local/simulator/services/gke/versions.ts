import { compareVersions } from "../../../../lib/formats";
import type { Inputs } from "../../rules/rules";
import { badRequest } from "./names";

/** Supported cluster versions, newest first. */
const versions = [
    "1.37.1-gke.1552000",
    "1.36.4-gke.2326000",
    "1.36.4-gke.2046002",
    "1.36.4-gke.1495002",
    "1.36.4-gke.1391002",
    "1.35.8-gke.1919000",
    "1.35.8-gke.1626001",
    "1.35.6-gke.1250000",
    "1.34.12-gke.1153000",
    "1.34.11-gke.1209000",
    "1.34.11-gke.1056000",
    "1.34.10-gke.1328000",
    "1.33.13-gke.1915000",
    "1.32.13-gke.2662000",
    "1.31.14-gke.2925000",
] as const;

type Version = (typeof versions)[number];

/**
 * The default version and available versions of each channel, newest first, as of 8 October 2026 (2026-R43):
 * https://cloud.google.com/kubernetes-engine/docs/release-notes
 */
const channels: Record<string, { usual: Version; available: Version[] }> = {
    RAPID: {
        usual: "1.36.4-gke.2046002",
        available: [
            "1.37.1-gke.1552000",
            "1.36.4-gke.2326000",
            "1.36.4-gke.2046002",
            "1.35.8-gke.1919000",
            "1.34.12-gke.1153000",
        ],
    },
    REGULAR: {
        usual: "1.36.4-gke.1391002",
        available: ["1.36.4-gke.1495002", "1.36.4-gke.1391002", "1.35.8-gke.1626001", "1.34.11-gke.1209000"],
    },
    // The default is that of 14 August 2026, which later notes do not change.
    STABLE: {
        usual: "1.35.6-gke.1250000",
        available: ["1.35.6-gke.1250000", "1.34.11-gke.1056000", "1.34.10-gke.1328000"],
    },
    EXTENDED: {
        usual: "1.36.4-gke.1391002",
        available: [
            "1.36.4-gke.1495002",
            "1.36.4-gke.1391002",
            "1.35.8-gke.1626001",
            "1.34.11-gke.1209000",
            "1.33.13-gke.1915000",
            "1.32.13-gke.2662000",
            "1.31.14-gke.2925000",
        ],
    },
};

const usualChannel = "REGULAR";

/** The numbers of a version such as `1.34.9-gke.1131000`, or of a prefix. */
const parts = (version: string): number[] => version.split(/\.|-gke\./).map(Number);

/** Whether a version prefix such as `1.34` or `1.34.9` matches this version. */
function isPrefix(wanted: string, version: string): boolean {
    const all = parts(version);
    return parts(wanted).every((part, index) => part === all[index]);
}

/** The channels, from the most mature one. */
const mature = ["STABLE", "REGULAR", "RAPID"];

/**
 * The channel of a cluster: by default the regular channel, or the most mature one that has the configured version, as
 * the reference of `Cluster.releaseChannel` says.
 */
export function channelOf({ releaseChannel, minMasterVersion: wanted, enableKubernetesAlpha }: Inputs): string {
    const hasWanted = (channel: string) => channels[channel]?.available.some((version) => isPrefix(wanted, version));
    const isVersion = /^\d/.test(wanted ?? "");
    // "About feature stages": alpha clusters cannot be in a release channel.
    const usual = enableKubernetesAlpha ? "UNSPECIFIED" : undefined;
    return releaseChannel?.channel ?? usual ?? (isVersion ? mature.find(hasWanted) : undefined) ?? usualChannel;
}

/** Whether a cluster has a minor version, such as `1.35`, or a newer one. */
export const isFrom = (minor: string, version: string): boolean => compareVersions(minorOf(version), minor) >= 0;

/** A version's minor one, such as `1.35`. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

const isNewerMinor = (node: string, master: string) => compareVersions(minorOf(node), minorOf(master)) > 0;

/** The control plane's version: the configured version or prefix, or the channel's default. */
export function masterVersion(inputs: Inputs): string {
    const wanted: string | undefined = inputs.minMasterVersion || undefined;
    const channel = channels[channelOf(inputs)];
    if (wanted === undefined || wanted === "-") {
        return channel?.usual ?? (channels[usualChannel]?.usual as string);
    }
    const all: readonly string[] = versions;
    if (wanted !== "latest" && !all.includes(wanted)) {
        if (wanted.includes("-gke.")) {
            throw badRequest(`Master version "${wanted}" is unsupported.`);
        }
        if (!all.some((version) => isPrefix(wanted, version))) {
            throw badRequest(`No valid versions with the prefix "${wanted}" found.`);
        }
    }
    const available: readonly string[] = channel?.available ?? all;
    const found = available.find((version) => wanted === "latest" || isPrefix(wanted, version));
    if (!found) {
        throw badRequest(
            `Master version must be one of "${channelOf(inputs)}" channel supported versions [${[...available].reverse().join(", ")}].`,
        );
    }
    return found;
}

/**
 * The control plane's version after an update: the provider only sends a changed version that is newer
 * (https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/container/resource_container_cluster.go),
 * and a cluster remains in its channel.
 */
export function updatedVersion(inputs: Inputs, old: Inputs): string {
    const { minMasterVersion: wanted, releaseChannel = old.releaseChannel } = inputs;
    if (!wanted || wanted === old.minMasterVersion) {
        return old.masterVersion;
    }
    if (!/^\d/.test(wanted)) {
        throw new Error(`Malformed version: ${wanted}`);
    }
    return compareVersions(old.masterVersion, wanted) < 0
        ? masterVersion({ ...inputs, releaseChannel })
        : old.masterVersion;
}

/** The version of nodes: by default that of the control plane. */
export function nodeVersion(wanted: string | undefined, master: string): string {
    if (!wanted || wanted === "-") {
        return master;
    }
    const found = wanted === "latest" ? master : versions.find((version) => isPrefix(wanted, version));
    if (!found) {
        throw badRequest(`Node version "${wanted}" is unsupported.`);
    }
    if (isNewerMinor(found, master)) {
        throw badRequest(
            `Node version "${found}" must not have a greater minor version than master version "${master}".`,
        );
    }
    if (compareVersions(found, master) > 0) {
        throw badRequest(`desired node version "${found}" cannot be greater than current master version "${master}".`);
    }
    return found;
}

/** The result of `getEngineVersions` for a version prefix. */
export function getEngineVersions(prefix: string): Inputs {
    const valid = versions.filter((version) => version.startsWith(prefix));
    const ofChannels = (of: (channel: { usual: string; available: string[] }) => string | undefined) =>
        Object.fromEntries(
            Object.entries(channels).flatMap(([name, channel]) => {
                const version = of(channel);
                return version ? [[name, version]] : [];
            }),
        );
    return {
        defaultClusterVersion: channels[usualChannel]?.usual,
        latestMasterVersion: valid[0] ?? "",
        latestNodeVersion: valid[0] ?? "",
        validMasterVersions: valid,
        validNodeVersions: valid,
        releaseChannelDefaultVersion: ofChannels(({ usual: defaults }) => defaults),
        releaseChannelLatestVersion: ofChannels(({ available }) => available.find((item) => item.startsWith(prefix))),
        releaseChannelUpgradeTargetVersion: ofChannels(({ usual: defaults }) => defaults),
    };
}
