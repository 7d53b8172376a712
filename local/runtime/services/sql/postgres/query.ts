import { escapeIdentifier as id, type QueryArrayResult } from "pg";
import type { TextRows } from "../engine";
import type { Cluster } from "./cluster";

/** Runs a statement, or several, as a user of the server; returns the rows of the last one. */
export async function queried(cluster: Cluster, database: string, sql: string, user: string): Promise<TextRows> {
    return cluster.administer(database, async (client) => {
        await client.query(`SET SESSION AUTHORIZATION ${id(user)}`);
        const types = { getTypeParser: () => (value: string) => value };
        const answers: QueryArrayResult | QueryArrayResult[] = await client.query({
            text: sql,
            rowMode: "array",
            types,
        });
        const answer = [answers].flat().at(-1);
        return {
            columns: (answer?.fields ?? []).map(({ name }) => name),
            rows: answer?.rows ?? [],
            count: answer?.rowCount ?? 0,
        };
    });
}
