import type { CloudSqlClient, SecretFile, SecretVariable } from "../identity/capability";

/** What a function can have attached: a secret's text as a variable or in a file, and a way to a database. */
export type Mountable = SecretVariable | SecretFile | CloudSqlClient;

export const mountable: Mountable["kind"][] = ["secret-variable", "secret-file", "cloud-sql"];
