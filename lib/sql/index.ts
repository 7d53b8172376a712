export type { Weekday } from "../internal/weekday";
export type {
    CloudSqlInstanceArgs,
    MySqlInstance,
    PostgresInstance,
    SharedInstanceArgs,
    SqlServerInstance,
} from "./arguments";
export type { Backups } from "./backups";
export type { ClientOptions } from "./client";
export type { Connectivity, InstanceNetwork, PrivateServiceConnect, PublicAddress, TlsMode } from "./connectivity";
export type { SqlDatabase } from "./databases";
export type { ExistingInstanceArgs } from "./existing";
export type { Exports, SqlExport } from "./exports";
export type { MySqlFlags, PostgresFlags, SqlServerFlags } from "./flags";
export { CloudSqlInstance } from "./instance";
export type { Replica } from "./replicas";
export type { BackupSource, CloneSource, Instance, Source } from "./source";
export type { EnterprisePlusTier, EnterpriseTier } from "./tiers";
export type { IamUser, SqlUser } from "./users";
export type { MySqlVersion, PostgresVersion, SqlServerVersion } from "./versions";
