import { exportTogether } from "../internal/arguments/reportTogether";

export type { Weekday } from "../internal/arguments/weekday";
export type { Backups } from "./backups";
export type { ClientOptions } from "./client";
export type { Connectivity, InstanceNetwork, PrivateServiceConnect, PublicAddress, TlsMode } from "./connectivity";
export type { SqlDatabase } from "./databases";
export type { MySqlInstance, PostgresInstance, SqlServerInstance } from "./engines";
export type { ExistingInstanceArgs } from "./existing";
export type { Exports, SqlExport } from "./exports";
export type { MySqlFlags, PostgresFlags, SqlServerFlags } from "./flags";
export { CloudSqlInstance } from "./instance";
export type { CloudSqlInstanceArgs, SharedInstanceArgs } from "./instanceArgs";
export type { Replica } from "./replicas";
export type { BackupSource, CloneSource, Instance, Source } from "./source";
export type { EnterprisePlusTier, EnterpriseTier } from "./tiers";
export type { IamUser, SqlUser } from "./users";
export type { MySqlVersion, PostgresVersion, SqlServerVersion } from "./versions";

exportTogether(module);
