import type { CloudSqlClient, SecretFile, SecretVariable } from "../../internal/access/capability";

/** What functions and containers of Cloud Run can attach: a secret as a variable or a file, and a connection to a database. */
export type ServerlessAttachment = SecretVariable | SecretFile | CloudSqlClient;

export const serverlessAttachments: ServerlessAttachment["kind"][] = ["secret-variable", "secret-file", "cloud-sql"];
