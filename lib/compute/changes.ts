import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { idOfKey } from "../component/encryption";
import { deferredError, problem } from "../internal/arguments/argumentsError";
import { isDeferred } from "../internal/arguments/value";
import { nameOf } from "../internal/engine/pulumiSdk";
import { networkOf, networkSettings } from "../internal/network/networkOf";
import { featureArgs } from "./template/advancedFeatures";
import type { MachineContainer } from "./template/container";
import type { ResolvedDisk } from "./template/disks";
import type { ResolvedArgs } from "./virtualMachineArgs";

/** The arguments whose change replaces or stops the machine, or loses data. The component keeps them in the state. */
export type TrackedArgs = ReturnType<typeof trackedArgs>;

/** A value without what is known only at deployment. */
const known = (value: unknown): string => (value === undefined || isDeferred(value) ? "" : String(value));

/** What is known of a container. */
const containerOf = ({ image, command = [], args = [], ports = [] }: MachineContainer): string =>
    hash(
        JSON.stringify([
            pulumi.Resource.isInstance(image) ? "" : known(image),
            command.map(known),
            args.map(known),
            ports,
        ]),
    );

export function trackedArgs(resolved: ResolvedArgs, protect: boolean) {
    const { image, gpu, bootDisk, disks, container, startupScript } = resolved;
    const nicTypes = [resolved, ...resolved.interfaces].map(({ network }) => networkSettings(network).nicType ?? "");
    const features = featureArgs(resolved.advancedMachineFeatures);
    return {
        name: resolved.name,
        zone: resolved.zone,
        hasZone: resolved.hasZone,
        image: image === undefined ? "" : `${image.project ?? ""}/${image.family ?? image.name}`,
        "bootDisk.type": bootDisk.type,
        "bootDisk.iops": bootDisk.iops ?? 0,
        "bootDisk.throughput": bootDisk.throughput ?? 0,
        spot: resolved.spot,
        confidential: resolved.confidential ?? "",
        accelerator: gpu?.isAttached ? `${gpu.count} ${gpu.type}` : "",
        encryptionKey: known(idOfKey(resolved.encryptionKey)),
        machineType: resolved.machineType,
        secureBoot: resolved.secureBoot,
        account: resolved.account?.accountId ?? "",
        network: placeOf(resolved),
        "bootDisk.size": bootDisk.size ?? 0,
        disks: JSON.stringify(
            Object.fromEntries(
                Object.entries(disks).map(([key, { type, size, ...disk }]) => [
                    key,
                    { type, size, from: originOf(disk) },
                ]),
            ),
        ),
        startupScript: startupScript === undefined ? "" : hash(readFileSync(startupScript, "utf8")),
        container: container === undefined ? "" : containerOf(container),
        agent: resolved.agent ?? "",
        environment: Object.keys({ ...resolved.env, ...resolved.uses })
            .sort()
            .join(", "),
        // Stacks of earlier releases have no such key.
        ...(resolved.privateAddress && { privateAddress: nameOf(resolved.privateAddress) }),
        ...(resolved.interfaces.length > 0 && { interfaces: JSON.stringify(resolved.interfaces.map(placeOf)) }),
        ...(resolved.hostname !== undefined && { hostname: resolved.hostname }),
        ...(bootDisk.independent && { "bootDisk.independent": true }),
        ...(nicTypes.some(Boolean) && { nicTypes: nicTypes.join(" ") }),
        ...(features && { advancedMachineFeatures: JSON.stringify(features) }),
        ...(bootDisk.snapshot !== undefined && { "bootDisk.snapshot": known(bootDisk.snapshot) }),
        protect,
    };
}

/** What a disk is created from and cannot change; undefined for an empty one in one zone. */
function originOf({ snapshot, image, replicaZone }: Partial<ResolvedDisk>): string | undefined {
    const source = snapshot === undefined ? image && (image.family ?? image.name) : known(snapshot);
    return [source, replicaZone].filter(Boolean).join(" ") || undefined;
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** What identifies the network, as far as it is known. */
function placeOf({ network }: Pick<ResolvedArgs, "network">): string {
    const component = networkOf(network);
    const { subnet } = networkSettings(network);
    return component && subnet === undefined ? nameOf(component) : known(subnet);
}

/** Arguments whose change replaces the machine, by the schema of the provider. */
export const replacementArgs = [
    "name",
    "image",
    "bootDisk.type",
    "bootDisk.iops",
    "bootDisk.throughput",
    "spot",
    "confidential",
    "accelerator",
    "encryptionKey",
] as const;

/** Those that later releases added, so that a stack without them has none. */
const laterReplacing = ["hostname", "nicTypes", "bootDisk.independent"] as const;

/** Those that replace the data disks, too, which have the machine's name and are in its zone. */
const disksAsWell = ["name", "zone", "encryptionKey"];

/**
 * Arguments whose change stops a running machine and starts it again, as the provider does with `allow_stopping_for_update`:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_instance.go
 */
export const stopArgs = ["machineType", "secureBoot", "account", "network"] as const;

/** Arguments that a running machine reads at its next start. */
export const startArgs = ["startupScript", "container", "agent", "environment"] as const;

/** The present names of tracked arguments that have other names in deployed stacks. */
const names: Record<string, string> = { accelerator: "gpu", environment: "env", nicTypes: "nicType" };

type Disks = Record<string, { type: string; size?: number; from?: string }>;

const unprotectHint =
    "It is protected by the environment: run 'pulumi config set slipway:protection off' and 'pulumi up' without this change, then 'pulumi up' with it.";

/**
 * A warning, at preview, of what a change replaces, stops or loses. Throws for what Compute Engine or the protection refuses.
 *
 * @param old the tracked arguments in the state
 */
export function changeWarning(component: string, old: object, now: TrackedArgs): string | undefined {
    const before = old as TrackedArgs;
    if (before.name === undefined) {
        return undefined;
    }
    const changed = <Key extends keyof TrackedArgs>(keys: readonly Key[]) =>
        // An argument that is not in the state was added by a later release.
        keys.filter((key) => before[key] !== undefined && before[key] !== now[key]).map((key) => names[key] ?? key);
    const replacing = changed(replacementArgs);
    if (now.hasZone && before.zone !== now.zone) {
        replacing.push("zone");
    }
    if (now.privateAddress !== undefined && before.privateAddress !== now.privateAddress) {
        replacing.push("privateAddress");
    }
    if (now["bootDisk.snapshot"] !== undefined && before["bootDisk.snapshot"] !== now["bootDisk.snapshot"]) {
        replacing.push("bootDisk.snapshot");
    }
    const isOther = (key: (typeof laterReplacing)[number] | "advancedMachineFeatures") => before[key] !== now[key];
    replacing.push(...laterReplacing.filter(isOther).map((key) => names[key] ?? key));
    const [interfaces, nextInterfaces] = [before, now].map(({ interfaces: all = "[]" }) => all) as [string, string];
    const isCounted = JSON.parse(interfaces).length !== JSON.parse(nextInterfaces).length;
    if (isCounted) {
        replacing.push("number of interfaces");
    }
    const stopping = [
        ...(interfaces !== nextInterfaces && !isCounted ? ["network of an interface"] : []),
        ...(isOther("advancedMachineFeatures") ? ["advancedMachineFeatures"] : []),
    ];
    const lines = [
        ...diskWarnings(component, before, now, replacing),
        ...(replacing.length > 0
            ? [replacementWarning(component, before, replacing)]
            : interruptions(component, [...changed(stopArgs), ...stopping], changed(startArgs))),
    ];
    return lines.join("\n") || undefined;
}

function replacementWarning(component: string, { protect, disks }: TrackedArgs, replacing: string[]): string {
    const isInUse = disks !== "{}" && !replacing.some((key) => key === "name" || key === "zone");
    if (isInUse && replacing.includes("encryptionKey")) {
        throw deferredError(component, [
            problem(
                "encryptionKey",
                "compute/key-of-used-disks",
                "cannot be changed while the machine uses its data disks. Set another name as well, which replaces the machine and its disks, whose contents are lost.",
            ),
        ]);
    }
    const reason = `another ${replacing.join(", ")} replaces the machine and its boot disk, whose contents are lost.`;
    if (protect) {
        throw deferredError(component, [problem("", "compute/change-replaces-machine", `${reason} ${unprotectHint}`)]);
    }
    const what = `${component}: ${reason}`;
    return disks !== "{}" && replacing.some((key) => disksAsWell.includes(key))
        ? `${what} Its data disks are replaced as well.`
        : what;
}

function interruptions(component: string, stops: string[], starts: string[]): string[] {
    return [
        ...(stops.length > 0
            ? [
                  `${component}: another ${stops.join(", ")} stops the machine and starts it again, if it is running. Its disks are kept.`,
              ]
            : []),
        ...(starts.length > 0 && stops.length === 0
            ? [`${component}: another ${starts.join(", ")} takes effect when the machine starts the next time.`]
            : []),
    ];
}

function diskWarnings(component: string, before: TrackedArgs, now: TrackedArgs, replacing: string[]): string[] {
    const refuse = (path: string, from: number, to: number) => {
        const reason = `a disk cannot shrink from ${from} to ${to} GiB. Keep its size, or add another disk.`;
        throw deferredError(component, [problem(path, "compute/disk-shrinks", reason)]);
    };
    const [from, to] = [before["bootDisk.size"], now["bootDisk.size"]];
    if (replacing.length === 0 && to > 0 && to < from) {
        refuse("bootDisk.size", from, to);
    }
    const disks = JSON.parse(now.disks) as Disks;
    return Object.entries(JSON.parse(before.disks) as Disks).flatMap(([key, disk]) => {
        const next = disks[key];
        const isSame = next?.type === disk.type && next.from === disk.from;
        if (isSame && next.size !== undefined && disk.size !== undefined && next.size < disk.size) {
            refuse(`disks.${key}.size`, disk.size, next.size);
        }
        if (isSame) {
            return [];
        }
        if (next && now.name === before.name && !replacing.includes("zone")) {
            throw deferredError(component, [
                problem(
                    next.type === disk.type ? `disks.${key}` : `disks.${key}.type`,
                    "compute/type-of-used-disk",
                    next.type === disk.type
                        ? "cannot have another snapshot, image or replicaZone while the machine uses the disk. Add another disk, copy the contents, and remove this one."
                        : "cannot be changed while the machine uses the disk. Add another disk, copy the contents, and remove this one.",
                ),
            ]);
        }
        const what = next
            ? `another ${next.type === disk.type ? "source or replicaZone" : "type"} replaces the disk, and its`
            : "the disk is deleted, and its";
        const reason = `${what} contents are lost.`;
        if (before.protect) {
            const refusal = problem(`disks.${key}`, "compute/change-loses-disk", `${reason} ${unprotectHint}`);
            throw deferredError(component, [refusal]);
        }
        return [`${component}: disks.${key}: ${reason}`];
    });
}
