import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { Database } from "@pulumi/gcp/sql/database";
import type { User } from "@pulumi/gcp/sql/user";
import type * as pulumi from "@pulumi/pulumi";
import type { Transform } from "../internal/engine/children";
import type { ComponentAlerts } from "../monitoring/alerts/componentAlerts";
import type { Secret } from "../secretmanager";
import type { InstanceEndpoint } from "./connectivity";
import type { InstanceOfDatabases } from "./databases";
import type { InstanceOfUsers } from "./users";

/** What clients and exports depend on in the arguments of their instance. */
export interface InstanceOfClients extends InstanceOfUsers, InstanceOfDatabases {
    /** The instance's name in Google Cloud, or what it starts with. */
    name: string;
    region: string;
    replicas: Record<string, { region: string }>;
    alerts?: ComponentAlerts<"failedRuns">;
    transform?: { schedule?: Transform<JobArgs> };
}

/** An instance as the parts of its component see it. */
export interface InstanceContext {
    /** The component's name. */
    name: string;
    component: pulumi.ComponentResource;
    resolved: InstanceOfClients;
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
