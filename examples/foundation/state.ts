import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { Bucket, type BucketArgs } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { Deployer, EnvironmentProject } from "slipway";

/** A bucket whose replaced and deleted objects can be restored for some days. */
export function privateBucket(
    { projectId: project, protect }: EnvironmentProject,
    name: pulumi.Input<string>,
    location: string,
    days: number,
): BucketArgs {
    return {
        project,
        name,
        location,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: days } }],
        forceDestroy: !protect,
    };
}

export interface PulumiStateArgs {
    project: EnvironmentProject;
    region: string;
    /** Who deploys the environment. */
    writer: Deployer;
    /** Who only previews it. */
    reader?: Deployer;
}

/**
 * Where Pulumi keeps the stacks of one environment, in its own project, so that nobody of another environment comes to see
 * or change them: a bucket for the state, and a key for the secrets in it.
 */
export class PulumiState extends pulumi.ComponentResource {
    /** `pulumi login` of this. */
    readonly backend: pulumi.Output<string>;

    constructor(name: string, { project: environment, region, writer, reader }: PulumiStateArgs) {
        super("foundation:index:PulumiState", name, {}, { provider: environment.provider });
        const { projectId: project, ready, protect, protectKeys } = environment;
        const child = { parent: this, dependsOn: ready, protect };
        const bucketName = pulumi.interpolate`${project}-pulumi-state`;
        const bucket = new Bucket(`${name}-state`, privateBucket(environment, bucketName, region, 90), child);
        const ring = new KeyRing(`${name}-pulumi`, { project, name: "pulumi", location: region }, child);
        const rotationPeriod = `${90 * 24 * 60 * 60}s`;
        // Without it, nobody can read the secrets in the state.
        const kept = { ...child, protect: protectKeys };
        const key = new CryptoKey(`${name}-secrets`, { name: "secrets", keyRing: ring.id, rotationPeriod }, kept);

        const grant = (whose: string, { account: { member } }: Deployer, onBucket: string, onKey: string) => {
            const own = { parent: this };
            new BucketIAMMember(`${name}-${whose}-state`, { bucket: bucket.name, role: onBucket, member }, own);
            new CryptoKeyIAMMember(`${name}-${whose}-secrets`, { cryptoKeyId: key.id, role: onKey, member }, own);
        };
        grant("writer", writer, "roles/storage.objectUser", "roles/cloudkms.cryptoKeyEncrypterDecrypter");
        if (reader) {
            grant("reader", reader, "roles/storage.objectViewer", "roles/cloudkms.cryptoKeyDecrypter");
        }
        this.backend = pulumi.interpolate`gs://${bucket.name}`;
        this.registerOutputs({ backend: this.backend });
    }
}
