import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import { getBucketObject } from "@pulumi/gcp/storage/getBucketObject";
import * as pulumi from "@pulumi/pulumi";
import { deferredError } from "../internal/argumentsError";
import * as check from "../internal/check";

/** Data whose change is noticed: an object, its address, or any text. */
export type DataVersion = BucketObject | pulumi.Input<string>;

/** Whether a value is a resource of the provider of this type, also of another copy of the package. */
export const isOf = (type: string) => (value: unknown) =>
    pulumi.Resource.isInstance(value) && Reflect.get(value, "__pulumiType") === type;

/** Checks {@link DataVersion}. */
export const dataVersion = check.either(
    (value) => pulumi.Resource.isInstance(value),
    check.custom<BucketObject>(isOf("gcp:storage/bucketObject:BucketObject"), "must be a BucketObject or a text"),
    check.input(check.text()),
);

const objectAddress = /^gs:\/\/([^/]+)\/(.+)$/;

/**
 * The version of data: the generation of an object, or a text as it is.
 *
 * @param argument the component and its argument: `VertexTrainingJob "train": retrainOn.0`
 */
export function versionOf(argument: string, data: DataVersion, options: pulumi.InvokeOptions): pulumi.Output<string> {
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
            const { message } = error as Error;
            throw deferredError(`${argument}: cannot be read (got "${known}"). ${message}`);
        }
    });
}
