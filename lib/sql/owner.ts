import type { Database } from "@pulumi/gcp/sql/database";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type { User } from "@pulumi/gcp/sql/user";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudSqlClient } from "../identity/capability";
import type { Secret } from "../secret";
import type { Decided } from "./given";

/** How one instance, the primary or a replica, is reached. */
export interface Reached extends Pick<CloudSqlClient, "address" | "addressType" | "hasPublicAddress" | "route"> {
    instance: DatabaseInstance;
}

/** What the parts of a component know of it. */
export interface Owner {
    /** The component's name. */
    name: string;
    component: pulumi.ComponentResource;
    args: Decided;
    /** The id of the project in which it is. */
    project: string;
    primary: Reached;
    replicas: Record<string, Reached>;
    databases: Record<string, Database>;
    /** The built-in users. */
    users: Record<string, User>;
    /** The secrets with the passwords of built-in users. */
    passwords: Record<string, Secret>;
}
