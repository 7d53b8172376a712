import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { findApp } from "../../../simulator/services/appengine/names";
import type { Router } from "../../emulator/routes";
import type { Recorder } from "./recorder";

/** https://docs.cloud.google.com/monitoring/api/resources#tag_cloud_run_revision */
export const runResource = (service: Entry, revision: string) => ({
    type: "cloud_run_revision",
    labels: {
        location: service.id.split("/")[3] ?? "",
        service_name: lastPart(service.name),
        configuration_name: lastPart(service.name),
        revision_name: revision,
    },
});

/** What is known of a request. */
interface RunRequest {
    method?: string;
    url?: string;
    /** The ID of its trace. */
    trace?: string;
}

/**
 * Records a request that reached a revision.
 * https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run
 */
export function recordRunRequest(
    recorder: Recorder,
    service: Entry,
    revision: string,
    status: number,
    ms: number,
    { method, url, trace }: RunRequest = {},
): void {
    const { project } = service;
    const resource = runResource(service, revision);
    recorder.log(project, {
        logName: `projects/${project}/logs/run.googleapis.com%2Frequests`,
        severity: status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO",
        resource: { ...resource, labels: { project_id: project, ...resource.labels } },
        httpRequest: {
            ...(method && { requestMethod: method }),
            ...(url && { requestUrl: url }),
            ...{ status, latency: `${(ms / 1000).toFixed(6)}s` },
        },
        ...(trace && { trace: `projects/${project}/traces/${trace}` }),
    });
    const labels = { response_code: String(status), response_code_class: `${Math.floor(status / 100)}xx` };
    recorder.count({ project, metric: "run.googleapis.com/request_count", resource, labels });
    recorder.collect({ project, metric: "run.googleapis.com/request_latencies", resource, labels }, ms);
}

/** https://docs.cloud.google.com/monitoring/api/resources#tag_gae_app */
export const appEngineResource = (cloud: Cloud, { project, service, versionId }: Inputs) => ({
    type: "gae_app",
    labels: {
        module_id: String(service),
        version_id: String(versionId),
        zone: String(findApp(cloud, project)?.state.locationId ?? ""),
    },
});

/** Records a request to a version of App Engine: https://docs.cloud.google.com/monitoring/api/metrics_gcp_a_b#gcp-appengine */
export function recordAppEngineRequest(
    cloud: Cloud,
    recorder: Recorder,
    version: Inputs,
    status: number,
    ms: number,
): void {
    const { project } = version;
    const resource = appEngineResource(cloud, version);
    const labels = { response_code: String(status) };
    recorder.count({ project, metric: "appengine.googleapis.com/http/server/response_count", resource, labels });
    recorder.collect(
        { project, metric: "appengine.googleapis.com/http/server/response_latencies", resource, labels },
        ms,
    );
}

/** The version of a service that most requests reach. */
function mainVersion({ project, id, state }: Entry): Inputs {
    const allocations = Object.entries<number>((state.split as Inputs | undefined)?.allocations ?? {});
    const [versionId = ""] = allocations.sort(([, one], [, other]) => other - one)[0] ?? [];
    return { project, service: lastPart(id), versionId };
}

/** Records the requests of the emulator to code with a route: functions, and services of Cloud Run and App Engine. */
export class RoutedRequests {
    constructor(
        private readonly cloud: Cloud,
        private readonly router: Router,
        private readonly recorder: Recorder,
    ) {}

    /**
     * Records an answer. A service that runs here records its requests itself.
     *
     * @param service of Cloud Run, also that of a function, or of App Engine
     */
    record(service: Entry, status: number, ms: number): void {
        if (this.router.isRun(service)) {
            return;
        }
        if (!service.name.startsWith("//run.googleapis.com/")) {
            recordAppEngineRequest(this.cloud, this.recorder, mainVersion(service), status, ms);
        } else {
            const revision = lastPart(String(service.state.latestReadyRevision ?? ""));
            recordRunRequest(this.recorder, service, revision, status, ms);
        }
    }
}
