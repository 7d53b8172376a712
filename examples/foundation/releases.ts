import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { Deployer, EnvironmentProject } from "slipway";
import { privateBucket } from "./state";

export interface ReleasesArgs {
    project: EnvironmentProject;
    region: string;
    /** The name of the bucket: as the program names its own, `<project>-<name in Pulumi.yaml>-releases`. */
    bucket: string;
    /** Who deploys the environment. */
    deployer: Deployer;
    /** Who only previews it. */
    previewer?: Deployer;
    /** Who deploys the environments that promote this one, by their names. */
    readers: Record<string, Deployer>;
    /** Whether the program created the bucket, and gave it up. */
    isAdopted: boolean;
}

/**
 * The bucket in which a program records what ran in one environment, so that its deployer needs no role for buckets on the project: it adds
 * objects to this bucket, and those of the next environments read them.
 */
export class Releases extends pulumi.ComponentResource {
    readonly bucket: pulumi.Output<string>;

    constructor(name: string, args: ReleasesArgs) {
        const { project: environment, region, bucket: bucketName, deployer, previewer, readers, isAdopted } = args;
        super("foundation:index:Releases", name, {}, { provider: environment.provider });
        const { ready, protect } = environment;
        // An import reads all of an existing bucket but forceDestroy, which only Pulumi has.
        const adoption = isAdopted ? { import: bucketName, ignoreChanges: ["forceDestroy"] } : {};
        const bucket = new Bucket(`${name}-releases`, privateBucket(environment, bucketName, region, 30), {
            parent: this,
            dependsOn: ready,
            protect,
            ...adoption,
        });
        const grant = (whose: string, { account: { member } }: Deployer, role: string) =>
            new BucketIAMMember(`${name}-${whose}`, { bucket: bucket.name, role, member }, { parent: this });
        grant("deployer-releases", deployer, "roles/storage.objectUser");
        grant("deployer-bucket", deployer, "roles/storage.bucketViewer");
        if (previewer) {
            grant("previewer-bucket", previewer, "roles/storage.bucketViewer");
        }
        for (const [follower, reader] of Object.entries(readers)) {
            grant(`${follower}-releases`, reader, "roles/storage.objectViewer");
        }
        this.bucket = bucket.name;
        this.registerOutputs({ bucket: this.bucket });
    }
}
