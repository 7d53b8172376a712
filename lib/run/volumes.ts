import type * as pulumi from "@pulumi/pulumi";
import { isSystemFolder } from "../iam/serverless/secretFiles";
import { type Capability, forService } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { anySize, quantityOf, type Size } from "../internal/arguments/size";
import type { AnyBucket } from "../storage";

/**
 * A bucket as a folder, by {@link https://cloud.google.com/run/docs/configuring/services/cloud-storage-volume-mounts Cloud Storage FUSE}:
 * without locks, and a file that is written is held in memory as a whole.
 */
export interface BucketVolume {
    /** The folder at which the containers have it: `"/models"`. */
    path: string;
    /** The bucket whose objects are the files of the volume. The service account gets `roles/storage.objectUser` on it, or `roles/storage.objectViewer` with `readOnly`. */
    bucket: AnyBucket;
    /**
     * Whether files cannot be written.
     * @default false
     */
    readOnly?: boolean;
    /**
     * {@link https://cloud.google.com/storage/docs/cloud-storage-fuse/cli-options Options} of Cloud Storage FUSE, without dashes:
     * `"implicit-dirs"`.
     * @default none
     */
    options?: string[];
}

/** A folder in memory, which counts as memory of the instance. It is empty in each new instance. */
export interface MemoryVolume {
    /** The folder at which the containers have it: `"/models"`. */
    path: string;
    /** The {@link https://cloud.google.com/run/docs/configuring/services/in-memory-volume-mounts maximum size}: `"256 MiB"`. */
    memory: Size;
}

/** A folder of an {@link https://cloud.google.com/run/docs/configuring/services/nfs-volume-mounts NFS} server in the VPC network, such as Filestore. */
export interface NfsVolume {
    /** The folder at which the containers have it: `"/models"`. */
    path: string;
    /** The server and the path that it exports. */
    nfs: {
        /** The IP address or the host name of the server. */
        server: pulumi.Input<string>;
        /** The exported path: `"/share"`. */
        path: pulumi.Input<string>;
    };
    /**
     * Whether files cannot be written.
     * @default false
     */
    readOnly?: boolean;
}

/** A volume of the containers. Volumes of secrets and databases come with `uses`. */
export type RunVolume = check.OneOf<BucketVolume | MemoryVolume | NfsVolume>;

const path = check.pipe(
    check.matching(/^(\/[\w.-]+)+$/, "must be the absolute path of a folder, such as /models"),
    check.refine((value) => !isSystemFolder(String(value)), "would hide a folder of the system"),
);

/** Checks the volumes by their names. */
export const volumes = check.record(
    check.matching(
        /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "a volume's name must have up to 63 lower-case letters, digits and hyphens, and start with a letter",
    ),
    check.variant({
        bucket: check.options<BucketVolume>(
            {
                path,
                bucket: check.component("StorageBucket"),
                readOnly: check.flag(),
                options: check.list(
                    check.matching(/^[a-z][\w:.=,/-]*$/, "must be an option without dashes, such as implicit-dirs"),
                ),
            },
            "path",
            "bucket",
        ),
        memory: check.options<MemoryVolume>({ path, memory: anySize }, "path", "memory"),
        nfs: check.options<NfsVolume>(
            {
                path,
                nfs: check.options<NfsVolume["nfs"]>(
                    {
                        server: check.input(
                            check.matching(/^[\w.:-]+$/, "must be an IP address or a host name, such as 10.0.0.2"),
                        ),
                        path: check.input(check.matching(/^\/\S*$/, "must be an exported path, such as /share")),
                    },
                    "server",
                    "path",
                ),
                readOnly: check.flag(),
            },
            "path",
            "nfs",
        ),
    }),
);

/** Checks the volumes against each other, and that there is a network for NFS. */
export function volumeProblems(all: Record<string, RunVolume>, hasNetwork: boolean): check.Problem[] {
    const entries = Object.entries(all);
    return entries.flatMap(([name, volume], index) => {
        const same = entries.slice(0, index).find(([, other]) => other.path === volume.path);
        return [
            ...(same
                ? [
                      check.problem(
                          `volumes.${name}.path`,
                          "run/volume-path-twice",
                          `is where volumes.${same[0]} is (got "${volume.path}"). Use another path for each volume.`,
                      ),
                  ]
                : []),
            ...(volume.nfs && !hasNetwork
                ? [
                      check.problem(
                          `volumes.${name}.nfs`,
                          "run/nfs-without-network",
                          "needs a network, in which the server is. Set network.",
                      ),
                  ]
                : []),
        ];
    });
}

/** The volume that only the second generation supports, for errors. */
export function gen2Volume(all: Record<string, RunVolume>): string | undefined {
    const [name] = Object.entries(all).find(([, { bucket, nfs }]) => bucket ?? nfs) ?? [];
    return name === undefined ? undefined : `volumes.${name}`;
}

/** What the service account needs for the volumes. */
export function volumeCapabilities(all: Record<string, RunVolume>): Capability[] {
    return Object.values(all).flatMap(({ bucket, readOnly }) =>
        bucket ? [forService(readOnly ? bucket.reader : bucket.writer)] : [],
    );
}

/** The volumes in the form of the API. */
export function volumeArgs(all: Record<string, RunVolume>) {
    return Object.entries(all).map(([name, { bucket, memory, nfs, readOnly = false, options }]) => ({
        name,
        ...(bucket && { gcs: { bucket: bucket.bucket.name, readOnly, mountOptions: options } }),
        ...(memory !== undefined && { emptyDir: { medium: "MEMORY", sizeLimit: quantityOf(memory) } }),
        ...(nfs && { nfs: { ...nfs, readOnly } }),
    }));
}
