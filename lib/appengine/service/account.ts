import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { roleName } from "../../identity/capability";
import type { Child } from "../../internal/children";
import { accountId } from "../../internal/names";
import type { Source } from "../source";

/**
 * Roles on the project: of what builds, which runs as the version's own account, and of what a flexible version's machine writes
 * beside ("Use a custom service account", "Cloud Build service account").
 */
const builds = ["roles/artifactregistry.createOnPushWriter", "roles/logging.logWriter"];
const writes = ["roles/logging.logWriter", "roles/monitoring.metricWriter"];

/** The account that a service runs as, and what has to be granted to it before a version is made. */
export function serviceAccount(
    component: string,
    key: string,
    { isBuilt, isFlexible }: { isBuilt: boolean; isFlexible: boolean },
    source: Source | undefined,
    child: Child,
    { project }: Environment,
): { account: Account; accountId: string; grants: pulumi.Resource[] } {
    const name = `${component}-${key}`;
    const id = accountId(name, "app");
    const account = new Account(
        ...child("account", name, { accountId: id, displayName: `Runs the App Engine service ${key}` }),
    );
    const roles = new Set([...(isBuilt ? builds : []), ...(isFlexible ? writes : [])]);
    const { member } = account;
    const grants: pulumi.Resource[] = [...roles].map((role) => {
        return new IAMMember(...child("grant", `${name}-${roleName(role)}`, { project, role, member }));
    });
    if (isBuilt && source) {
        const grant = { bucket: source.bucket.name, role: "roles/storage.objectViewer", member };
        grants.push(new BucketIAMMember(...child("grant", `${name}-source`, grant)));
    }
    return { account, accountId: id, grants };
}
