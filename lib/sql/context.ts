import type { Database } from "@pulumi/gcp/sql/database";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type { User } from "@pulumi/gcp/sql/user";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudSqlClient } from "../iam/capability";
import type { Secret } from "../secretmanager";
import type { ResolvedArgs } from "./resolveArgs";

/** The address of the primary instance or of a replica. */
export interface InstanceEndpoint
    extends Pick<CloudSqlClient, "address" | "addressType" | "hasPublicAddress" | "route"> {
    instance: DatabaseInstance;
}

/** An instance as the parts of its component see it. */
export interface InstanceContext {
    /** The component's name. */
    name: string;
    component: pulumi.ComponentResource;
    resolved: ResolvedArgs;
    /** The project ID. */
    project: string;
    primary: InstanceEndpoint;
    replicas: Record<string, InstanceEndpoint>;
    databases: Record<string, Database>;
    /** The built-in users. */
    users: Record<string, User>;
    /** The secrets with their passwords. */
    passwords: Record<string, Secret>;
}
