import type { Part, Serving } from "../../emulator/serving";
import { recordDatabases } from "../monitoring/sql";
import { sqlRest } from "./api";
import { SqlProxies } from "./proxies";

export default function sql({ cloud, terminal, tokens, recorder, options }: Serving): Part & { fronts: SqlProxies } {
    const fronts = new SqlProxies(cloud, terminal, tokens);
    return {
        fronts,
        rest: [sqlRest(cloud, fronts)],
        start: async () => {
            await fronts.open(options.sql ?? {});
            recordDatabases(fronts, recorder);
        },
        close: () => fronts.close(),
    };
}
