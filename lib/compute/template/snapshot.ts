import { getSnapshot } from "@pulumi/gcp/compute/getSnapshot";
import * as pulumi from "@pulumi/pulumi";
import { apiProblem, nameOrId, saidBy } from "../../environment/existing";
import { nameFormats } from "../../facts/names";
import { deferredError, programPlace } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { gigabytes } from "../../internal/arguments/size";
import { isDeferred } from "../../internal/arguments/value";

/** Checks the snapshot of a disk. */
export const snapshot = check.input(
    nameOrId(
        "global/snapshots",
        nameFormats.rows.computeResource,
        "projects/acme-dev/global/snapshots/data-2026-11-01",
    ),
);

/** A disk that is created from a snapshot. */
interface DiskOfSnapshot {
    snapshot?: pulumi.Input<string>;
    /** The size in GB. */
    size?: number;
}

/**
 * The ID of the snapshot of a disk. A snapshot that the program names is looked up once its API is enabled, so that a preview compares its
 * size. It can be deleted once the disk exists, which the preview only mentions.
 *
 * @param title the component in errors: `VirtualMachine "train"`
 * @param path the disk in errors: `disks.data`
 * @param enabled the APIs that must be enabled
 */
export function snapshotOf(
    title: string,
    path: string,
    { snapshot: source, size }: DiskOfSnapshot,
    ownProject: string,
    enabled: pulumi.Resource[],
    options: pulumi.InvokeOptions,
): pulumi.Input<string> | undefined {
    if (source === undefined || isDeferred(source)) {
        return source;
    }
    const [, project = ownProject, name] = /^(?:projects\/([^/]+)\/global\/snapshots\/)?([^/]+)$/.exec(
        source as string,
    ) as unknown as [string, string | undefined, string];
    const place = programPlace();
    const id = `projects/${project}/global/snapshots/${name}`;
    return pulumi.all(enabled.map((api) => (api as pulumi.CustomResource).id)).apply(async () => {
        const least = await sizeOf({ project, name }, `${title}: ${path}.snapshot`, options);
        if (least !== undefined && size !== undefined && size < least) {
            const reason = `must be at least the size of the snapshot, ${gigabytes(least)} (got "${gigabytes(size)}").`;
            throw deferredError(
                title,
                [check.problem(`${path}.size`, "compute/disk-smaller-than-snapshot", reason)],
                place,
            );
        }
        return id;
    });
}

/** The size of the disk of a snapshot in GB; undefined with a warning if it cannot be read. */
async function sizeOf(snapshot: { project: string; name: string }, label: string, options: pulumi.InvokeOptions) {
    try {
        return (await getSnapshot(snapshot, options)).diskSizeGb;
    } catch (error) {
        const missing = `was not found, so that no disk can be created from it: ${saidBy(error as Error)}`;
        pulumi.log.warn(`${label}: ${apiProblem("", error as Error)?.reason ?? missing}`);
        return undefined;
    }
}
