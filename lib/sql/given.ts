import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseProtection } from "../environment/defaults";
import type { SharedInstanceArgs } from "./arguments";
import type { Backups } from "./backups";
import type { PasswordPolicy } from "./passwordPolicy";
import type { DecidedReplica } from "./replicas";
import type { decidedStorage } from "./storage";
import type { Memory } from "./tiers";
import type { Engine } from "./versions";

/** The options of all engines and editions. */
export interface Given extends SharedInstanceArgs {
    engine?: Engine;
    version?: string;
    flags?: object;
    collation?: string;
    timeZone?: string;
    edition?: Edition;
    tier?: string;
    vCpus?: number;
    memory?: Memory;
}

export type Edition = "ENTERPRISE" | "ENTERPRISE_PLUS";

/** What is there, be it by default. */
type Always =
    | "users"
    | "databases"
    | "iamUsers"
    | "insights"
    | "maintenance"
    | "flags"
    | "connectionPooling"
    | "publicAddress";

/** The arguments of an instance with everything decided that they leave open. */
export interface Decided
    extends Omit<Given, Always | "replicas" | "storage" | "labels">,
        Required<Pick<Given, Always>> {
    engine: Engine;
    version: string;
    edition: Edition;
    tier: string;
    region: string;
    name: string;
    storage: ReturnType<typeof decidedStorage>;
    highAvailability: boolean;
    backups: false | Backups;
    protection: DatabaseProtection;
    replicas: Record<string, DecidedReplica>;
    passwordPolicy: false | PasswordPolicy;
    dataCache: boolean;
    audit: boolean;
    labels: Record<string, pulumi.Input<string>>;
}
