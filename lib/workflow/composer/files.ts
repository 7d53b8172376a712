import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";
import { filesOf } from "../../internal/files";
import { objectOf } from "../../internal/objects";

/** The folders of an environment's bucket that Airflow reads ("Data stored in Cloud Storage"). */
const folders = { dag: "dags", plugin: "plugins", data: "data" } as const;

/**
 * Registers an object of each file of a folder, by the file's path, and of those that are told by their text.
 *
 * @param after what must be there first: files may need packages and variables of an environment that changes with them
 */
export function filesIn(
    component: string,
    part: keyof typeof folders,
    folder: string | undefined,
    made: Record<string, string>,
    { bucket, after }: { bucket: pulumi.Input<string>; after?: pulumi.Resource },
    child: Child,
): Record<string, BucketObject> {
    const object = (path: string, content: ReturnType<typeof objectOf>) => {
        const args = { bucket, name: `${folders[part]}/${path}`, ...content };
        return new BucketObject(...child(part, `${component}-${part}-${path}`, args, { dependsOn: after ?? [] }));
    };
    const files = folder === undefined ? [] : filesOf(folder);
    return Object.fromEntries([
        ...files.map(({ path, file }) => [path, object(path, objectOf(file))]),
        ...Object.entries(made).map(([path, content]) => [path, object(path, { content })]),
    ]);
}
