import type { SqlProxies } from "../sql/proxies";
import type { Reading, Recorder } from "./recorder";

/**
 * Records whether the servers of Cloud SQL instances accept connections, and how many clients their proxies have.
 * https://docs.cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql
 */
export function recordDatabases(fronts: SqlProxies, recorder: Recorder): void {
    fronts.look();
    recorder.read(() => {
        const readings = fronts.served().flatMap(({ instance, server }): Reading[] => {
            const { project, name, region, databaseVersion } = instance;
            const measured = {
                project,
                resource: { type: "cloudsql_database", labels: { database_id: `${project}:${name}`, region } },
            };
            const clients = [...server.clients.values()];
            const databases = String(databaseVersion).startsWith("POSTGRES")
                ? new Set(clients.map(({ database }) => database).filter((database) => database !== ""))
                : [];
            return [
                ...(server.isUp === undefined
                    ? []
                    : [
                          {
                              ...measured,
                              metric: "cloudsql.googleapis.com/database/up" as const,
                              value: server.isUp ? 1 : 0,
                          },
                      ]),
                {
                    ...measured,
                    metric: "cloudsql.googleapis.com/database/network/connections",
                    value: clients.length,
                },
                ...[...databases].map((name) => ({
                    ...measured,
                    metric: "cloudsql.googleapis.com/database/postgresql/num_backends" as const,
                    labels: { database: name },
                    value: clients.filter(({ database }) => database === name).length,
                })),
            ];
        });
        fronts.look();
        return readings;
    });
}
