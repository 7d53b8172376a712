import { facts } from "./facts";

/** The greatest length of the names of users, in characters. PostgreSQL cuts longer ones off: an IAM user cannot sign in then. */
export const cloudSqlUserNames = facts<{ max: number }>()({
    subject: "Lengths of the names of Cloud SQL's users, which the engines define",
    source: "https://cloud.google.com/sql/docs/postgres/add-manage-iam-users",
    checked: "2026-11-24",
    rows: {
        // Cloud SQL does not change it: https://github.com/hashicorp/terraform-provider-google/issues/15520
        postgres: {
            max: 63,
            source: "https://www.postgresql.org/docs/current/sql-syntax-lexical.html",
        },
        mysql: { max: 32, source: "https://dev.mysql.com/worklog/task/?id=2284" },
        /** Before MySQL 5.7. */
        earlyMysql: { max: 16, source: "https://dev.mysql.com/worklog/task/?id=2284" },
        sqlserver: {
            max: 128,
            source: "https://learn.microsoft.com/en-us/sql/relational-databases/databases/database-identifiers",
            checked: "2026-11-20",
        },
    },
});
