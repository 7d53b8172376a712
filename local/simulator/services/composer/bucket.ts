import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, upperCase } from "../../rules/rules";
import { bucket } from "../storage/bucket";
import { bucketName, findBucket } from "../storage/names";
import { writeObject } from "../storage/object";
import { environmentsOf } from "./names";

/** The bucket name without scheme. */
export const plainBucket = (value: string): string => value.replace(/^gs:\/\//, "").replace(/\/$/, "");

/** "Use a custom environment's bucket": verifies a bucket of the program. */
export function bucketProblems({ project, region, name, storageConfig }: Inputs, cloud: Cloud): string[] {
    const value: string | undefined = storageConfig?.bucket;
    if (!value) {
        return [];
    }
    const found = findBucket(cloud, value) as (Entry & { state: Inputs }) | undefined;
    const message = `Cloud Storage bucket gs://${value}`;
    if (!found) {
        return [`Composer doesn't have permission to read the requested Cloud Storage bucket: gs://${value}`];
    }
    const { location, storageClass, retentionPolicy, hierarchicalNamespace } = found.state;
    const user = environmentsOf(cloud, project).find(
        ({ state }) => state.storageConfig?.bucket === value && (state.name !== name || state.region !== region),
    );
    return [
        ...(found.project === project ? [] : [`${message} must be in the same project as the environment.`]),
        ...(upperCase(location) === upperCase(region)
            ? []
            : [
                  `${message} must be in the same region as the environment: '${region}', not '${location.toLowerCase()}'.`,
              ]),
        ...(storageClass === "STANDARD" ? [] : [`${message} must have the STANDARD storage class.`]),
        ...(retentionPolicy ? [`${message} must not have a retention policy.`] : []),
        ...(hierarchicalNamespace?.enabled ? [`${message} must not have hierarchical namespace enabled.`] : []),
        ...(user ? [`${message} is already used by environment '${user.state.name}'.`] : []),
    ];
}

/** The name of the generated bucket, which is kept when the environment is deleted. */
export const generatedBucketName = ({ region, name }: Inputs, hash: string): string =>
    `${region}-${name.slice(0, 15).replace(/-$/, "")}-${hash}-bucket`;

/** The DAG with which Cloud Composer monitors environments. */
const monitoring = `"""Tells Cloud Composer that the environment works."""

from datetime import datetime, timedelta

from airflow.decorators import dag, task


@dag(
    dag_id="airflow_monitoring",
    schedule=timedelta(minutes=5),
    start_date=datetime(2024, 1, 1),
    catchup=False,
    dagrun_timeout=timedelta(minutes=10),
)
def airflow_monitoring():
    @task(priority_weight=2**31 - 1)
    def echo():
        print("test")

    echo()


airflow_monitoring()
`;

/** Creates the bucket, unless the program has its own, and adds Cloud Composer's files. */
export function fillBucket(state: Inputs, context: Context): void {
    const { cloud } = context;
    const { project, region, config } = state;
    const name: string = state.storageConfig.bucket;
    const key = config.encryptionConfig?.kmsKeyName;
    const inputs = {
        name,
        project,
        location: region,
        storageClass: "STANDARD",
        forceDestroy: false,
        uniformBucketLevelAccess: true,
        ...(key && { encryption: { defaultKmsKeyName: key } }),
    };
    cloud.store.create({
        name: bucketName(name),
        project,
        id: name,
        state: { ...inputs, ...bucket.state?.(inputs, context) },
    });
    writeObject(cloud, findBucket(cloud, name) as Entry, "dags/airflow_monitoring.py", Buffer.from(monitoring));
}
