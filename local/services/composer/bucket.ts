import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, upperCase } from "../../rules/rules";
import { bucket } from "../storage/bucket";
import { bucketName, findBucket } from "../storage/names";
import { writeObject } from "../storage/object";
import { environmentsOf } from "./names";

/** The name without the scheme that a program may put before it. */
export const plainBucket = (given: string): string => given.replace(/^gs:\/\//, "").replace(/\/$/, "");

/** "Use a custom environment's bucket": what is wrong with a bucket of the program's own. */
export function bucketProblems({ project, region, name, storageConfig }: Inputs, cloud: Cloud): string[] {
    const given: string | undefined = storageConfig?.bucket;
    if (!given) {
        return [];
    }
    const found = findBucket(cloud, given) as (Entry & { state: Inputs }) | undefined;
    const told = `Cloud Storage bucket gs://${given}`;
    if (!found) {
        return [`Composer doesn't have permission to read the requested Cloud Storage bucket: gs://${given}`];
    }
    const { location, storageClass, retentionPolicy, hierarchicalNamespace } = found.state;
    const user = environmentsOf(cloud, project).find(
        ({ state }) => state.storageConfig?.bucket === given && (state.name !== name || state.region !== region),
    );
    return [
        ...(found.project === project ? [] : [`${told} must be in the same project as the environment.`]),
        ...(upperCase(location) === upperCase(region)
            ? []
            : [`${told} must be in the same region as the environment: '${region}', not '${location.toLowerCase()}'.`]),
        ...(storageClass === "STANDARD" ? [] : [`${told} must have the STANDARD storage class.`]),
        ...(retentionPolicy ? [`${told} must not have a retention policy.`] : []),
        ...(hierarchicalNamespace?.enabled ? [`${told} must not have hierarchical namespace enabled.`] : []),
        ...(user ? [`${told} is already used by environment '${user.state.name}'.`] : []),
    ];
}

/** The name of the bucket that Cloud Composer makes, which stays when the environment goes. */
export const madeBucket = ({ region, name }: Inputs, hash: string): string =>
    `${region}-${name.slice(0, 15).replace(/-$/, "")}-${hash}-bucket`;

/** What every environment runs all the time, and finds in its bucket: by it Cloud Composer knows whether it works. */
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

/** Makes the bucket where the program has none of its own, and puts into it what Cloud Composer has there. */
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
