import type { Cloud, Entry, Inputs } from "../../../simulator";
import { GoogleError } from "../../../simulator";
import type { Access } from "../../emulator/access";
import { isDue } from "../../emulator/cronClock";
import { type Answer, HttpError, json, type Request } from "../../emulator/http";
import type { Terminal } from "../../emulator/terminal";
import type { QueryJobs } from "./queries/queryJobs";

const address = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/transferConfigs\/[^/]+):startManualRuns$/;

/** Scheduled queries, which run as their account: https://cloud.google.com/bigquery/docs/scheduling-queries */
export class ScheduledQueries {
    constructor(
        private readonly cloud: Cloud,
        private readonly queries: QueryJobs,
        private readonly need: Access["require"],
        private readonly terminal: Terminal,
    ) {}

    /** https://cloud.google.com/bigquery/docs/reference/datatransfer/rest/v1/projects.locations.transferConfigs/startManualRuns */
    readonly rest = (request: Request): Promise<Answer> | undefined => {
        const [, name] = request.method === "POST" ? (address.exec(decodeURIComponent(request.path)) ?? []) : [];
        return name === undefined ? undefined : this.startManualRun(request, name);
    };

    runDue(minute: Date): void {
        for (const config of this.configs()) {
            const { schedule, disabled }: Inputs = config.state;
            if (schedule && !disabled && isDue(String(schedule), "Etc/UTC", minute)) {
                void this.run(config, minute);
            }
        }
    }

    private configs(): Entry[] {
        const all = this.cloud.store.list("//bigquerydatatransfer.googleapis.com/");
        return all.filter(({ state }) => state.dataSourceId === "scheduled_query");
    }

    private async startManualRun({ account, body }: Request, name: string): Promise<Answer> {
        const config = this.configs().find(
            ({ state }) =>
                String(state.name) === name || String(state.name).endsWith(name.slice(name.indexOf("/locations/"))),
        );
        if (!config) {
            throw new GoogleError(404, `Requested entity was not found: ${name}.`);
        }
        this.need(
            account,
            "bigquery.transfers.update",
            `//cloudresourcemanager.googleapis.com/projects/${config.project}`,
        );
        const { requestedRunTime, requestedTimeRange } = body.length > 0 ? json(body) : {};
        if (requestedTimeRange) {
            throw new HttpError(
                501,
                "notImplemented",
                "The local Google Cloud runs a scheduled query for one time: set requestedRunTime.",
            );
        }
        const time = new Date(requestedRunTime ?? Date.now());
        const run = {
            name: `${name}/runs/${time.getTime()}`,
            runTime: time.toISOString(),
            dataSourceId: "scheduled_query",
        };
        const state = (await this.run(config, time)) ? "SUCCEEDED" : "FAILED";
        return { status: 200, body: { runs: [{ ...run, state }] } };
    }

    /** @returns whether the query succeeded */
    private async run({ project, state }: Entry, time: Date): Promise<boolean> {
        const { displayName, params = {}, serviceAccountName, destinationDatasetId }: Inputs = state;
        const template = params.destination_table_name_template;
        const job = {
            configuration: {
                query: {
                    query: params.query,
                    useLegacySql: false,
                    ...(destinationDatasetId && {
                        defaultDataset: { projectId: project, datasetId: destinationDatasetId },
                    }),
                    ...(template && {
                        destinationTable: {
                            projectId: project,
                            datasetId: destinationDatasetId,
                            tableId: tableOf(String(template), time),
                        },
                        writeDisposition: params.write_disposition ?? "WRITE_EMPTY",
                    }),
                    ...(params.partitioning_field && {
                        timePartitioning: { type: params.partitioning_type ?? "DAY", field: params.partitioning_field },
                    }),
                    parameterMode: "NAMED",
                    queryParameters: [
                        parameter("run_time", "TIMESTAMP", time.toISOString()),
                        parameter("run_date", "DATE", time.toISOString().slice(0, 10)),
                    ],
                },
            },
        };
        try {
            const { status } = await this.queries.insert(serviceAccountName || undefined, String(project), job);
            const failed = status.errorResult?.message;
            this.terminal.log(`scheduled query ${displayName}: ${failed ?? "done"}`);
            return failed === undefined;
        } catch (error) {
            this.terminal.log(`scheduled query ${displayName}: ${(error as Error).message}`);
            return false;
        }
    }
}

const parameter = (name: string, type: string, value: string) => ({
    name,
    parameterType: { type },
    parameterValue: { value },
});

/**
 * The name of a table: `sales_{run_date}`, or `sales_{run_time-1h|"%Y%m%d"}`.
 * https://cloud.google.com/bigquery/docs/scheduling-queries#templating-examples
 */
export function tableOf(template: string, time: Date): string {
    return template.replaceAll(
        /\{(run_date|run_time)(?:([+-])(\d+)h)?(?:\|"([^"]*)")?\}/g,
        (_, name: string, sign: string | undefined, hours = "0", form = "%Y%m%d") => {
            const at = new Date(time.getTime() + Number(hours) * 3_600_000 * (sign === "-" ? -1 : 1));
            const [year = "", month = "", day = "", hour = "", minute = "", second = ""] = at.toISOString().split(/\D/);
            const parts: Record<string, string> = { Y: year, m: month, d: day, H: hour, M: minute, S: second };
            return name === "run_date"
                ? `${year}${month}${day}`
                : form.replaceAll(/%([YmdHMS])/g, (whole: string, letter: string) => parts[letter] ?? whole);
        },
    );
}
