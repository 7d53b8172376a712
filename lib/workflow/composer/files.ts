import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";
import { filesOf } from "../../internal/files";
import { objectOf } from "../../internal/objects";

/** The folders of an environment's bucket that Airflow reads ("Data stored in Cloud Storage"). */
const folders = { dag: "dags", plugin: "plugins", data: "data" } as const;

/**
 * Registers an object of each file of a folder, by the file's path, or of each of some texts.
 *
 * @param after what must be there first: files may need packages and variables of an environment that changes with them
 */
export function filesIn(
    component: string,
    part: keyof typeof folders,
    given: string | Record<string, string> = {},
    { bucket, after }: { bucket: pulumi.Input<string>; after?: pulumi.Resource },
    child: Child,
): Record<string, BucketObject> {
    const contents =
        typeof given === "string"
            ? filesOf(given).map(({ path, file }) => [path, objectOf(file)] as const)
            : Object.entries(given).map(([path, content]) => [path, { content }] as const);
    return Object.fromEntries(
        contents.map(([path, content]) => {
            const args = { bucket, name: `${folders[part]}/${path}`, ...content };
            return [
                path,
                new BucketObject(...child(part, `${component}-${part}-${path}`, args, { dependsOn: after ?? [] })),
            ];
        }),
    );
}
