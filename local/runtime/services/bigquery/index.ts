import type { Part, Serving } from "../../emulator/serving";
import { BigQueryApi } from "./api";
import { QueryEngine } from "./queries/engine";
import { ScheduledQueries } from "./scheduledQueries";

export default function bigquery(serving: Serving): Part & Pick<BigQueryApi, "queries"> {
    const { access, cloud, terminal } = serving;
    const engine = new QueryEngine(
        (line) => terminal.log(line),
        (pid) => serving.files.add(pid),
    );
    const api = new BigQueryApi(cloud, access, engine);
    const scheduled = new ScheduledQueries(cloud, api.queries, access.require, terminal);
    return {
        queries: api.queries,
        rest: [api.rest, scheduled.rest],
        runDue: (minute) => scheduled.runDue(minute),
        close: () => engine.close(),
    };
}
