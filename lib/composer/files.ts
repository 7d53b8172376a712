import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../internal/engine/children";
import { filesOf } from "../internal/sources/listing";
import { objectOf } from "../storage/objects";
import { checkDags, type DagCheckArgs, type DagCheckResult } from "./preflight/dags";

/** The {@link https://cloud.google.com/composer/docs/composer-3/cloud-storage folders} of an environment's bucket. */
const folders = { dag: "dags", plugin: "plugins", data: "data" } as const;

/**
 * Uploads each file of a folder, or each of these contents by path.
 *
 * @param after the resource to wait for: DAGs may need packages and variables that the environment receives in the same update
 */
export function uploadFiles(
    component: string,
    part: keyof typeof folders,
    source: string | Record<string, string> = {},
    { bucket, after }: { bucket: pulumi.Input<string>; after?: pulumi.Resource },
    child: Child,
): Record<string, BucketObject> {
    const contents =
        typeof source === "string"
            ? filesOf(source).map(({ path, file }) => [path, objectOf(file)] as const)
            : Object.entries(source).map(([path, content]) => [path, { content }] as const);
    return Object.fromEntries(
        contents.map(([path, content]) => {
            const args = { bucket, name: `${folders[part]}/${path}`, ...content };
            return [path, new BucketObject(...child(part, `${component}-${part}-${path}`, args, { dependsOn: after }))];
        }),
    );
}

/** What the check of DAG files depends on. */
interface DagArgs extends Omit<DagCheckArgs, "dags" | "packages"> {
    dags?: string;
    checkDags?: boolean;
    packages: object;
    uses: object;
}

/** Checks the DAG files, unless there are none or the check is disabled. */
export function checkDagFiles(all: DagArgs): DagCheckResult | undefined {
    const { dags, plugins, checkDags: isEnabled = true, packages, image, env, uses, variables, connections } = all;
    return dags === undefined || !isEnabled
        ? undefined
        : checkDags({
              dags,
              plugins,
              packages: Object.keys(packages),
              image,
              env: { ...env, ...uses },
              variables,
              connections,
          });
}
