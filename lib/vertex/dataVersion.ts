import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import { getBucketObject } from "@pulumi/gcp/storage/getBucketObject";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, problem } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { typeOf } from "../internal/engine/pulumiSdk";

/**
 * What runs a job again when it changes: an object, whose generation is compared, the address of an object that exists already, or any
 * other text.
 */
export type DataVersion = BucketObject | pulumi.Input<string>;

/** Whether a value is a resource of the provider of this type, also of another copy of the package. */
export const isOfType = (type: string) => (value: unknown) => typeOf(value) === type;

/** Checks a list of {@link DataVersion}. */
export const dataVersions = check.list(
    check.either(
        (value) => pulumi.Resource.isInstance(value),
        check.custom<BucketObject>(
            isOfType("gcp:storage/bucketObject:BucketObject"),
            "must be a BucketObject or a text",
        ),
        check.input(check.text()),
    ),
);

const objectAddress = /^gs:\/\/([^/]+)\/(.+)$/;

/**
 * The version of data: the generation of an object, or a text as it is.
 *
 * @param path the component and the argument, for errors: `VertexTrainingJob "train": runOn.0`
 */
export function versionOf(path: string, data: DataVersion, options: pulumi.InvokeOptions): pulumi.Output<string> {
    if (pulumi.Resource.isInstance(data)) {
        return pulumi.interpolate`gs://${data.bucket}/${data.name}#${data.generation}`;
    }
    return pulumi.output(data).apply(async (known) => {
        const [, bucket = "", name = ""] = objectAddress.exec(known) ?? [];
        if (bucket === "") {
            return known;
        }
        try {
            const { generation } = await getBucketObject({ bucket, name }, options);
            return `${known}#${generation}`;
        } catch (error) {
            const reason = `cannot be read (got "${known}"). ${(error as Error).message}`;
            throw deferredError(path, [problem("", "vertex/data-unreadable", reason)]);
        }
    });
}
