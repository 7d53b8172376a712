import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { encryptionGrants } from "../iam/encryption";
import { inSeconds } from "../internal/duration";
import type { ResolvedArgs } from "./resolveArgs";

const api = "secretmanager.googleapis.com";

/** The arguments of the secret resource. */
export function secretResourceArgs(args: ResolvedArgs, protect: boolean) {
    const { destroyDelay, expiration, notifications } = args;
    const { rotation } = notifications ?? {};
    return {
        secretId: args.name,
        replication: replication(args),
        versionDestroyTtl: destroyDelay === "none" ? undefined : inSeconds(destroyDelay),
        expireTime: expiration?.at,
        ttl: expiration?.after && inSeconds(expiration.after),
        topics: notifications?.topics.map(({ topic }) => ({ name: topic.id })),
        rotation: rotation && { rotationPeriod: inSeconds(rotation.every), nextRotationTime: rotation.start },
        annotations: args.annotations,
        labels: args.labels,
        deletionProtection: protect,
    };
}

/** The API, and the roles that the service agent of Secret Manager needs before the secret is created. */
export function prerequisites(name: string, args: ResolvedArgs, environment: Environment): pulumi.Resource[] {
    const { notifications, replicas = {}, crossProject } = args;
    return [
        ...environment.enable(api),
        ...encryptionGrants(environment, name, args, api),
        ...Object.entries(replicas).flatMap(([region, replica]) => {
            return encryptionGrants(environment, `${name}-${region}`, { ...replica, crossProject }, api);
        }),
        ...(notifications?.topics ?? []).flatMap(({ publisher }) => {
            return environment.grantAgent(api, publisher, crossProject);
        }),
    ];
}

function replication({ replicas, encryptionKey }: ResolvedArgs) {
    if (!replicas) {
        return { auto: encryption(encryptionKey) };
    }
    // Sorted, because the provider replaces the secret when the order changes.
    const regions = Object.keys(replicas).sort();
    return {
        userManaged: {
            replicas: regions.map((location) => ({ location, ...encryption(replicas[location]?.encryptionKey) })),
        },
    };
}

function encryption(key: pulumi.Input<string> | undefined) {
    return key === undefined ? {} : { customerManagedEncryption: { kmsKeyName: key } };
}
