import type { Part, Serving } from "../../emulator/serving";
import { recordDatabases } from "../monitoring/sql";
import { sqlRest } from "./api";
import { SqlInstances } from "./instances";
import { SqlProxies } from "./proxies";

export default function sql(
    serving: Serving,
): Part & { fronts: SqlProxies; readonly instances: SqlInstances | undefined } {
    const { cloud, terminal, tokens, access, recorder, router, options } = serving;
    const fronts = new SqlProxies({ cloud, terminal, tokens, access });
    let instances: SqlInstances | undefined;
    router.running.push({ url: () => undefined, service: () => undefined, localized: (text) => fronts.localize(text) });
    return {
        fronts,
        get instances() {
            return instances;
        },
        rest: [sqlRest(serving, fronts)],
        start: async () => {
            await fronts.open(options.sql ?? {});
            if (options.runsCode) {
                instances = new SqlInstances(cloud, terminal, serving.files);
                await fronts.run(instances);
            }
            recordDatabases(fronts, recorder);
        },
        close: () => fronts.close(),
    };
}
